"""UMT5, the text encoder of Wan: its tokenizer and its encoder half, in transformers' names."""

from himmel.models.umt5.config import UMT5Config
from himmel.models.umt5.encoder import UMT5Encoder
from himmel.models.umt5.tokenizer import UMT5Tokenizer, clean

__all__ = ["UMT5Config", "UMT5Encoder", "UMT5Tokenizer", "clean"]
