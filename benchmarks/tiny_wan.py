"""Tiny pipelines of Wan with random weights, made by diffusers and transformers."""

from __future__ import annotations

from functools import partial
from typing import Any

import diffusers
import tokenizers
import torch
import transformers

LOOKED, TOKENS, BOUNDARY = 20, 5, 0.9  # width and number of CLIP's states; where experts change

transformers.utils.logging.disable_progress_bar()  # of writing two small files


def vocabulary() -> Any:
    """Pieces of words and their end, as UMT5 has them."""
    pieces = ["\u2581a", "\u2581red", "\u2581car", "\u2581", "&", *"carsedog"]
    scores = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0)]
    scores += [(piece, -1.0 - 0.1 * i) for i, piece in enumerate(dict.fromkeys(pieces))]
    built = tokenizers.Tokenizer(tokenizers.models.Unigram(scores, unk_id=2))
    built.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace(prepend_scheme="always")
    built.post_processor = tokenizers.processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=built, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def codec(second: bool) -> Any:
    """Wan's codec, first or second generation."""
    sizes = {"base_dim": 4, "z_dim": 4, "dim_mult": [1, 2, 2, 2], "num_res_blocks": 1}
    numbers = {"latents_mean": [0.1, -0.2, 0.3, 0.0], "latents_std": [2.0, 1.5, 0.5, 1.0]}
    packed = {"is_residual": True, "in_channels": 12, "out_channels": 12, "patch_size": 2}
    packed |= {"decoder_base_dim": 8, "scale_factor_spatial": 16}
    return diffusers.AutoencoderKLWan(**sizes, **numbers, **(packed if second else {}))


def transformer(width: float = 1.0, **options: Any) -> Any:
    """Two blocks whose numbers all matter."""
    sizes = {"in_channels": 4, "out_channels": 4, "text_dim": 24, "freq_dim": 32, "ffn_dim": 48}
    net = diffusers.WanTransformer3DModel(
        num_attention_heads=2, attention_head_dim=16, num_layers=2, **{**sizes, **options}
    )
    return _stirred(net, 0.1 * width).eval()


def _stirred(net: Any, strength: float) -> Any:
    for parameter in net.parameters():
        parameter.data.add_(torch.randn_like(parameter) * strength)
    return net


def image_encoder() -> Any:
    """CLIP with five states a picture."""
    config = transformers.CLIPVisionConfig(
        hidden_size=LOOKED, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2,
        image_size=28, patch_size=14, hidden_act="gelu",
    )  # fmt: skip
    return _stirred(transformers.CLIPVisionModel(config), 0.2).eval()


def image_processor() -> Any:
    """The processor that needs no torchvision."""
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    return CLIPImageProcessorPil(size={"shortest_edge": 28}, crop_size=28)


def text_encoder() -> Any:
    """UMT5 with the widths of the transformer above."""
    config = transformers.UMT5Config(
        vocab_size=20, d_model=24, d_kv=6, d_ff=40, num_layers=2, num_heads=4
    )
    return transformers.UMT5EncoderModel(config).eval()


def schedule(name: str) -> Any:
    """The schedulers that Wan's folders name."""
    if name == "unipc":
        return diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0
        )
    return diffusers.FlowMatchEulerDiscreteScheduler(shift=5.0)


def pipeline(kind: type, second: bool, scheduler: str = "euler", **options: Any) -> Any:
    """A pipeline of a class of diffusers; options are those of the class."""
    torch.manual_seed(0)
    parts = {"text_encoder": text_encoder(), "vae": codec(second).eval()}
    parts |= {"tokenizer": vocabulary(), "scheduler": schedule(scheduler)}
    made = kind(**{**parts, "transformer": options.pop("transformer", transformer)(), **options})
    made.set_progress_bar_config(disable=True)
    return made


def text_pipeline(second: bool = True, scheduler: str = "euler") -> Any:
    """WanPipeline; the second generation has noise levels per token, as Wan2.2-TI2V-5B."""
    return pipeline(diffusers.WanPipeline, second, scheduler, expand_timesteps=second)


def image_pipeline(scheduler: str = "euler") -> Any:
    """WanImageToVideoPipeline with the image in the canvas, as Wan2.2-TI2V-5B."""
    none = {"image_encoder": None, "image_processor": None}
    kind = diffusers.WanImageToVideoPipeline
    return pipeline(kind, True, scheduler, expand_timesteps=True, **none)


def experts_pipeline(scheduler: str = "euler") -> Any:
    """WanPipeline with a transformer for much noise and one for little, as Wan2.2-T2V-A14B."""
    return pipeline(
        diffusers.WanPipeline,
        False,
        scheduler,
        transformer_2=transformer(2.0),
        boundary_ratio=BOUNDARY,
    )


def shown_pipeline(model: str, scheduler: str = "euler", second: bool = False) -> Any:
    """WanImageToVideoPipeline with its pictures in extra channels: "wan21-i2v", "wan21-flf2v" (a first
    and a last picture) or "wan22-i2v" (two transformers, no image encoder)."""
    options: dict[str, Any] = {"in_channels": 12}
    parts: dict[str, Any] = {"image_encoder": None, "image_processor": None}
    torch.manual_seed(1)
    if model.startswith("wan21"):
        options |= {"image_dim": LOOKED, "added_kv_proj_dim": 32}
        parts = {"image_encoder": image_encoder(), "image_processor": image_processor()}
    if model == "wan21-flf2v":
        options["pos_embed_seq_len"] = 2 * TOKENS
    if model == "wan22-i2v":
        parts |= {"transformer_2": transformer(2.0, **options), "boundary_ratio": BOUNDARY}
    made = partial(transformer, **options)
    kind = diffusers.WanImageToVideoPipeline
    return pipeline(kind, second, scheduler, transformer=made, **parts)
