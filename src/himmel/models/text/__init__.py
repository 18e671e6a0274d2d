"""From words to states: a word tokenizer with byte fallback and a small bidirectional encoder."""

from himmel.models.text.encoder import FactHeads, TextEncoder, TextEncoderConfig
from himmel.models.text.tokenizer import Tokenizer

__all__ = ["FactHeads", "TextEncoder", "TextEncoderConfig", "Tokenizer"]
