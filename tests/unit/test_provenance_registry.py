"""What was made here is known by its bytes, its mark, its seal and its looks; nobody else's is."""

import dataclasses
import sqlite3
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealing import waves

from himmel.core.errors import HimmelError
from himmel.provenance.fingerprint import (
    BYTES,
    KEY_FRAMES,
    distances,
    fingerprint,
    hashes_of,
    unpacked,
)
from himmel.provenance.registry import Registry, Row, mark_of


def row(number=1, **changes):
    values = {
        "sha256": f"{number:064x}",
        "mark": number,
        "id": f"{number:032x}",
        "manifest_sha256": "ab" * 32,
        "model": "default",
        "made_at": f"2026-01-01T00:00:{number:02d}+00:00",
        "name": f"{number}.mp4",
        "seal": f"urn:c2pa:{number}",
    }
    return Row(**{**values, **changes})


@pytest.fixture
def book(tmp_path):
    return Registry(tmp_path / "registry.sqlite", "me")


def test_rows_come_back_by_bytes_mark_and_seal(book):
    again = row(3, mark=1)
    for kept in (row(1), row(2), again):
        book.add(kept)
    assert book.by_sha256(row(2).sha256) == row(2)
    assert book.by_mark(1) == [again, row(1)]  # newest first
    assert book.by_seal("urn:c2pa:2") == row(2)
    assert book.marks() == [1, 2]
    assert book.by_sha256("0" * 64) is None and book.by_mark(9) == [] and book.by_seal("") is None
    book.add(row(2, name="renamed.mp4"))
    assert book.by_sha256(row(2).sha256).name == "renamed.mp4" and len(book.marks()) == 2


def test_a_registry_that_is_not_there_is_empty_and_stays_away(book):
    assert book.marks() == [] and book.similar(hashes_of(waves())) == []
    assert not book.path.exists()


def test_marks_hold_32_bits(book):
    assert mark_of("ffffffff" + "0" * 24) == 2**32 - 1
    book.add(row(mark=2**32 - 1))
    assert book.marks() == [2**32 - 1]


def test_writing_does_not_wait_for_readers(book):
    book.check()
    with sqlite3.connect(book.path) as rows:
        assert rows.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_another_houses_registry_is_refused(book):
    book.add(row())
    stranger = Registry(book.path, "somebody else")
    for act in (stranger.marks, stranger.check, lambda: stranger.add(row(2))):
        with pytest.raises(HimmelError, match="belongs to another key"):
            act()
    assert book.marks() == [1]


@pytest.mark.parametrize("content", [b"junk" * 400, b"SQLite format 3\x00" + bytes(200)])
def test_a_damaged_registry_is_one_sentence(book, content):
    book.path.write_bytes(content)
    for act in (book.marks, book.check, lambda: book.add(row())):
        with pytest.raises(HimmelError, match=r"cannot be used .*restore"):
            act()


def test_a_file_of_other_tables_is_refused(book):
    with sqlite3.connect(book.path) as rows:
        rows.execute("CREATE TABLE house (door TEXT)")
    with pytest.raises(HimmelError, match="cannot be used"):
        book.marks()


def test_writers_at_once_lose_nothing(book):
    def write(first):
        for number in range(first, first + 10):
            book.add(row(number))

    threads = [threading.Thread(target=write, args=(10 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.marks() == list(range(40))


def test_what_looks_alike_is_found_nearest_first(book):
    for seed in range(1, 6):
        book.add(row(seed, fingerprint=fingerprint(waves(seed=seed))))
    book.add(row(9, fingerprint=b""))
    found = book.similar(hashes_of(waves(seed=3)))
    assert found[0] == (row(3, fingerprint=fingerprint(waves(seed=3))), 0.0)
    assert [bits for _, bits in found] == sorted(bits for _, bits in found)
    assert book.similar(np.zeros((0, BYTES), np.uint8)) == []


def test_looks_are_compared_in_blocks_and_found_as_if_at_once(book, monkeypatch):
    looks = [fingerprint(waves(seed=seed % 5)) for seed in range(23)]
    for number, kept in enumerate(looks):
        book.add(row(number, fingerprint=kept if number % 4 else b""))
    at_once = book.similar(hashes_of(waves(seed=3)), within=256, most=30)
    lengths = []

    def counted(kept, seen):
        lengths.append(len(kept))
        return distances(kept, seen)

    monkeypatch.setattr("himmel.provenance.registry._BLOCK", 5)
    monkeypatch.setattr("himmel.provenance.registry.distances", counted)
    assert book.similar(hashes_of(waves(seed=3)), within=256, most=30) == at_once
    assert lengths == [5, 5, 5, 2]
    assert [r.sha256 for r, bits in at_once if bits == 0] == [
        row(n).sha256 for n in (3, 13, 18)
    ]  # of equals, the first that was kept
    assert book.similar(hashes_of(waves(seed=3)), within=256, most=2) == at_once[:2]


def test_a_large_registry_takes_little_memory(book):
    book.check()
    looks = np.random.default_rng(0).integers(0, 256, (6000, KEY_FRAMES * BYTES), np.uint8)
    rows = [dataclasses.astuple(row(n, mark=n % 7, fingerprint=b"")) for n in range(len(looks))]
    with sqlite3.connect(book.path) as opened:
        opened.executemany(
            "INSERT INTO made VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*told[:-1], kept.tobytes()) for told, kept in zip(rows, looks, strict=True)],
        )
    tracemalloc.start()
    try:
        assert book.marks() == list(range(7))
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
        assert book.similar(unpacked(looks[77].tobytes()))[0][0].sha256 == row(77).sha256
        assert tracemalloc.get_traced_memory()[1] < 20 << 20  # all at once: 60 MB and more
    finally:
        tracemalloc.stop()


def test_a_registry_from_before_gets_its_index_of_seals(book):
    book.add(row())
    with sqlite3.connect(book.path) as opened:
        opened.execute("DROP INDEX IF EXISTS made_by_seal")
    assert book.by_seal(row().seal) == row()
    book.check()
    with sqlite3.connect(book.path) as opened:
        plan = opened.execute("EXPLAIN QUERY PLAN SELECT * FROM made WHERE seal = ?", ("",))
        assert "USING INDEX made_by_seal" in plan.fetchone()[3]


def test_a_hash_is_that_of_the_picture_not_of_its_size_or_light():
    small, large = (
        waves(1, size=(64, 64)),
        waves(1, size=(64, 64)).repeat(4, axis=1).repeat(4, axis=2),
    )
    dark = (small // 2 + 10).astype(np.uint8)
    kept = hashes_of(small)
    assert kept.shape == (1, BYTES)
    assert distances([kept], hashes_of(large)) == [0.0]
    assert distances([kept], hashes_of(dark))[0] < 20
    inverse = np.unpackbits(kept ^ hashes_of(255 - small)).sum()
    assert inverse > 240  # every wave turns over, the median with it


def test_half_of_the_bits_are_set():
    assert np.unpackbits(hashes_of(waves(4)), axis=1).sum(axis=1).tolist() == [128] * 4


def test_a_piece_of_a_film_still_finds_it():
    whole = waves(33)
    kept = unpacked(fingerprint(whole))
    assert len(kept) == KEY_FRAMES
    assert distances([kept], hashes_of(whole[:20])) == [0.0]
    assert distances([kept], hashes_of(waves(33, seed=5)))[0] > 60


def test_flat_frames_have_no_hash():
    flat = np.full((3, 32, 32, 3), 90, np.uint8)
    assert hashes_of(flat).shape == (0, BYTES) and fingerprint(flat) == b""
    assert distances([], hashes_of(flat)) == []


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_distances_count_bits(lengths, seen_length, seed):
    random = np.random.default_rng(seed)
    kept = [random.integers(0, 256, (n, BYTES), dtype=np.uint8) for n in lengths]
    seen = random.integers(0, 256, (seen_length, BYTES), dtype=np.uint8)
    for hashes, found in zip(kept, distances(kept, seen), strict=True):
        bits = np.unpackbits(hashes[:, None] ^ seen[None], axis=2).sum(axis=2).min(axis=1)
        half = np.sort(bits)[: (len(bits) + 1) // 2]
        assert found == pytest.approx(half.mean())
