"""A system: the networks of one model folder behind a policy and a seal.

A model folder holds system.json (SystemConfig), tokenizer.json, lexicon.json, the weights
`transformer`, `codec`, `text` (encoder and fact heads) and, where system.json names it, `upscaler`, and
checksums.json over all of them. A folder
with model_index.json is a pipeline of Wan in diffusers' layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

import himmel
from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import sha256, surely, write_text
from himmel.core.values import Frames
from himmel.generate.config import SystemConfig
from himmel.generate.lexicon import Lexicon
from himmel.generate.pipeline import check_weights, pipeline_config, pipeline_sha256
from himmel.generate.reading import FactReader, Reader, Sight, UMT5Reader, build_text
from himmel.generate.residence import CPU, CodecElsewhere
from himmel.generate.shots import Understood, unread
from himmel.generate.upsampling import Upsampler
from himmel.interop.diffusers import (
    load_codec,
    load_image_encoder,
    load_preparation,
    load_text_encoder,
    load_tokenizer,
    load_transformer,
)
from himmel.interop.hub import fetch, is_hub_name
from himmel.interop.pipelines import INDEX, is_pipeline
from himmel.interop.weights import (
    CHECKSUMS,
    Storage,
    check_file,
    list_checksums,
    load_state,
    save_weights,
)
from himmel.models.dit import DiT, DiTConfig
from himmel.models.text import TextEncoderConfig, Tokenizer
from himmel.models.umt5 import UMT5Config
from himmel.models.upscaler import Upscaler
from himmel.models.video_codec import CodecConfig, LinearCodec, VideoCodec
from himmel.nn.precision import fast_dtype
from himmel.provenance.seal import Seal
from himmel.provenance.signed import SignedSeal
from himmel.provenance.watermark.marking import Marking
from himmel.safety.policy import Policy
from himmel.safety.settings import load_policy

Network = TypeVar("Network", bound=nn.Module)

SYSTEM, TOKENIZER, LEXICON = "system.json", "tokenizer.json", "lexicon.json"
UPSCALER = "upscaler"
KEPT_IN_FLOAT32 = ("time_embedder", "time_proj", "scale_shift_table", "norm")
SHIPPED = Path(himmel.__file__).parent / "weights"


@dataclass(frozen=True, eq=False, kw_only=True)
class System:
    """Everything that `generate` needs. It cannot be built without a policy and a seal.

    `low` is the transformer that draws below config.boundary, `sight` looks at pictures for those
    transformers that read an image encoder, `upscaler` enlarges, `upsampler` tells
    prompts again where it is not the world's captions. Drawing is done on `device`; the transformers wait
    on the CPU for it.
    """

    config: SystemConfig
    transformer: DiT
    text: Reader
    codec: VideoCodec
    lexicon: Lexicon
    policy: Policy
    seal: Seal
    weights_sha256: str
    low: DiT | None = None
    sight: Sight | None = None
    upscaler: Upscaler | None = None
    upsampler: Upsampler | None = None
    device: torch.device = CPU
    marking: Marking = field(default_factory=Marking)

    def __post_init__(self) -> None:
        if self.policy is None or self.seal is None or self.marking is None:
            raise HimmelError(
                "a system needs a policy and a seal and marks; nothing leaves without them"
            )

    @property
    def transformers(self) -> list[DiT]:
        """One, or the one for much noise and the one for little."""
        return [self.transformer] if self.low is None else [self.transformer, self.low]

    @property
    def dtype(self) -> torch.dtype:
        """The precision that the transformer computes in."""
        return self.transformer.patch_embedding.weight.dtype

    def read_text(self, prompt: str) -> Tensor:
        """States (1, L, D) of a prompt, in the transformer's precision; "" is what stands for none."""
        return self.text.read(prompt).to(self.dtype)

    def look(self, pictures: Sequence[Frames]) -> Tensor | None:
        """States (M, N, D) of pictures uint8 (H, W, 3), None where no network reads them."""
        return None if self.sight is None else self.sight.look(pictures).to(self.dtype)


def shipped_models() -> list[str]:
    """Names of the models that came with this installation."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{SYSTEM}"))


def model_folder(model: str | Path) -> Path:
    """The folder of a model by shipped name, by path, or by its name on the hub, which is fetched.

    Raises HimmelError when there is none, and as interop.hub.fetch does.
    """
    if str(model) in shipped_models():
        return SHIPPED / str(model)
    folder = Path(model)
    if not surely(folder.exists) and surely(lambda: is_hub_name(str(model))):
        folder = fetch(str(model))
    if surely(folder.is_dir) and ((folder / SYSTEM).is_file() or is_pipeline(folder)):
        return folder
    shipped = ", ".join(shipped_models()) or "none"
    raise HimmelError(
        f"there is no model {str(model)!r}; shipped models: {shipped}; or give a folder that holds "
        f"{SYSTEM} or diffusers' {INDEX}"
    )


def load_config(model: str | Path = "default") -> SystemConfig:
    """The configuration of a model: ours checked against its checksum, diffusers' by its headers."""
    folder = model_folder(model)
    if is_pipeline(folder):
        return pipeline_config(folder)
    return SystemConfig.from_json(_text_of(folder, SYSTEM))


def understanding(model: str | Path = "default") -> Understood:
    """What a model's text encoder understands, its other networks left on disk; nothing of diffusers'."""
    folder = model_folder(model)
    return unread if is_pipeline(folder) else _load_reader(folder, load_config(folder)).understood


def load_system(
    model: str | Path = "default",
    dtype: torch.dtype | None = None,
    device: torch.device = CPU,
) -> System:
    """Load a model by shipped name or by folder, ready to generate.

    The transformer computes in `dtype`, by default the fastest one that the device has. Raises
    HimmelError for an unknown model or one larger than memory, DamagedFileError for files that are
    missing or differ.
    """
    folder = model_folder(model)
    load = _load_pipeline if is_pipeline(folder) else _load_own
    system = load(folder, dtype or fast_dtype(device))
    if device == CPU:
        return system
    assert isinstance(system.codec, nn.Module)
    codec = CodecElsewhere(system.codec.to(device), device)
    upscaler = None if system.upscaler is None else system.upscaler.to(device)
    return replace(system, device=device, codec=codec, upscaler=upscaler)


def _load_own(folder: Path, dtype: torch.dtype) -> System:
    config = load_config(folder)
    transformer = _loaded(_shell(config.dit), folder, "transformer")
    assert isinstance(config.codec, CodecConfig)
    codec = _loaded(LinearCodec(config.codec), folder, "codec")
    return System(
        config=config,
        transformer=in_precision(transformer, dtype),
        text=_load_reader(folder, config),
        codec=codec.to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        upscaler=_load_upscaler(config, folder),
        lexicon=Lexicon.from_json(_text_of(folder, LEXICON)),
        policy=load_policy(),
        seal=SignedSeal(),
        weights_sha256=sha256(folder / CHECKSUMS),
    )


def _load_reader(folder: Path, config: SystemConfig) -> FactReader:
    assert isinstance(config.text, TextEncoderConfig)
    words = _loaded(build_text(config), folder, "text")
    tokenizer = Tokenizer.from_json(_text_of(folder, TOKENIZER))
    return FactReader(words, tokenizer, config.text, config.facts)


def _load_upscaler(config: SystemConfig, folder: Path) -> Upscaler | None:
    return None if config.upscaler is None else _loaded(Upscaler(config.upscaler), folder, UPSCALER)


def _load_pipeline(folder: Path, dtype: torch.dtype) -> System:
    """All files are checked before the first tensor is read; the text encoder waits for a prompt."""
    config = pipeline_config(folder, dtype)
    check_weights(config)
    assert isinstance(config.text, UMT5Config)
    reader = UMT5Reader(
        load_tokenizer(folder), lambda: load_text_encoder(folder), config.text.length
    )
    low = None if config.boundary is None else _drawing(folder, dtype, "transformer_2")
    looks = config.dit.image_dim is not None
    return System(
        config=config,
        transformer=_drawing(folder, dtype),
        low=low,
        sight=Sight(load_preparation(folder), lambda: load_image_encoder(folder))
        if looks
        else None,
        text=reader,
        codec=load_codec(folder).eval().requires_grad_(False),
        lexicon=Lexicon(),
        policy=load_policy(),
        seal=SignedSeal(),
        weights_sha256=pipeline_sha256(folder),
    )


def _drawing(folder: Path, dtype: torch.dtype, part: str = "transformer") -> DiT:
    return in_precision(load_transformer(folder, part).eval().requires_grad_(False), dtype)


def save_system(
    folder: Path,
    config: SystemConfig,
    networks: Mapping[str, nn.Module],
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    storage: Mapping[str, Storage] | None = None,
) -> None:
    """Write a complete model folder from the networks `transformer`, `codec` and `text`, and `upscaler`
    where the configuration has one.

    `storage` says per network how numbers are kept: fp32 (the default), bf16 or int8.
    """
    parts: dict[str, Config] = {
        "transformer": config.dit,
        "codec": config.codec,
        "text": config.text,
    } | ({} if config.upscaler is None else {UPSCALER: config.upscaler})
    for name, part in parts.items():
        kept = (storage or {}).get(name, "fp32")
        save_weights(folder, name, networks[name].state_dict(), part, dtype=kept)
    for file, values in ((SYSTEM, config), (TOKENIZER, tokenizer), (LEXICON, lexicon)):
        write_text(Path(folder) / file, values.to_json() + "\n")
    list_checksums(folder, SYSTEM, TOKENIZER, LEXICON)


def _text_of(folder: Path, file: str) -> str:
    return check_file(folder, file).read_text(encoding="utf-8")


def _shell(config: DiTConfig) -> DiT:
    """A transformer without numbers: drawing them takes as long as reading the weights.

    Text encoder and codec are small, and an embedding on the meta device imports for a second.
    """
    with torch.device("meta"):
        return DiT(config)


def _loaded(network: Network, folder: Path, name: str) -> Network:
    try:
        network.load_state_dict(load_state(folder, name), assign=True)
    except RuntimeError:
        raise DamagedFileError(
            f"the weights {name!r} in {folder} do not fit its {SYSTEM}; copy the model again"
        ) from None
    return network.eval().requires_grad_(False)


def in_precision(transformer: DiT, dtype: torch.dtype) -> DiT:
    """Matrices in `dtype`; what reads the noise level keeps float32: 1000 levels need its digits."""
    for name, parameter in transformer.named_parameters():
        if not any(part in name for part in KEPT_IN_FLOAT32):
            parameter.data = parameter.data.to(dtype)
    return transformer
