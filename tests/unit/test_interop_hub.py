"""Names of the hub: fetched once, and one sentence where that cannot be. No network is touched."""

import sys
import types

import pytest

from himmel.core.errors import HimmelError, MissingExtraError
from himmel.generate.system import model_folder
from himmel.interop.hub import fetch, is_hub_name


class LocalEntryNotFoundError(Exception):
    pass


class RepositoryNotFoundError(Exception):
    pass


@pytest.fixture
def hub(monkeypatch):
    """A stand-in for huggingface_hub; `answer` is a folder or an error."""
    fetch.cache_clear()
    made = types.ModuleType("huggingface_hub")
    made.constants = types.SimpleNamespace(HF_HUB_OFFLINE=False)
    made.utils = types.SimpleNamespace(disable_progress_bars=lambda: None)
    made.asked = []

    def snapshot_download(name, **options):
        made.asked.append((name, options))
        if isinstance(made.answer, Exception):
            raise made.answer
        return str(made.answer)

    made.snapshot_download = snapshot_download
    monkeypatch.setitem(sys.modules, "huggingface_hub", made)
    yield made
    fetch.cache_clear()


def test_a_name_is_fetched_once(hub, tiny_model_folder):
    hub.answer = tiny_model_folder
    assert model_folder("owner/some-model") == tiny_model_folder
    assert model_folder("owner/some-model") == tiny_model_folder
    ((name, options),) = hub.asked
    assert name == "owner/some-model" and "*.safetensors" in options["allow_patterns"]
    assert not options["local_files_only"]


@pytest.mark.parametrize(
    ("offline", "error", "sentence"),
    [
        (True, LocalEntryNotFoundError(), "HF_HUB_OFFLINE forbids"),
        (False, LocalEntryNotFoundError(), "the hub cannot be reached"),
        (False, ConnectionError(), "the hub cannot be reached"),
        (False, RepositoryNotFoundError(), "the hub has no model 'owner/name'"),
        (False, RuntimeError("odd"), r"could not be fetched \(odd\)"),
    ],
)
def test_one_sentence_where_it_cannot_be(hub, offline, error, sentence):
    hub.constants.HF_HUB_OFFLINE, hub.answer = offline, error
    with pytest.raises(HimmelError, match=sentence) as raised:
        model_folder("owner/name")
    assert "\n" not in str(raised.value)
    assert hub.asked[0][1]["local_files_only"] is offline


def test_without_the_package(monkeypatch):
    fetch.cache_clear()
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtraError, match=r"himmel\[hub\]"):
        fetch("owner/name")


def test_a_path_is_no_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    assert is_hub_name("owner/name") and not is_hub_name("models/name")
    assert not any(map(is_hub_name, ("name", "a/b/c", "./a", "../a", "a/.b")))
    with pytest.raises(HimmelError, match="there is no model 'models/name'"):
        model_folder("models/name")
