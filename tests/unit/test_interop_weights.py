"""Model folders: what is saved comes back, and what was damaged does not."""

import json
import struct
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import sha256
from himmel.interop.weights import (
    check_file,
    list_checksums,
    load_config,
    load_state,
    quantise_rows,
    read_checksums,
    read_safetensors,
    save_weights,
)


@dataclass(frozen=True, kw_only=True)
class Size(Config):
    width: int


def state(seed=0):
    rng = torch.Generator().manual_seed(seed)
    return {
        "a.weight": torch.randn(80, 64, generator=rng),
        "a.bias": torch.randn(80, generator=rng),
        "b.weight": torch.randn(96, 3, 5, 5, generator=rng),
        "b.scale": torch.randn(3, generator=rng),
    }


@pytest.mark.parametrize(("dtype", "allowed"), [("fp32", 0.0), ("bf16", 2**-8), ("int8", 1 / 254)])
def test_round_trip(tmp_path, dtype, allowed):
    save_weights(tmp_path, "net", state(), Size(width=4), dtype)
    loaded = load_state(tmp_path, "net")
    assert set(loaded) == set(state())
    for name, value in state().items():
        assert loaded[name].dtype == torch.float32
        assert loaded[name].shape == value.shape
        assert (loaded[name] - value).abs().max() <= allowed * value.abs().max() * 1.01
    assert load_config(tmp_path, "net", Size) == Size(width=4)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(1, 9), st.floats(-30, 30), st.integers(0, 99))
def test_int8_rows_are_off_by_half_a_step(rows, columns, exponent, seed):
    rng = torch.Generator().manual_seed(seed)
    value = torch.randn(rows, columns, generator=rng) * 2.0**exponent
    value[0] = 0
    numbers, step = quantise_rows(value)
    assert ((numbers.float() * step[:, None] - value).abs() <= step[:, None] * 0.5001).all()
    assert torch.count_nonzero(numbers[0]) == 0


def test_the_same_weights_are_the_same_file_every_time(tmp_path):
    files = set()
    for turn in range(8):
        save_weights(tmp_path / str(turn), "net", state(), Size(width=1))
        files.add((tmp_path / str(turn) / "net.safetensors").read_bytes())
    assert len(files) == 1


def test_shards_stay_small_and_are_indexed(tmp_path):
    save_weights(tmp_path, "net", state(), Size(width=4), "fp32", shard_mb=0.03)
    shards = sorted(p.name for p in tmp_path.glob("*.safetensors"))
    assert shards == ["net-00001-of-00002.safetensors", "net-00002-of-00002.safetensors"]
    assert all(p.stat().st_size <= 30_000 for p in tmp_path.glob("*.safetensors"))
    index = json.loads((tmp_path / "net.safetensors.index.json").read_text())
    assert set(index["weight_map"]) == set(state())
    assert torch.equal(load_state(tmp_path, "net")["b.weight"], state()["b.weight"])
    with pytest.raises(HimmelError, match="more than a shard"):
        save_weights(tmp_path, "net", state(), Size(width=4), "fp32", shard_mb=0.001)


def test_a_second_save_leaves_nothing_of_the_first(tmp_path):
    save_weights(tmp_path, "other", state(1), Size(width=1), "fp32")
    save_weights(tmp_path, "net", state(), Size(width=4), "fp32", shard_mb=0.03)
    save_weights(tmp_path, "net", state(2), Size(width=5), "fp32")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "checksums.json", "net.json", "net.safetensors", "other.json", "other.safetensors",
    ]  # fmt: skip
    assert set(read_checksums(tmp_path)) == {
        "net.json", "net.safetensors", "other.json", "other.safetensors",
    }  # fmt: skip
    assert torch.equal(load_state(tmp_path, "net")["a.bias"], state(2)["a.bias"])
    assert torch.equal(load_state(tmp_path, "other")["a.bias"], state(1)["a.bias"])


def test_other_files_can_be_listed_and_checked(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(HimmelError, match="not listed"):
        check_file(tmp_path, "tokenizer.json")
    list_checksums(tmp_path, "tokenizer.json")
    assert read_checksums(tmp_path) == {"tokenizer.json": sha256(tmp_path / "tokenizer.json")}
    assert check_file(tmp_path, "tokenizer.json").read_text() == "{}"


def test_missing_things_are_named(tmp_path):
    with pytest.raises(HimmelError, match="does not exist"):
        load_state(tmp_path / "nowhere", "net")
    save_weights(tmp_path, "net", state(), Size(width=4))
    with pytest.raises(HimmelError, match="no weights called 'nett'; it has net"):
        load_state(tmp_path, "nett")
    with pytest.raises(HimmelError, match="no weights called"):
        load_config(tmp_path, "nett", Size)
    (tmp_path / "net.safetensors").unlink()
    with pytest.raises(DamagedFileError, match="missing"):
        load_state(tmp_path, "net")


@pytest.mark.parametrize("file", ["net.safetensors", "net.json", "checksums.json"])
def test_damage_is_noticed(tmp_path, file):
    save_weights(tmp_path, "net", state(), Size(width=4))
    path = tmp_path / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x80
    path.write_bytes(content)
    with pytest.raises(DamagedFileError):
        load_state(tmp_path, "net")
        load_config(tmp_path, "net", Size)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400))
def test_a_file_cut_anywhere_is_refused(tmp_path_factory, keep):
    path = tmp_path_factory.mktemp("cut") / "x.safetensors"
    save_file({"a": torch.ones(64)}, path)
    content = path.read_bytes()
    if keep < len(content):
        path.write_bytes(content[:keep])
        with pytest.raises(DamagedFileError):
            read_safetensors(path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80))
def test_foreign_bytes_are_refused_in_one_sentence(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("foreign") / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(DamagedFileError):
        read_safetensors(path)


def test_a_name_that_occurs_twice_is_refused(tmp_path):
    entry = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    header = f"{{{entry},{entry}}}".encode()
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 4)
    with pytest.raises(DamagedFileError, match="'a' occurs twice"):
        read_safetensors(path)


def test_only_floating_point_is_stored(tmp_path):
    with pytest.raises(HimmelError, match="floating-point"):
        save_weights(tmp_path, "net", {"n": torch.ones(2, dtype=torch.int64)}, Size(width=1))
