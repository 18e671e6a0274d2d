"""Names that come out of files lead nowhere else: 120 ways that others have tried, and hypothesis."""

import json
import shutil
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import inside, sha256
from himmel.core.shards import Shard, read_shard, write_shard
from himmel.core.tensors import read_safetensors
from himmel.evaluate import benchmark
from himmel.evaluate.vbench import film_name
from himmel.interop.folders import weight_files
from himmel.interop.weights import load_state
from himmel.train.batches import LatentStore
from himmel.train.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from himmel.world.rights import own_rights

STEPS = (
    "..",
    "../..",
    "../../../../../..",
    "a/..",
    "a/../..",
    "./..",
    "..//..",
    ".",
    "",
    "//",
    "/",
)
TARGETS = ("canary", "canary.safetensors", "canary.mp4", "etc/passwd")
ODD = [
    "/etc/passwd", "//etc/passwd", "///etc/passwd", "file:///etc/passwd", "/proc/self/environ", "~/..",
    "..\\canary", "..\\..\\canary", "a\\..\\..\\canary", "\\canary", "\\\\host\\canary", "..\\/canary",
    "C:\\canary", "C:/canary", "c:canary", "\\\\?\\C:\\canary", "//?/C:/canary", "C:", "a:b", "a::$DATA",
    "canary\0", "canary\0.png", "\0", "../canary\0.png", "a\nb", "a\rb", "a\tb", "\x1b[2J", "a\x7fb",
    "con", "CON", "con.txt", "nul", "NUL.mp4", "aux", "prn", "com1", "COM9.json", "lpt1", "lpt9.a.b",
    "conin$", "conout$", "a/con/b", "a/nul.mp4", "...", "....", "..../canary", ".../canary", "a/...",
    "canary ", " canary", "canary.", "canary..", "a /canary", "a./canary", "a/ canary", ". ./canary",
    "a*", "a?", "a<b", "a>b", "a|b", 'a"b', "a/b*", "|touch canary", "a\u202egpj.exe", "a\u200b/..",
    "\u2028", "\ue000", "\ud800", "a/" * 600 + "b", "x" * 2000, "a//b", "a/", "./canary", "a/./b",
    "..;/..", "a/..;/..;/canary:", "\u00a0/..", "..\u2215..\u2215canary:", "%00:", "a\u0085b",
]  # fmt: skip
NAMES = sorted({*("/".join(p) for p in product(STEPS, TARGETS)), *ODD})
HARMLESS = [
    "a",
    "a.mp4",
    "a/b.safetensors",
    "step-1",
    "größe.png",
    ".hidden",
    "a b.mp4",
    "…",
    "日本.mp4",
]


def escapes(name):
    with pytest.raises(DamagedFileError) as error:
        inside("folder", name)
    assert "\n" not in str(error.value) and len(str(error.value)) < 500


def test_there_are_enough_of_them():
    assert len(NAMES) >= 120


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_a_name_that_leads_astray_is_refused(name):
    escapes(name)


@pytest.mark.parametrize("name", HARMLESS)
def test_an_ordinary_name_is_not(name, tmp_path):
    assert inside(tmp_path, name) == tmp_path / name


@given(st.text(max_size=60), st.sampled_from(["", "../", "a/../../", "/", "\\", "C:"]))
def test_whatever_passes_stays_inside(tmp_path_factory, text, lead):
    folder = tmp_path_factory.getbasetemp()
    try:
        path = inside(folder, lead + text)
    except DamagedFileError:
        return
    assert path.resolve().is_relative_to(folder.resolve()) and path.resolve() != folder.resolve()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder with a canary above it that every door is led to."""
    root = tmp_path_factory.mktemp("world")
    write_shard(root / "shards", 0, Shard({"x": torch.zeros(1, 2).numpy()}, [SAMPLE]))
    for suffix in ("", ".safetensors", ".jsonl", ".mp4"):
        shutil.copy(root / "shards" / "00000.safetensors", root / f"canary{suffix}")
    return root


SAMPLE = {"id": "0", "rights": own_rights(np.zeros(1, np.float32), ["a red ball"])}
LED = (
    "../canary",
    "a/../../canary",
    "/etc/passwd",
    "..\\canary",
    "./../canary",
    "C:/canary",
    "../\0",
)


@pytest.mark.parametrize("name", LED, ids=ascii)
def test_an_index_of_shards_reads_nothing_outside(world, tmp_path, name):
    folder = shutil.copytree(world / "shards", tmp_path / "shards")
    index = json.loads((folder / "index.json").read_text())
    digest = sha256(world / "canary")
    index["shards"] = {name: {"samples": 1, "sha256": [digest, digest]}}
    (folder / "index.json").write_text(json.dumps(index))
    for read in (lambda: read_shard(folder, name), lambda: LatentStore([folder])):
        with pytest.raises(DamagedFileError, match="is no name of a file inside"):
            read()


@pytest.mark.parametrize("name", LED, ids=ascii)
def test_a_list_of_weights_reads_nothing_outside(world, tmp_path, tiny_model_folder, name):
    folder = tiny_model_folder
    index = folder / "codec.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": name}}))
    listed = json.loads((folder / "checksums.json").read_text())
    listed |= {index.name: sha256(index), name: sha256(world / "canary")}
    (folder / "checksums.json").write_text(json.dumps(listed))
    with pytest.raises(DamagedFileError, match="is no name of a file inside"):
        load_state(folder, "codec")
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}))
    with pytest.raises(DamagedFileError, match="is no name of a file inside"):
        weight_files(tmp_path, "model.safetensors")


@pytest.mark.parametrize("listed", [[], {}, 3, None, "a"])
def test_a_list_of_weights_that_is_none_is_refused(tmp_path, listed):
    (tmp_path / "m.safetensors.index.json").write_text(json.dumps({"weight_map": listed}))
    with pytest.raises(DamagedFileError, match="names no shards"):
        weight_files(tmp_path, "m.safetensors")


@pytest.mark.parametrize("name", LED, ids=ascii)
def test_a_checkpoint_reads_nothing_outside(world, tmp_path, name):
    path = write_checkpoint(tmp_path, Checkpoint(1, {"weights": {"a": torch.zeros(2)}}, {}))
    digests = json.loads((path / "checksums.json").read_text())
    digests[name] = sha256(world / "canary")
    (path / "checksums.json").write_text(json.dumps(digests))
    with pytest.raises(DamagedFileError, match="is no name of a file inside"):
        read_checkpoint(path)


@pytest.mark.parametrize("field", ["id", "category"])
@pytest.mark.parametrize("name", LED, ids=ascii)
def test_a_benchmark_writes_nothing_outside(tmp_path, name, field):
    """Films and lists of prompts are called by these, as `himmel evaluate benchmark` writes them."""
    (entry,) = list(benchmark.entries_of(benchmark.CATEGORIES[0], 1, 0))
    benchmark.write(tmp_path, [entry], 0)
    prompts = tmp_path / benchmark.PROMPTS
    values = {**json.loads(prompts.read_text()), field: name}
    prompts.write_text(json.dumps(values) + "\n")
    (tmp_path / benchmark.ABOUT).unlink()
    with pytest.raises(HimmelError, match="is no name of a file inside"):
        benchmark.read(tmp_path)


@given(st.text(min_size=1, max_size=80))
def test_a_prompt_that_names_a_film_stays_in_its_folder(tmp_path_factory, prompt):
    folder = tmp_path_factory.getbasetemp()
    try:
        name = film_name(prompt, 0)
    except HimmelError:
        return
    assert (folder / name).resolve().parent == folder.resolve()


def test_disguised_weights_are_refused_and_run_nothing(tmp_path):
    """30 files that other programs would have opened as pickles, archives or code."""
    canary = tmp_path / "canary"
    reduce = b"cos\nsystem\n(S'touch " + str(canary).encode() + b"'\ntR."
    zipped = b"PK\x03\x04" + reduce
    bodies = {
        "pickle": reduce, "pickle2": b"\x80\x02" + reduce, "pickle4": b"\x80\x04\x95" + reduce,
        "torch": zipped, "tar": reduce.ljust(512, b"\0") + b"ustar", "gzip": b"\x1f\x8b\x08" + reduce,
        "python": b"import os\nos.system('touch canary')\n", "yaml": b"!!python/object/apply:os.system",
        "numpy": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', }" + reduce, "json": b'{"a": 1}',
        "empty": b"", "short": b"\0" * 7, "zero": b"\0" * 8, "twice": _header('{"a": %s, "a": %s}'),
        "list": _header("[%s, %s]"),
    }  # fmt: skip
    tried = 0
    for name, body in bodies.items():
        for prefix in (b"", (2).to_bytes(8, "little") + b"{}"):
            path = tmp_path / f"{name}{len(prefix)}.safetensors"
            path.write_bytes(prefix + body)
            tried += 1
            if not (prefix and not body):  # an empty header with nothing behind it holds no tensors
                with pytest.raises(DamagedFileError):
                    read_safetensors(path)
    assert tried == 30 and not canary.exists()


def _header(form):
    entry = '{"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}'
    text = (form % (entry, entry)).encode()
    return len(text).to_bytes(8, "little") + text + bytes(4)
