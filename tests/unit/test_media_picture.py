"""Pictures and contact sheets."""

import io
import struct
import unicodedata
import zlib

import numpy as np
import pytest
from PIL import Image

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.media.picture import picture_xmp, read_picture, write_picture
from himmel.media.sheet import BACKGROUND, GAP, LINE, contact_sheet


def gradient(height=48, width=64):
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 3, y * 4, x + y], axis=-1).astype(np.uint8)


@pytest.mark.parametrize(("suffix", "tolerance"), [(".png", 0), (".jpg", 6), (".webp", 12)])
def test_round_trip_with_and_without_a_packet(tmp_path, suffix, tolerance):
    path = tmp_path / f"picture{suffix}"
    for packet in (b"", "<x>schön</x>".encode()):
        write_picture(path, gradient(), xmp=packet)
        assert np.abs(read_picture(path).astype(int) - gradient()).max() <= tolerance
        assert (picture_xmp(path) or b"") == packet


def test_png_declaring_a_gigantic_size_is_refused(tmp_path):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 12000, 12000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(HimmelError, match="declares 12000x12000"):
        read_picture(path)


def test_what_is_no_picture_is_refused(tmp_path):
    buffer = io.BytesIO()
    Image.fromarray(gradient()).save(buffer, "PNG")
    cut = tmp_path / "cut.png"
    cut.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    with pytest.raises(DamagedFileError):
        read_picture(cut)
    with pytest.raises(HimmelError, match="not there"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(HimmelError, match="by its name"):
        read_picture(tmp_path / "none.txt")
    with pytest.raises(HimmelError, match="picture name"):
        write_picture(tmp_path / "a.gif", gradient())
    with pytest.raises(HimmelError, match="uint8"):
        write_picture(tmp_path / "a.png", gradient()[..., 0])
    assert [p.name for p in tmp_path.iterdir()] == ["cut.png"]


def test_transparency_and_grey_become_rgb(tmp_path):
    Image.new("LA", (5, 4), (90, 10)).save(tmp_path / "grey.png")
    assert read_picture(tmp_path / "grey.png").tolist() == np.full((4, 5, 3), 90).tolist()


def test_sheet_shows_first_and_last_frame_where_they_belong():
    clip = np.stack([np.full((20, 30, 3), value, np.uint8) for value in range(0, 170, 10)])
    sheet = np.asarray(contact_sheet([clip] * 3, ["ein Überflug", "zwei", "drei"], 2, 4))
    assert sheet.shape == (2 * (20 + GAP + LINE) + GAP, 2 * (120 + GAP) + GAP, 3)
    row = sheet[GAP + LINE + 10, GAP : GAP + 120, 0]
    assert row[::30].tolist() == [0, 50, 110, 160]
    assert (sheet[GAP : GAP + LINE, GAP : GAP + 120] != BACKGROUND).any()
    assert (sheet[-GAP - 20 : -GAP, -GAP - 100 : -GAP] == BACKGROUND).all()


def test_sheet_titles_have_only_letters_of_their_font_and_stay_in_their_cell():
    clip = np.zeros((1, 16, 200, 3), np.uint8)
    words = ("Über grüne Größe, café", "Ueber gruene Groesse, cafe")
    marked, plain = (contact_sheet([clip], [t], frames_per_clip=1) for t in words)
    assert marked.tobytes() == plain.tobytes()
    decomposed = contact_sheet([clip], [unicodedata.normalize("NFD", words[0])], frames_per_clip=1)
    assert decomposed.tobytes() == plain.tobytes()
    clip = clip[:, :, :64]
    long = np.asarray(contact_sheet([clip] * 2, ["x" * 200, ""], frames_per_clip=1))
    assert (long[:, GAP + 64 : GAP + 64 + GAP] == BACKGROUND).all()


def test_sheet_of_nothing_is_refused():
    with pytest.raises(HimmelError, match="0 clips"):
        contact_sheet([], [])
    with pytest.raises(HimmelError, match="T >= 1"):
        contact_sheet([np.zeros((0, 4, 4, 3), np.uint8)], ["x"])
