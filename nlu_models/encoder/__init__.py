"""The sentence encoder: multilingual-e5-small as plain arrays, its tokenizer, and its ONNX graph."""
