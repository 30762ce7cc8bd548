"""The model server: aiohttp and ONNX Runtime."""
