"""Folders of models in three layouts (ours, diffusers', Wan's original): which, and what is inside."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Literal

from himmel.core.errors import HimmelError
from himmel.core.files import surely
from himmel.interop.diffusers import CLASS_NAME, export, write_part
from himmel.interop.folders import Header, headers_of, read_json
from himmel.interop.pipelines import is_pipeline
from himmel.interop.wan import load_original_codec, load_original_transformer
from himmel.interop.weights import CHECKSUMS, read_checksums

Layout = Literal["himmel", "diffusers", "wan"]
_SHARD = re.compile(r"(.+?)(?:-\d{5}-of-\d{5})?\.safetensors")
_EXPERTS = ("high_noise_model", "low_noise_model")  # the one for high noise is diffusers' first


def layout_of(folder: Path) -> Layout | None:
    """How a folder is laid out, or None where it holds no model."""
    folder = Path(folder)
    if not surely(folder.is_dir):
        return None
    if (folder / CHECKSUMS).is_file() and any(folder.glob("*.safetensors")):
        return "himmel"
    if is_pipeline(folder):
        return "diffusers"
    return "wan" if _original_parts(folder) else None


def _original_parts(folder: Path) -> list[Path]:
    """The folders of Wan's original transformers, high noise first."""
    found = [folder, *(folder / name for name in _EXPERTS)]
    configs = [(part, part / "config.json") for part in found]
    return [p for p, c in configs if c.is_file() and read_json(c).get("_class_name") == "WanModel"]


def networks_of(folder: Path) -> dict[str, Header]:
    """The headers of every network in a folder, by the name of its file or of the folder it is in.

    No tensor is read. Raises DamagedFileError for a header that does not hold.
    """
    groups: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(Path(folder).glob("**/*.safetensors")):
        place = path.parent.relative_to(folder).as_posix()
        named = _SHARD.fullmatch(path.name)
        groups[named[1] if place == "." and named else place].append(path)
    return {name: headers_of(paths) for name, paths in groups.items()}


def contents(folder: Path) -> dict[str, Any]:
    """Layout, networks (parameters, bytes, dtype) and listed checksums of a folder, as plain values."""
    networks = {
        name: {"parameters": h.parameters, "bytes": h.bytes, "dtype": h.dtype}
        for name, h in networks_of(folder).items()
    }
    return {
        "layout": layout_of(folder),
        "networks": networks,
        "checksums": len(read_checksums(folder)),
    }


def to_diffusers(folder: Path, target: Path) -> list[Path]:
    """Write the networks of a folder for stock diffusers; returns the folders written.

    Of our own models that is the transformer, of Wan's original folders also codecs that lie there as
    safetensors. Raises HimmelError for a folder that is in this layout already, or holds no model.
    """
    folder, layout = Path(folder), layout_of(folder)
    if layout == "himmel":
        return [export(target, folder, "transformer")]
    if layout == "wan":
        return [*_transformers(folder, target), *_codecs(folder, target)]
    if layout == "diffusers":
        raise HimmelError(f"{folder} is in diffusers' layout already; copy the folder")
    raise HimmelError(f"{folder} holds no model that could be converted; give a model's folder")


def _transformers(folder: Path, target: Path) -> list[Path]:
    written = []
    for name, part in zip(("transformer", "transformer_2"), _original_parts(folder), strict=False):
        network = load_original_transformer(part)
        values = network.config.to_dict()
        written.append(write_part(target / name, CLASS_NAME, values, network.state_dict()))
    return written


def _codecs(folder: Path, target: Path) -> list[Path]:
    written = []
    for path in sorted(folder.glob("*[vV][aA][eE]*.safetensors"))[:1]:
        codec = load_original_codec(path)
        values = {**codec.config.to_dict(), **codec.config.derived()}
        written.append(write_part(target / "vae", "AutoencoderKLWan", values, codec.state_dict()))
    return written
