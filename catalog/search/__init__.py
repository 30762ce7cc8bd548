"""Finding products and policy passages: text index, vectors, hard limits, spelling."""
