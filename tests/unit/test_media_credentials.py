"""Credentials that strangers wrote are read in the confined process, as if they were read directly."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from sealing import signed, stranger

from himmel.core.env import bare_environment
from himmel.core.errors import DamagedFileError
from himmel.core.plain import parse_json
from himmel.media import apart, credentials
from himmel.provenance import credentials as provenance
from himmel.provenance import identity
from himmel.provenance.signed import SignedSeal


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A signed film, one with a sidecar, a plain picture, and two that are broken."""
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    film, beside = signed(tmp_path / "a.mp4"), signed(tmp_path / "b.webm")
    plain, broken, noise = (tmp_path / name for name in ("c.png", "d.mp4", "e.mp4"))
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(plain)
    broken.write_bytes(film.read_bytes().replace(b"himmel.manifest", b"himmel.manisest"))
    noise.write_bytes(b"no film at all")
    return [film, beside, plain, broken, noise]


def told(report):
    """A report as what it says: the library writes its keys in any order."""
    return report and (*report[1:], report.text and parse_json(report.text))


def test_reports_are_those_of_reading_directly(files):
    anchors = identity.anchors()
    for file in files:
        beside = provenance._sidecar_beside(file)
        direct = credentials.read_report(file, beside, anchors)
        assert told(apart.read_report(file, beside, anchors)) == told(direct)
    film, beside, plain, broken, noise = (provenance.read_credentials(f, anchors) for f in files)
    assert film.state == beside.state == "trusted"
    assert plain is None and noise is None and broken.state in ("invalid", "unreadable")


def test_this_process_never_parses_a_stranger_s_manifest(files):
    code = (
        "import sys; from pathlib import Path; from himmel.provenance.verify import verify;"
        "print(verify(Path(sys.argv[1])).verdict); sys.exit('c2pa' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(files[0])],
        env=bare_environment(HIMMEL_DATA=str(files[0].parent / "data")),
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == ["ours"]


def test_a_manifest_that_kills_its_reader_is_unreadable(files, monkeypatch):
    def dies(*_):
        raise DamagedFileError("a.mp4 made its reader stop (SIGSEGV)")

    monkeypatch.setattr(provenance, "read_report", dies)
    found = provenance.read_credentials(files[0], b"")
    assert found.state == "unreadable" and "SIGSEGV" in found.problems[0]


def test_a_file_that_cannot_be_opened_is_no_matter_of_its_manifest(tmp_path):
    with pytest.raises(OSError):
        provenance.read_credentials(tmp_path / "absent.mp4", b"")


def test_a_stranger_s_signature_is_read_as_well(tmp_path, monkeypatch):
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    theirs = signed(tmp_path / "s.mp4", seal=SignedSeal(identity=stranger()))
    found = provenance.read_credentials(theirs, identity.anchors())
    assert found.state == "valid"
