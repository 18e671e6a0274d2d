"""Names of tensors: diffusers' and those of Wan's original checkpoints, for the same numbers.

A table is made for a configuration and maps a module of diffusers, or a bare parameter, to the
original one. Nothing but names differs between the two layouts. A table may hold more names than a
checkpoint has; a tensor that no table names is an error, never skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor

from himmel.core.errors import HimmelError
from himmel.models.dit import DiTConfig
from himmel.models.umt5 import UMT5Config
from himmel.models.wan_codec import WanCodecConfig

Names = dict[str, str]

_TRANSFORMER = {
    "patch_embedding": "patch_embedding",
    "condition_embedder.time_embedder.linear_1": "time_embedding.0",
    "condition_embedder.time_embedder.linear_2": "time_embedding.2",
    "condition_embedder.time_proj": "time_projection.1",
    "condition_embedder.text_embedder.linear_1": "text_embedding.0",
    "condition_embedder.text_embedder.linear_2": "text_embedding.2",
    "scale_shift_table": "head.modulation",
    "proj_out": "head.head",
}
_IMAGE = {
    "condition_embedder.image_embedder.norm1": "img_emb.proj.0",
    "condition_embedder.image_embedder.ff.net.0.proj": "img_emb.proj.1",
    "condition_embedder.image_embedder.ff.net.2": "img_emb.proj.3",
    "condition_embedder.image_embedder.norm2": "img_emb.proj.4",
    "condition_embedder.image_embedder.pos_embed": "img_emb.emb_pos",
}
_ATTENTION = {
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "o",
    "norm_q": "norm_q",
    "norm_k": "norm_k",
}
_IMAGE_ATTENTION = {"add_k_proj": "k_img", "add_v_proj": "v_img", "norm_added_k": "norm_k_img"}
_RESIDUAL = {
    "norm1": "residual.0",
    "conv1": "residual.2",
    "norm2": "residual.3",
    "conv2": "residual.6",
    "conv_shortcut": "shortcut",
}
_RESAMPLE = {"resample.1": "resample.1", "time_conv": "time_conv"}
_FRAME_ATTENTION = {"norm": "norm", "to_qkv": "to_qkv", "proj": "proj"}
_TEXT_LAYER = {
    "layer.0.SelfAttention.q": "attn.q",
    "layer.0.SelfAttention.k": "attn.k",
    "layer.0.SelfAttention.v": "attn.v",
    "layer.0.SelfAttention.o": "attn.o",
    "layer.0.SelfAttention.relative_attention_bias": "pos_embedding.embedding",
    "layer.0.layer_norm": "norm1",
    "layer.1.DenseReluDense.wi_0": "ffn.gate.0",
    "layer.1.DenseReluDense.wi_1": "ffn.fc1",
    "layer.1.DenseReluDense.wo": "ffn.fc2",
    "layer.1.layer_norm": "norm2",
}


def to_diffusers(state: Mapping[str, Tensor], names: Names) -> dict[str, Tensor]:
    """The tensors of an original checkpoint under diffusers' names, not copied.

    Raises HimmelError for a tensor that the table does not name.
    """
    return _renamed(state, {original: name for name, original in names.items()})


def to_original(state: Mapping[str, Tensor], names: Names) -> dict[str, Tensor]:
    """The inverse of to_diffusers."""
    return _renamed(state, names)


def transformer_names(config: DiTConfig) -> Names:
    """The table of a transformer. In a block the original counts norms in another order."""
    names = dict(_TRANSFORMER)
    if config.image_dim is not None:
        names |= _IMAGE
    block = {
        "scale_shift_table": "modulation",
        "norm2": "norm3",
        "ffn.net.0.proj": "ffn.0",
        "ffn.net.2": "ffn.2",
        **_under("attn1", "self_attn", _ATTENTION),
        **_under("attn2", "cross_attn", _ATTENTION),
    }
    if config.added_kv_proj_dim is not None:
        block |= _under("attn2", "cross_attn", _IMAGE_ATTENTION)
    for i in range(config.num_layers):
        names |= _under(f"blocks.{i}", f"blocks.{i}", block)
    return names


def codec_names(config: WanCodecConfig) -> Names:
    """The table of a codec of either generation."""
    names = {"quant_conv": "conv1", "post_quant_conv": "conv2"}
    for half in ("encoder", "decoder"):
        ends = {"conv_in": "conv1", "norm_out": "head.0", "conv_out": "head.2"}
        names |= _under(half, half, ends)
        names |= _under(f"{half}.mid_block.resnets.0", f"{half}.middle.0", _RESIDUAL)
        names |= _under(f"{half}.mid_block.attentions.0", f"{half}.middle.1", _FRAME_ATTENTION)
        names |= _under(f"{half}.mid_block.resnets.1", f"{half}.middle.2", _RESIDUAL)
    layers = _residual_layers if config.is_residual else _flat_layers
    for ours, original, inside in layers(config):
        names |= _under(ours, original, inside)
    return names


def text_names(config: UMT5Config) -> Names:
    """The table of the encoder half of UMT5."""
    names = {"shared": "token_embedding", "encoder.final_layer_norm": "norm"}
    for i in range(config.num_layers):
        names |= _under(f"encoder.block.{i}", f"blocks.{i}", _TEXT_LAYER)
    return names


def _flat_layers(config: WanCodecConfig) -> Iterator[tuple[str, str, Names]]:
    """Wan2.1: the original counts all layers in one row; so does diffusers on the way down alone."""
    halvings, blocks = len(config.temperal_downsample), config.num_res_blocks
    for i in range((halvings + 1) * (blocks + 1) - 1):
        inside = _RESAMPLE if i % (blocks + 1) == blocks else _RESIDUAL
        yield f"encoder.down_blocks.{i}", f"encoder.downsamples.{i}", inside
    row = blocks + 2  # residual blocks and a doubling
    for i in range(halvings + 1):
        up = f"decoder.up_blocks.{i}"
        for j in range(blocks + 1):
            yield f"{up}.resnets.{j}", f"decoder.upsamples.{i * row + j}", _RESIDUAL
        yield f"{up}.upsamplers.0", f"decoder.upsamples.{i * row + row - 1}", _RESAMPLE


def _residual_layers(config: WanCodecConfig) -> Iterator[tuple[str, str, Names]]:
    """Wan2.2: the original counts the layers of a block, its resampling last."""
    blocks = config.num_res_blocks
    for i in range(len(config.dim_mult)):
        down, downs = f"encoder.down_blocks.{i}", f"encoder.downsamples.{i}.downsamples"
        up, ups = f"decoder.up_blocks.{i}", f"decoder.upsamples.{i}.upsamples"
        for j in range(blocks):
            yield f"{down}.resnets.{j}", f"{downs}.{j}", _RESIDUAL
        yield f"{down}.downsampler", f"{downs}.{blocks}", _RESAMPLE
        for j in range(blocks + 1):
            yield f"{up}.resnets.{j}", f"{ups}.{j}", _RESIDUAL
        yield f"{up}.upsampler", f"{ups}.{blocks + 1}", _RESAMPLE


def _under(ours: str, original: str, names: Names) -> Names:
    return {f"{ours}.{a}": f"{original}.{b}" for a, b in names.items()}


def _renamed(state: Mapping[str, Tensor], names: Names) -> dict[str, Tensor]:
    return {_name(name, names): tensor for name, tensor in state.items()}


def _name(name: str, names: Names) -> str:
    module, _, leaf = name.rpartition(".")
    if name in names:
        return names[name]
    if module in names:
        return f"{names[module]}.{leaf}"
    raise HimmelError(f"the tensor {name!r} does not belong to this network of Wan's")
