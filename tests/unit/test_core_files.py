"""Files have the rights that the user's umask leaves; names and numbers may be of any length."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from himmel.core.config import Config
from himmel.core.errors import HimmelError
from himmel.core.files import surely, whole_file, write_text
from himmel.core.finite import is_finite
from himmel.core.values import Clip
from himmel.media.write import write_clip

LONG = "a red ball jumps on the meadow " * 11


@pytest.fixture(params=[0o077, 0o022, 0o002], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def rights(path):
    return path.stat().st_mode & 0o777


def test_the_umask_holds(tmp_path, umask):
    write_text(tmp_path / "a.txt", "a")
    frames = np.zeros((2, 16, 16, 3), np.uint8)
    for name in ("a.mp4", "pictures", "p%02d.png"):
        write_clip(tmp_path / name, Clip(frames, 8.0))
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(files) == 6 and {rights(p) for p in files} == {0o666 & ~umask}
    assert rights(tmp_path / "pictures") == 0o777 & ~umask


def test_rights_survive_a_program_that_writes_its_own_file(tmp_path, umask):
    with whole_file(tmp_path / "a.txt") as temporary:
        other = temporary.with_name("other")
        other.write_text("a")
        other.chmod(0o600)
        other.replace(temporary)
    assert rights(tmp_path / "a.txt") == 0o666 & ~umask


def test_a_name_that_is_too_long_is_none(tmp_path):
    for question in (Path(LONG).is_file, Path(LONG).is_dir, (tmp_path / LONG).exists):
        assert surely(question) is False
    assert surely(tmp_path.is_dir) is True


def test_numbers_that_no_float_holds():
    @dataclass(frozen=True, kw_only=True)
    class Size(Config):
        metres: float

    assert not is_finite(10**400) and is_finite(2**63)
    assert Size.from_dict({"metres": 3}).metres == 3.0
    with pytest.raises(HimmelError, match="metres: a number of more than 300 digits") as error:
        Size.from_json('{"metres": ' + "9" * 400 + "}")
    assert len(str(error.value)) < 120
