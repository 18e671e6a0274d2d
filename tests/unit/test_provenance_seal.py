"""What is sealed says where it comes from, and a hostile file can say nothing worse than no."""

import struct
import xml.etree.ElementTree as ElementTree

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.media.picture import read_picture, write_picture
from himmel.media.read import read_clip
from himmel.media.write import write_clip
from himmel.provenance import ebml
from himmel.provenance.boxes import XMP_UUID, append_xmp, find_xmp
from himmel.provenance.chunks import append_chunk
from himmel.provenance.read import read_manifest
from himmel.provenance.seal import MetadataSeal, complete
from himmel.provenance.xmp import AI_GENERATED, NAMESPACE, manifest_of, packet

MANIFEST = {
    "model": "default",
    "weights": {"dit": "ab" * 32},
    "seed": 7,
    "prompt": "ein grüner Bär springt <über> & \x0b einen Zaun",
    "checks": ["prompt-rules", "canary"],
}


def chunks(frames=5, height=32, width=48):
    values = np.linspace(0, 255, frames * height * width * 3).astype(np.uint8)
    whole = values.reshape(frames, height, width, 3)
    yield from (part for part in (whole[:1], whole[1:]) if len(part))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    path = tmp_path_factory.mktemp("sealed") / "clip.mp4"
    MetadataSeal().sign(chunks(), path, 8.0, MANIFEST)
    return path


@pytest.mark.parametrize(("name", "frames"), [("a.mp4", 5), ("b.mp4", 1), ("c.png", 1)])
@pytest.mark.parametrize("include", [False, True])
def test_what_was_sealed_comes_back(tmp_path, name, frames, include):
    path = tmp_path / name
    clip, stated = MetadataSeal(include_prompt=include).sign(chunks(frames), path, 8.0, MANIFEST)
    assert clip.frames.shape == (frames, 32, 48, 3)
    assert read_manifest(path) == stated == complete(MANIFEST, include)
    assert ("Bär" in str(read_manifest(path))) is include
    assert ("Bär".encode() in path.read_bytes()) is include
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_pictures_hold_one_frame(tmp_path, suffix):
    path = tmp_path / f"picture{suffix}"
    clip, _ = MetadataSeal().sign(chunks(1), path, 8.0, MANIFEST)
    assert np.abs(read_picture(path).astype(int) - clip.frames[0]).max() < 60
    assert read_manifest(path)["digital_source_type"] == AI_GENERATED
    if suffix != ".webp":  # which moves when it has more
        with pytest.raises(HimmelError, match="one frame"):
            MetadataSeal().sign(chunks(2), tmp_path / f"two{suffix}", 8.0, {})


def test_a_manifest_may_be_completed_while_chunks_come(tmp_path):
    manifest = {"seed": 1}

    def growing():
        for chunk in chunks():
            yield chunk
            manifest["chunks"] = manifest.get("chunks", 0) + 1

    MetadataSeal().sign(growing(), tmp_path / "a.mp4", 8.0, manifest)
    assert read_manifest(tmp_path / "a.mp4")["chunks"] == 2


@pytest.mark.parametrize("name", ["a.mp4", "a.png", "a.gif"])
def test_an_error_on_the_way_leaves_no_file(tmp_path, name):
    def failing():
        yield next(chunks())
        raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, HimmelError)):
        MetadataSeal().sign(failing(), tmp_path / name, 8.0, {})
    with pytest.raises(HimmelError, match=r"^a\."):
        MetadataSeal().sign(iter(()), tmp_path / name, 8.0, {})
    assert list(tmp_path.iterdir()) == []


def test_the_mp4_plays_and_names_its_source_in_iptc_words(sealed):
    assert len(read_clip(sealed).frames) == 5
    with av.open(str(sealed)) as container:
        assert AI_GENERATED in container.metadata["comment"]
    content = sealed.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat") < content.index(XMP_UUID)
    tree = ElementTree.fromstring(find_xmp(sealed).decode())
    source = tree.find(".//{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType")
    assert source.text == AI_GENERATED


def test_a_copied_stream_without_the_box_has_no_manifest(sealed, tmp_path):
    bare = tmp_path / "bare.mp4"
    content = sealed.read_bytes()
    bare.write_bytes(content[: content.index(XMP_UUID) - 8])
    assert len(read_clip(bare).frames) == 5
    assert read_manifest(bare) is None


def test_complete_hides_words_but_not_facts():
    done = complete({"prompt": "a bus", "negative": "", "seed": 3})
    assert done["seed"] == 3
    assert len(done["prompt_sha256"]) == 64
    assert not {"prompt", "negative", "negative_sha256"} & set(done)


def test_files_without_and_with_foreign_metadata(tmp_path):
    frame = next(chunks())[0]
    for name, xmp in (("a.png", b""), ("b.jpg", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")):
        write_picture(tmp_path / name, frame, xmp=xmp)
        assert read_manifest(tmp_path / name) is None
    (tmp_path / "notes.txt").write_text("hello")
    assert read_manifest(tmp_path / "notes.txt") is None
    with pytest.raises(HimmelError, match="cannot be read"):
        read_manifest(tmp_path / "missing.mp4")


def test_a_long_stream_has_more_boxes_than_a_film_and_an_end(tmp_path):
    path, start = tmp_path / "a.mp4", struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0)
    box = struct.pack(">I4s", 120, b"mdat") + bytes(112)
    path.write_bytes(start + box * 20_000)
    append_xmp(path, b"<x/>")
    assert find_xmp(path) == b"<x/>"
    path.write_bytes(start + box * 100_001)
    with pytest.raises(DamagedFileError):
        find_xmp(path)


def test_large_and_endless_boxes(tmp_path):
    path = tmp_path / "a.mp4"
    start = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0)
    wide = struct.pack(">I4sQ", 1, b"uuid", 16 + 16 + 2) + XMP_UUID + b"<>"
    path.write_bytes(start + wide)
    assert find_xmp(path) == b"<>"
    path.write_bytes(start + struct.pack(">I4s", 0, b"uuid") + XMP_UUID + b"<x/>")
    assert find_xmp(path) == b"<x/>"
    path.write_bytes(start + struct.pack(">I4s", 0, b"uuid") + XMP_UUID + bytes(1 << 21))
    with pytest.raises(DamagedFileError, match="XMP packet"):
        find_xmp(path)
    path.write_bytes(start + struct.pack(">I4s", 8, b"free") * 10_001)
    with pytest.raises(DamagedFileError):
        find_xmp(path)
    path.write_bytes(start[:-1])
    with pytest.raises(DamagedFileError):
        append_xmp(path, b"")


@pytest.mark.parametrize(
    "hostile",
    [
        f'<!DOCTYPE a [<!ENTITY x "y">]><a xmlns="{NAMESPACE}"><manifest>&x;</manifest></a>',
        f'<!DOCTYPE a SYSTEM "file:///secret"><manifest xmlns="{NAMESPACE}">{{}}</manifest>',
        f'<manifest xmlns="{NAMESPACE}">[1]</manifest>',
        f'<manifest xmlns="{NAMESPACE}">{{"a":</manifest>',
        f'<manifest xmlns="{NAMESPACE}">{"[" * 100_000}</manifest>',
        f'<manifest xmlns="{NAMESPACE}">',
        "<a>" * 40 + NAMESPACE,
    ],
)
def test_hostile_packets_are_refused(hostile):
    with pytest.raises(DamagedFileError, match="altered"):
        manifest_of(hostile.encode())


def test_a_manifest_rewritten_as_an_attribute_is_found():
    text = f"<d xmlns:h='{NAMESPACE}' h:manifest='{{&quot;seed&quot;: 1}}'/>"
    assert manifest_of(text.encode()) == {"seed": 1}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4), st.text())
@settings(max_examples=80, deadline=None)
def test_any_manifest_survives_its_packet(manifest, words):
    assert manifest_of(packet(manifest, "himmel", words)) == manifest


def answer(path):
    try:
        found = read_manifest(path)
    except HimmelError:
        return
    assert found is None or isinstance(found, dict)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_altered_files_give_a_manifest_or_one_sentence(sealed, tmp_path_factory, data):
    content = bytearray(sealed.read_bytes())
    for place in data.draw(st.lists(st.integers(-1600, 120), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.just(len(content)) | st.integers(0, len(content)))
    path = tmp_path_factory.getbasetemp() / "altered.mp4"
    path.write_bytes(bytes(content[:cut]))
    answer(path)


@given(st.sampled_from([".png", ".jpg", ".webp"]), st.data())
@settings(max_examples=120, deadline=None)
def test_altered_pictures_give_a_manifest_or_one_sentence(tmp_path_factory, suffix, data):
    path = tmp_path_factory.getbasetemp() / f"altered{suffix}"
    MetadataSeal().sign(chunks(1), path, 8.0, {"seed": 1})
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.just(len(content)) | st.integers(0, 900))]))
    answer(path)


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes(tmp_path_factory, junk):
    path = tmp_path_factory.getbasetemp() / "junk.mp4"
    for content in (junk, struct.pack(">I4s", 8, b"ftyp") + junk):
        path.write_bytes(content)
        answer(path)


FILMS = ["a.mp4", "a.webm", "a.gif", "a.webp", "a.apng"]


@pytest.mark.parametrize("name", FILMS)
def test_films_of_every_kind_are_sealed(tmp_path, name):
    plain, path = tmp_path / name, tmp_path / "sealed" / name
    clip, stated = MetadataSeal().sign(chunks(), path, 8.0, MANIFEST)
    assert read_manifest(path) == stated == complete(MANIFEST)
    write_clip(plain, clip)
    assert read_manifest(plain) is None
    before, after = read_clip(plain), read_clip(path)
    assert np.array_equal(before.frames, after.frames) and before.fps == after.fps  # nothing moved
    assert [p.name for p in path.parent.iterdir()] == [name]


@pytest.mark.parametrize("name", ["folder", "name%02d.png"])
def test_each_of_single_pictures_is_sealed(tmp_path, name):
    clip, stated = MetadataSeal().sign(chunks(3), tmp_path / name, 8.0, MANIFEST)
    files = sorted(p for p in tmp_path.rglob("*") if p.is_file())
    assert len(files) == 3
    for file, frame in zip(files, clip.frames, strict=True):
        assert np.array_equal(read_picture(file), frame)
        assert read_manifest(file) == stated


@pytest.mark.parametrize("name", FILMS)
def test_independent_programs_still_read_what_is_sealed(tmp_path, name):
    path = tmp_path / name
    clip, _ = MetadataSeal().sign(chunks(), path, 8.0, MANIFEST)
    if name in ("a.mp4", "a.webm", "a.gif"):
        with av.open(str(path)) as container:
            assert sum(1 for _ in container.decode(video=0)) == len(clip.frames)
    if name in ("a.gif", "a.webp", "a.apng"):
        with Image.open(path) as picture:
            assert picture.n_frames == len(clip.frames)
    if name in ("a.mp4", "a.webm"):
        with av.open(str(path)) as container:
            named = {key.lower(): value for key, value in container.metadata.items()}
            assert "trainedAlgorithmicMedia" in named["comment"]


@pytest.mark.parametrize("name", FILMS[1:])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_altered_films_give_a_manifest_or_one_sentence(tmp_path_factory, name, data):
    path = _sealed_once(tmp_path_factory, name)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    byte = bytes([data.draw(st.integers(0, 255))])
    hostile = path.with_name(f"hostile{path.suffix}")
    hostile.write_bytes(whole[:at] if cut else whole[:at] + byte + whole[at + 1 :])
    try:
        found = read_manifest(hostile)
    except HimmelError as error:
        assert "\n" not in str(error)
    else:
        assert found is None or isinstance(found, dict)


_SEALED = {}


def _sealed_once(factory, name):
    if name not in _SEALED:
        _SEALED[name] = factory.mktemp("altered") / name
        MetadataSeal().sign(chunks(2), _SEALED[name], 8.0, MANIFEST)
    return _SEALED[name]


def test_tags_within_tags_end_somewhere(tmp_path):
    path = tmp_path / "deep.webm"
    MetadataSeal().sign(chunks(1), path, 8.0, MANIFEST)
    deep = b""
    for _ in range(2000):
        deep = bytes.fromhex("67C8") + (1 << 56 | len(deep)).to_bytes(8, "big") + deep
    ebml_head = path.read_bytes().index(bytes.fromhex("18538067"))
    tags = bytes.fromhex("1254C367") + (1 << 56 | len(deep)).to_bytes(8, "big") + deep
    segment = bytes.fromhex("18538067") + (1 << 56 | len(tags)).to_bytes(8, "big") + tags
    path.write_bytes(path.read_bytes()[:ebml_head] + segment)
    assert read_manifest(path) is None


def test_a_film_without_room_is_not_sealed(tmp_path):
    path = tmp_path / "plain.webp"  # no VP8X chunk: the simple kind, which carries nothing else
    write_picture(path, np.zeros((16, 16, 3), np.uint8))
    with pytest.raises(DamagedFileError, match="no place"):
        append_chunk(path, b"<x/>")
    live = tmp_path / "live.webm"
    live.write_bytes(
        bytes.fromhex("1A45DFA380") + bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7
    )
    with pytest.raises(DamagedFileError, match="no place"):
        ebml.append_xmp(live, b"<x/>")
    assert read_manifest(live) is None
