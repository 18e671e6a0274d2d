"""Models of the Hugging Face hub, fetched when a person names one: owner/name."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

from himmel.core.errors import HimmelError, MissingExtraError

_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_FILES = ["*.json", "*.safetensors"]  # pickles could run code; pictures are not needed
_PATIENCE = 5.0  # seconds for the first answer


def is_hub_name(model: str) -> bool:
    """True for owner/name, unless a folder here is called like the owner: then it is a path."""
    return bool(_NAME.fullmatch(model)) and not Path(model.partition("/")[0]).exists()


@lru_cache(maxsize=8)
def fetch(name: str) -> Path:
    """The folder of a model in the hub's cache, downloaded or continued where it is not whole.

    Bars show on a terminal. Raises MissingExtraError without the package huggingface_hub, HimmelError
    where the hub cannot be reached (or HF_HUB_OFFLINE says not to) and the cache has no copy, and where
    the hub has no such model or wants a login.
    """
    try:
        from huggingface_hub import constants, snapshot_download
        from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]
    except ImportError:
        raise MissingExtraError("huggingface_hub", "hub") from None
    offline = bool(constants.HF_HUB_OFFLINE)
    if not sys.stderr.isatty():
        disable_progress_bars()
    try:
        return Path(
            snapshot_download(
                name,
                allow_patterns=_FILES,
                etag_timeout=_PATIENCE,
                local_files_only=offline,
            )
        )
    except Exception as error:  # the library passes on those of its HTTP client, whichever it is
        raise HimmelError(_reason(name, offline, error)) from None


def _reason(name: str, offline: bool, error: Exception) -> str:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "GatedRepoError" in kinds:
        return (
            f"the hub gives {name} only to those who accepted its terms; do that on its page first"
        )
    if kinds & {"RepositoryNotFoundError", "HFValidationError", "RevisionNotFoundError"}:
        return f"the hub has no model {name!r}; check the name, or give the path of a folder"
    if offline:
        return (
            f"{name} is not on this machine and HF_HUB_OFFLINE forbids fetching it; unset it, or give "
            "the path of a folder"
        )
    if kinds & {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectionError", "HTTPError"}:
        return (
            f"{name} is not on this machine and the hub cannot be reached; go online, or give the "
            "path of a folder"
        )
    return f"{name} could not be fetched ({error})"
