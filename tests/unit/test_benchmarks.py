"""How the benchmarks measure; never how fast this machine is."""

import json

import pytest
import torch

himmel_benchmarks = pytest.importorskip("himmel_benchmarks")
from himmel.core.errors import HimmelError  # noqa: E402
from himmel.generate.system import load_system  # noqa: E402
from himmel.nn.kernels import TABLE, chosen, linear_works  # noqa: E402
from himmel_benchmarks import __main__ as on_device  # noqa: E402
from himmel_benchmarks import (  # noqa: E402
    data,
    decode,
    denoise,
    device,
    dit,
    harness,
    kernels,
    report,
    seal,
    train,
    wan_decode,
)


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

    for module in (dit, decode, denoise, device, kernels, wan_decode):
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
        runs = name != "fused_gelu" or linear_works(torch.bfloat16)
        assert (f"time_ratio.{name}" in found) == runs
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


@pytest.fixture
def small(monkeypatch):
    """The trainer's workload and the limits at sizes of a test."""
    sizes = {
        **harness.workload("train"), "heads": 2, "head_dim": 12, "ffn": 32, "layers": 1,
        "channels": 4, "text_dim": 8, "text_tokens": 4, "tokens": 160, "steps": 3, "warm_ups": 1,
    }  # fmt: skip
    monkeypatch.setattr(train, "workload", lambda *_: sizes)
    monkeypatch.setattr(
        train,
        "limits",
        lambda *_: {"gemm": harness.Limit(lambda: torch.ones(4, 4) @ torch.ones(4, 4), 128)},
    )
    return sizes


def test_the_trainer_is_measured_step_by_step(small):
    found = train.measure()
    assert {"gemm_share", "tokens_per_second", "data_share", "limit.gemm"} <= set(found)
    assert found["data_share"].value >= 0 and found["idle_share.8"].value < 0.05
    per_token = 1e9 * found["rate"].value / found["tokens_per_second"].value
    network = train.DiT(train.network(small))
    fewest, most = (3 * network.flops(tokens, 4) / tokens for tokens in (80, 144))
    assert fewest <= per_token <= most  # clips of 80, 144 and 120 tokens


def test_every_benchmark_of_a_gpu_is_rehearsed(once, small, tmp_path, capsys):
    assert on_device.main(["--device", "cpu", "--out", str(tmp_path)]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [t["name"] for t in told] == list(device.TWINS)
    for each in told:
        assert json.loads((tmp_path / f"{each['name']}.json").read_text()) == each
        assert {"seed", "n", "machine", "loaded", "weights", "metrics"} <= set(each)
        assert all(m["low"] <= m["value"] <= m["high"] for m in each["metrics"].values())
    errors = {k: v["value"] for t in told for k, v in t["metrics"].items() if "error" in k}
    assert len(errors) >= 3 and all(0 <= value <= 2e-2 for value in errors.values())


def test_a_gpu_is_missed_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert on_device.main(["train", "--device", "cuda"]) == 1
    assert "no CUDA device" in capsys.readouterr().err


def test_every_workload_has_sizes_for_both_devices():
    for name in ("train", "device"):
        small, large = (harness.workload(name, kind) for kind in ("cpu", "cuda"))
        assert small.keys() == large.keys()


def test_a_machine_that_others_use_is_loaded(monkeypatch):
    times = iter([(100.0, 1000.0), (130.0, 1060.0)])
    monkeypatch.setattr(report, "processor_seconds", lambda: next(times))
    monkeypatch.setattr(report, "is_loaded", lambda: False)
    told = report.report("a name", 3, 7, lambda: ({"x": harness.exactly(1.0, "share")}, "none"))
    assert told["machine"]["others_share"] == pytest.approx(0.5, abs=0.01) and told["loaded"]
    assert (told["n"], told["seed"], told["metrics"]["x"]["value"]) == (7, 3, 1)
