"""The embedding model: unpacked once into an ordinary sentence-transformers folder, with an ONNX graph beside it."""
