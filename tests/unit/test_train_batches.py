"""Stored latents and the thread that runs ahead."""

import time

import numpy as np
import pytest

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.rng import numpy_rng
from himmel.core.shards import Shard, write_shard
from himmel.train import LatentStore, Prefetcher, to_int8
from himmel.world.rights import own_rights


def test_batches_run_ahead_and_depend_on_the_step_alone():
    asked = []

    def data(step, rng):
        asked.append(step)
        return {"x": rng.integers(1000, size=3) + 10_000 * step}

    with Prefetcher(data, seed=5, first=7, ahead=2) as batches:
        got = [next(batches)["x"] for _ in range(4)]
        limit = time.monotonic() + 10
        while len(asked) < 6 and time.monotonic() < limit:
            time.sleep(0.001)
        assert asked == [7, 8, 9, 10, 11, 12]
    for step, batch in zip(range(7, 11), got, strict=True):
        assert np.array_equal(batch, data(step, numpy_rng(5, "data", step))["x"])


def test_an_error_in_data_reaches_the_one_who_waits():
    def data(step, rng):
        if step == 2:
            raise HimmelError("no such row")
        return {"x": np.zeros(1)}

    with Prefetcher(data, seed=0, first=0) as batches:
        next(batches), next(batches)
        with pytest.raises(HimmelError, match="no such row"):
            next(batches)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for number, size in enumerate((3, 5)):
        latent = rng.standard_normal((size, 4, 2, 3, 3)).astype(np.float32)
        whole, scale = to_int8(latent)
        arrays = {"plain": latent.astype(np.float16), "latent": whole, "latent_scale": scale}
        samples = [
            {"id": f"{number}-{i}", "rights": own_rights(np.zeros(1, np.float32), [i])}
            for i in range(size)
        ]
        write_shard(tmp_path, number, Shard(arrays, samples))
    return tmp_path


def test_rows_come_from_the_right_shard_and_unscaled(folder):
    store = LatentStore([folder])
    assert len(store) == 8 and store.samples[3]["id"] == "1-0"
    plain, latent = store.rows("plain", [7, 0, 3]), store.rows("latent", [7, 0, 3])
    assert plain.dtype == np.float16 and latent.dtype == np.float32
    assert plain.shape == latent.shape == (3, 4, 2, 3, 3)
    peak = np.abs(plain.astype(np.float32)).max(axis=(2, 3, 4), keepdims=True)
    assert (np.abs(latent - plain) <= peak / 127 * 0.51 + 2e-3).all()
    everything = store.rows("plain", np.arange(8))
    assert np.array_equal(everything[[7, 0, 3]], plain)


def test_missing_and_damaged_stores_say_so(folder, tmp_path_factory):
    with pytest.raises(HimmelError, match="no array 'depth'"):
        LatentStore([folder]).rows("depth", [0])
    with pytest.raises(HimmelError, match="no shards here"):
        LatentStore([tmp_path_factory.mktemp("empty")])
    path = folder / "00001.safetensors"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DamagedFileError, match="cut short"):
        LatentStore([folder])
    path.write_bytes(b"\xff" * 32)
    with pytest.raises(DamagedFileError, match="not a safetensors file"):
        LatentStore([folder])
