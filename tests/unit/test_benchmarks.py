"""How the benchmarks measure; never how fast this machine is."""

import pytest
import torch

himmel_benchmarks = pytest.importorskip("himmel_benchmarks")
from himmel.core.errors import HimmelError  # noqa: E402
from himmel.generate.system import load_system  # noqa: E402
from himmel.nn.kernels import TABLE, chosen  # noqa: E402
from himmel_benchmarks import data, decode, denoise, dit, harness, kernels, seal, wan_decode  # noqa: E402


def test_subjects_take_turns_forwards_and_backwards(monkeypatch):
    seen, now = [], [0.0]

    def work(name, seconds):
        def run():
            seen.append(name)
            now[0] += seconds

        return run

    monkeypatch.setattr(harness, "clock", lambda: now[0])
    times = harness.interleave({"a": work("a", 1.0), "b": work("b", 4.0)}, rounds=2)
    assert "".join(seen) == "abab" + "abba" + "baab"
    assert times.ratio("b", "a").value == pytest.approx(4)
    assert times.seconds("b").value == pytest.approx(4)
    assert times.rate("a", 3e9).value == pytest.approx(3)
    assert times.rate_share("b", 2.0, "a", 1.0).value == pytest.approx(0.5)


def test_quartiles_and_errors():
    metric = harness.quartiles([1.0, 2.0, 3.0, 4.0, 100.0], "ratio")
    assert (metric.low, metric.value, metric.high) == (2, 3, 4)
    assert harness.relative_error(torch.tensor([3.0, 5.0]), torch.tensor([3.0, 4.0])) == 0.2


@pytest.fixture
def once(monkeypatch):
    """One call instead of rounds of them: figures are formed, not meant."""

    def interleave(subjects, *_, **_more):
        for work in subjects.values():
            work()
        return harness.Times({name: [1.0] for name in subjects})

    for module in (dit, decode, denoise, kernels, wan_decode):
        monkeypatch.setattr(module, "interleave", interleave)
    monkeypatch.setattr(dit, "compiled_or_none", lambda *_: None)


def test_the_transformer_is_held_against_diffusers(once, monkeypatch):
    pytest.importorskip("diffusers")
    small = dit.CONFIG.replace(
        num_attention_heads=2, attention_head_dim=16, ffn_dim=64, num_layers=2, text_dim=32
    )
    monkeypatch.setattr(dit, "CONFIG", small)
    found = dit.measure()
    assert {"time_ratio.diffusers_fp32", "time_ratio.diffusers_bf16", "gemm_share"} <= set(found)
    assert found["relative_error.fp32"].value <= 1e-5
    assert 0 <= found["relative_error"].value <= 2e-2
    assert "time_ratio.diffusers_bf16_compiled" not in found


def test_every_kernel_of_the_table_is_measured_and_keeps_its_error(once):
    found = kernels.measure()
    for name, kernel in TABLE.items():
        assert f"time_ratio.{name}" in found
        if name in chosen():
            assert found[f"relative_error.{name}.ours"].value <= kernel.error


def test_the_decoder_is_measured_as_it_streams(once):
    found = decode.measure(load_system("default"))
    assert found["relative_error"].value <= 1e-5
    assert {"time_ratio.rows_first", "seconds.ours", "limit.conv"} <= set(found)


def test_drawing_is_held_against_diffusers(once, tiny_system):
    pytest.importorskip("diffusers")
    found = denoise.measure(tiny_system, "a red car")
    assert found["relative_error"].value <= 1e-4  # the tiny system computes in float32
    assert {"time_ratio.diffusers_fp32", "time_ratio.diffusers_bf16"} <= set(found)


def test_wans_codec_is_held_against_diffusers(once, monkeypatch):
    pytest.importorskip("diffusers")
    for name, (config, grid) in wan_decode.GENERATIONS.items():
        wide = {} if config.decoder_base_dim is None else {"decoder_base_dim": 8}
        small = config.replace(base_dim=4, num_res_blocks=1, **wide)
        monkeypatch.setitem(wan_decode.GENERATIONS, name, (small, grid))
    found = wan_decode.measure()
    for name in ("wan21", "wan22"):
        assert found[f"relative_error.{name}"].value <= 1e-5
        assert f"time_ratio.{name}.diffusers_fp32" in found


def test_an_unknown_workload_is_named():
    with pytest.raises(HimmelError, match="dit"):
        himmel_benchmarks.run("quickly")


def test_rendering_is_counted_in_clips_of_a_core(monkeypatch):
    monkeypatch.setattr(data, "CLIPS", 2)
    monkeypatch.setattr(data, "FRAMES", 2)
    figure = data.rate("core", 16, seed=0)
    assert figure.unit == "clips per second of a core"
    assert 0 < figure.low <= figure.value <= figure.high


def test_the_seal_is_measured_by_what_it_finds(monkeypatch, tiny_system):
    monkeypatch.setattr(seal, "CLIPS", 4)
    monkeypatch.setattr(seal, "FLIPS", 10)
    monkeypatch.setattr(seal, "TIMED", 2)
    monkeypatch.setattr(seal, "CHANGES", {"none": lambda frames: frames})
    found = seal.measure(tiny_system)
    whole = {"trusted", "flips_found", "sources_kept", "copies_found.none"}
    assert {key: found[key].value for key in whole} == dict.fromkeys(whole, 1.0)
    assert found["sign_milliseconds.clip"].value > 0
