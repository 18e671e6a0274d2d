"""What China asks for (GB 45438-2025), if an operator wants: a label at the beginning and in the file."""

import dataclasses
import json
import re
from xml.etree import ElementTree

import av
import numpy as np
import pytest
from sealing import FORMS, MANIFEST, signed

from himmel.core.env import china_producer
from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate.door import generate
from himmel.provenance import identity
from himmel.provenance.credentials import read_credentials
from himmel.provenance.read import read_manifest, read_packet
from himmel.provenance.watermark import find, opening
from himmel.provenance.watermark.marking import Marking

PRODUCER = "himmel & 天空 <1>"
KEY, MARK = b"a key of this test", 0xC0FFEE42
SIZES = [(64, 64), (128, 128), (288, 512), (720, 1280)]
FIELD = "{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC"


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def label_in(path):
    """The label as an XML parser that knows nothing of us finds it; None without one."""
    text = read_packet(path).decode("utf-8")
    root = ElementTree.fromstring(re.search(r"<x:xmpmeta.*</x:xmpmeta>", text, re.S).group())
    found = root.find(f".//{FIELD}")
    return None if found is None else json.loads(found.text)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_carries_the_label_under_its_seal(out, name):
    path = signed(out / name, FORMS[name], china_producer=PRODUCER)
    number = MANIFEST["id"]
    assert label_in(path) == {
        "Label": "1",
        "ContentProducer": PRODUCER,
        "ProduceID": number,
        "ReservedCode1": "",
        "ContentPropagator": PRODUCER,
        "PropagateID": number,
        "ReservedCode2": "",
    }
    assert read_credentials(path, identity.anchors()).state == "trusted"
    assert read_manifest(path)["china_producer"] == PRODUCER


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_films_have_it_as_a_field_of_their_own(out, name):
    with av.open(str(signed(out / name, 3, china_producer=PRODUCER))) as film:
        told = {key.lower(): value for key, value in film.metadata.items()}
    assert json.loads(told["aigc"])["ContentProducer"] == PRODUCER
    assert told["comment"].startswith("Made with AI by himmel")


@pytest.mark.parametrize("name", ["a.mp4", "a.png"])
def test_without_a_producer_there_is_none(out, name):
    path = signed(out / name, FORMS[name])
    assert label_in(path) is None and b"AIGC" not in path.read_bytes()


def grey(size, frames=1, level=128):
    return np.full((frames, *size, 3), level, np.uint8)


@pytest.mark.parametrize("size", SIZES)
def test_the_label_is_a_twentieth_of_the_shorter_side_or_more(size):
    (labelled,) = opening.draw(grey(size, level=0), 8.0)
    seen = labelled[..., 0] > 120
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    assert rows[-1] - rows[0] + 1 >= max(0.05 * min(size), 12)
    assert columns[-1] < size[1] - 1 and rows[-1] < size[0] / 2


@pytest.mark.parametrize("level", [0, 90, 255])
def test_it_stands_out_on_any_ground(level):
    (labelled,) = opening.draw(grey((128, 128), level=level), 8.0)
    assert int(labelled.max()) - int(labelled.min()) > 150


def test_it_stands_for_two_seconds_whatever_the_chunks():
    frames = grey((64, 64), 20)
    whole = opening.draw(frames, 8.0)
    assert (whole[:16] != 128).any((1, 2, 3)).all() and np.array_equal(whole[16:], frames[16:])
    parts = [opening.draw(frames[at : at + 5], 8.0, at) for at in range(0, 20, 5)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_it_lies_below_the_hidden_mark_and_beside_the_other(monkeypatch):
    monkeypatch.setenv("HIMMEL_CHINA_PRODUCER", PRODUCER)
    frames = grey((128, 128), 20)
    marking = Marking(key=KEY)
    with_label = np.concatenate(list(marking.apply(iter([frames[:9], frames[9:]]), MARK, 8.0)))
    without = np.concatenate(list(Marking(key=KEY, china=None).apply(iter([frames]), MARK, 8.0)))
    corner = np.s_[:, :20, :64]
    assert (np.abs(with_label[corner][:16].astype(int) - 128).max((1, 2, 3)) > 80).all()
    assert np.array_equal(with_label[16:], without[16:])
    assert find(with_label, KEY).mark == MARK
    assert marking.told()["china_producer"] == PRODUCER


def test_a_label_that_nobody_sees_is_refused_before_the_work():
    with pytest.raises(HimmelError, match="unset HIMMEL_VISIBLE_MARK or HIMMEL_CHINA_PRODUCER"):
        Marking(key=KEY, shown=False, china=PRODUCER).check()


@pytest.mark.parametrize("name", ["x" * 101, "line\nline", "\u200bhidden"])
def test_a_name_that_no_label_can_hold_is_refused(monkeypatch, name):
    monkeypatch.setenv("HIMMEL_CHINA_PRODUCER", name)
    with pytest.raises(HimmelError, match="at most 100 characters"):
        china_producer()


def test_the_door_labels_what_leaves_it(tiny_system, tmp_path, monkeypatch):
    monkeypatch.setenv("HIMMEL_DATA", str(tmp_path / "data"))
    system = dataclasses.replace(tiny_system, marking=Marking(china=PRODUCER))
    generate(Request(prompt="a red car", width=24, height=16), system, tmp_path / "clip.mp4")
    assert label_in(tmp_path / "clip.mp4")["ContentProducer"] == PRODUCER
