"""What a UMT5 encoder is made of, in the words of transformers' config.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from himmel.core.config import Config
from himmel.core.errors import HimmelError

# What the file says about training or the library that wrote it; keys of the decoder half come on top,
# of which newer libraries write more.
_SILENT = {
    "architectures", "chunk_size_feed_forward", "classifier_dropout", "dropout_rate", "dtype",
    "eos_token_id", "id2label", "initializer_factor", "label2id", "output_attentions",
    "output_hidden_states", "output_past", "problem_type", "return_dict", "scalable_attention",
    "tie_word_embeddings", "tokenizer_class", "torch_dtype", "transformers_version", "use_cache",
}  # fmt: skip
# What it may say in one way only; each is derived from, or fixed by, the rest.
_FIXED: dict[str, tuple[Any, ...]] = {
    "model_type": ("umt5",),
    "feed_forward_proj": ("gated-gelu",),
    "dense_act_fn": ("gelu_new",),
    "is_gated_act": (True,),
    "pad_token_id": (0, None),
}


@dataclass(frozen=True, kw_only=True)
class UMT5Config(Config):
    """Sizes of an encoder; the defaults are those of UMT5-XXL, which Wan reads with.

    `d_model` is the width of the states, `d_kv` that of one head, `d_ff` of the feed-forward. Distances
    between tokens fall into `relative_attention_num_buckets`, all beyond
    `relative_attention_max_distance` into the last one of their side. `length`, the number of tokens of
    every text, stands in no file: 512 is what Wan's transformers were trained to read.
    """

    vocab_size: int = 256384
    d_model: int = 4096
    d_kv: int = 64
    d_ff: int = 10240
    num_layers: int = 24
    num_heads: int = 64
    relative_attention_num_buckets: int = 32
    relative_attention_max_distance: int = 128
    layer_norm_epsilon: float = 1e-6
    length: int = 512

    @classmethod
    def from_transformers(cls, values: Mapping[str, Any]) -> Self:
        """Read a config.json of UMT5. Raises HimmelError for another network or an unknown key."""
        for name, known in _FIXED.items():
            if values.get(name, known[0]) not in known:
                raise HimmelError(
                    f"{cls.__name__}.{name}: {values[name]!r} cannot be read, only {known[0]!r}"
                )
        skipped = _SILENT | set(_FIXED) | {key for key in values if "decoder" in key}
        kept = {k: v for k, v in values.items() if k not in skipped and not k.startswith("_")}
        return cls.from_dict(kept)
