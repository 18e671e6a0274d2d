"""Checkpoints: whole or not there, two kept, damage skipped, names without marks."""

import json

import pytest
import torch
from safetensors.torch import save_file

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.train import checkpoint as room
from himmel.train.checkpoint import (
    Checkpoint,
    checkpoints,
    newest_checkpoint,
    read_checkpoint,
    write_checkpoint,
)


def at(step):
    weight = torch.full((4, 4), float(step))
    tied = {"a": weight, "b": weight, "half": weight.bfloat16()}
    return Checkpoint(
        step, {"weights": tied, "ema": {"a": weight.t()}}, {"step": step, "name": "ä"}
    )


def steps(folder):
    return [int(p.name[5:]) for p in checkpoints(folder)]


def test_a_checkpoint_comes_back_bit_for_bit(tmp_path):
    path = write_checkpoint(tmp_path, at(7))
    back = read_checkpoint(path)
    assert back.step == 7 and back.state == at(7).state
    for group, named in at(7).tensors.items():
        for name, tensor in named.items():
            assert torch.equal(back.tensors[group][name], tensor)
            assert back.tensors[group][name].dtype == tensor.dtype


def test_the_newest_two_are_kept_and_an_abandoned_future_is_not(tmp_path):
    for step in (1, 5, 9, 30):
        write_checkpoint(tmp_path, at(step))
    assert steps(tmp_path) == [9, 30]
    write_checkpoint(tmp_path, at(12))
    assert steps(tmp_path) == [9, 12]
    write_checkpoint(tmp_path, at(12))
    assert steps(tmp_path) == [9, 12]


@pytest.mark.parametrize("name", ["weights.safetensors", "state.json", "checksums.json"])
@pytest.mark.parametrize("damage", ["cut", "flip", "remove"])
def test_a_damaged_checkpoint_is_skipped_with_a_message(tmp_path, name, damage):
    write_checkpoint(tmp_path, at(1))
    path = write_checkpoint(tmp_path, at(2)) / name
    content = path.read_bytes()
    if damage == "remove":
        path.unlink()
    else:
        half = len(content) // 2
        tail = b"" if damage == "cut" else bytes([content[half] ^ 1]) + content[half + 1 :]
        path.write_bytes(content[:half] + tail)
    notes = []
    found = newest_checkpoint(tmp_path, notes.append)
    assert found.step == 1 and len(notes) == 1 and "damaged" in notes[0]


def test_nothing_readable_is_none(tmp_path):
    assert newest_checkpoint(tmp_path / "absent", pytest.fail) is None
    path = write_checkpoint(tmp_path, at(2))
    (path / "checksums.json").write_text(json.dumps(["not", "digests"]))
    with pytest.raises(DamagedFileError, match="cannot be read"):
        read_checkpoint(path)


def test_a_save_that_dies_leaves_the_previous_one(tmp_path, monkeypatch):
    write_checkpoint(tmp_path, at(1))

    def dies(tensors, path):
        if path.stem == "ema":
            raise OSError("No space left on device")
        save_file(tensors, path)

    with monkeypatch.context() as patch:
        patch.setattr(room, "save_file", dies)
        with pytest.raises(HimmelError, match="No space left"):
            write_checkpoint(tmp_path, at(2))
    assert newest_checkpoint(tmp_path, pytest.fail).step == 1
    assert (tmp_path / "step-00000002.tmp").exists()
    write_checkpoint(tmp_path, at(2))
    assert steps(tmp_path) == [1, 2] and not list(tmp_path.glob("*.tmp"))
