"""A system: the networks of one model folder behind a policy and a seal.

A model folder holds system.json (SystemConfig), tokenizer.json, lexicon.json, the weights
`transformer`, `codec` and `text` (encoder and fact heads), and checksums.json over all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

import himmel
from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import sha256, write_text
from himmel.generate.lexicon import Lexicon
from himmel.interop.weights import (
    CHECKSUMS,
    Storage,
    check_file,
    list_checksums,
    load_state,
    save_weights,
)
from himmel.models.dit import DiT, DiTConfig
from himmel.models.text import FactHeads, TextEncoder, TextEncoderConfig, Tokenizer
from himmel.models.video_codec import CodecConfig, LinearCodec, VideoCodec
from himmel.provenance.seal import MetadataSeal, Seal
from himmel.safety.policy import Policy, RulePolicy

Network = TypeVar("Network", bound=nn.Module)

SYSTEM, TOKENIZER, LEXICON = "system.json", "tokenizer.json", "lexicon.json"
KEPT_IN_FLOAT32 = ("time_embedder", "time_proj", "scale_shift_table", "norm")
SHIPPED = Path(himmel.__file__).parent / "weights"


@dataclass(frozen=True, kw_only=True)
class Defaults(Config):
    """What a request gets that does not say: pixels, frames per second, frames, sampler.

    guidance_interval are the times between which guidance counts, 0 to 1.
    """

    width: int
    height: int
    fps: float
    frames: int
    steps: int = 12
    guidance: float = 2.5
    shift: float = 1.5
    sampler: str = "euler"
    guidance_mode: str = "cfg"
    guidance_interval: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class SystemConfig(Config):
    """What a model is made of and what it was trained for.

    trained_sizes are (width, height) in pixels, trained_frames numbers of frames (1: pictures);
    facts names the answers of the text encoder's fact heads, group by group, in their order; conditions
    what may be known of a clip: "first" (its first frame), "keyframe" (any other).
    """

    name: str
    description: str = ""
    codec: CodecConfig
    dit: DiTConfig
    text: TextEncoderConfig
    defaults: Defaults
    trained_sizes: tuple[tuple[int, int], ...]
    trained_frames: tuple[int, ...]
    languages: tuple[str, ...] = ("en",)
    facts: dict[str, list[str]] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class System:
    """Everything that `generate` needs. It cannot be built without a policy and a seal."""

    config: SystemConfig
    transformer: DiT
    text: nn.ModuleDict
    tokenizer: Tokenizer
    codec: VideoCodec
    lexicon: Lexicon
    policy: Policy
    seal: Seal
    weights_sha256: str

    def __post_init__(self) -> None:
        if self.policy is None or self.seal is None:
            raise HimmelError("a system needs a policy and a seal; nothing leaves without them")

    @property
    def dtype(self) -> torch.dtype:
        """The precision that the transformer computes in."""
        return self.transformer.patch_embedding.weight.dtype

    def read_text(self, prompt: str) -> Tensor:
        """States (1, L, D) of a prompt, in the transformer's precision."""
        return self._states(prompt).to(self.dtype)

    def _states(self, prompt: str) -> Tensor:
        ids = self.tokenizer.encode(prompt, self.config.text.length)
        states: Tensor = self.text["encoder"](torch.tensor([ids]))
        return states

    @torch.inference_mode()
    def understood(self, prompt: str) -> dict[str, str]:
        """The facts that the text encoder reads from a prompt, by group; unsaid ones are left out."""
        logits = self.text["heads"](self._states(prompt)[:, 0])
        best = {group: int(values.argmax()) for group, values in logits.items()}
        names = self.config.facts
        return {g: names[g][i] for g, i in best.items() if i < len(names[g])}

    def overlong(self, prompt: str) -> bool:
        """True when the text encoder reads only the beginning of a prompt."""
        length = self.config.text.length
        return self.tokenizer.encode(prompt, length + 1)[-1] != 0


def fast_dtype() -> torch.dtype:
    """The precision to compute in: bfloat16 where the processor multiplies it, else float32."""
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32


def build_text(config: SystemConfig) -> nn.ModuleDict:
    """Encoder and fact heads, untrained; every head has one more answer, for `not said`."""
    groups = {group: len(names) + 1 for group, names in config.facts.items()}
    encoder, heads = TextEncoder(config.text), FactHeads(config.text.output_dim, groups)
    return nn.ModuleDict({"encoder": encoder, "heads": heads})


def shipped_models() -> list[str]:
    """Names of the models that came with this installation."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{SYSTEM}"))


def model_folder(model: str | Path) -> Path:
    """The folder of a model, by shipped name or by path. Raises HimmelError when there is none."""
    if str(model) in shipped_models():
        return SHIPPED / str(model)
    if (Path(model) / SYSTEM).is_file():
        return Path(model)
    shipped = ", ".join(shipped_models()) or "none"
    raise HimmelError(
        f"there is no model {str(model)!r}; shipped models: {shipped}; or give a folder that holds "
        f"{SYSTEM}"
    )


def load_config(model: str | Path = "default") -> SystemConfig:
    """The configuration of a model, checked against its checksum."""
    return SystemConfig.from_json(_text_of(model_folder(model), SYSTEM))


def load_system(model: str | Path = "default", dtype: torch.dtype | None = None) -> System:
    """Load a model by shipped name or by folder, ready to generate on the CPU.

    The transformer computes in `dtype`, by default the fastest one that the processor has. Raises
    HimmelError for an unknown model, DamagedFileError for files that are missing or differ.
    """
    folder = model_folder(model)
    config = load_config(folder)
    transformer = _loaded(_shell(config.dit), folder, "transformer")
    codec = _loaded(LinearCodec(config.codec), folder, "codec")
    return System(
        config=config,
        transformer=in_precision(transformer, dtype or fast_dtype()),
        text=_loaded(build_text(config), folder, "text"),
        tokenizer=Tokenizer.from_json(_text_of(folder, TOKENIZER)),
        codec=codec.to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        lexicon=Lexicon.from_json(_text_of(folder, LEXICON)),
        policy=RulePolicy(),
        seal=MetadataSeal(),
        weights_sha256=sha256(folder / CHECKSUMS),
    )


def save_system(
    folder: Path,
    config: SystemConfig,
    networks: Mapping[str, nn.Module],
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    storage: Mapping[str, Storage] | None = None,
) -> None:
    """Write a complete model folder from the networks `transformer`, `codec` and `text`.

    `storage` says per network how numbers are kept: fp32 (the default), bf16 or int8.
    """
    parts: dict[str, Config] = {
        "transformer": config.dit,
        "codec": config.codec,
        "text": config.text,
    }
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
