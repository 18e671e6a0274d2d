"""Through the door: the same request gives the same frames, and nothing leaves unchecked."""

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import himmel
from himmel.core.errors import HimmelError
from himmel.core.values import Decision, Request
from himmel.diffusion.guidance import GUIDANCE_MODES
from himmel.diffusion.samplers import SAMPLERS, evaluations
from himmel.evaluate.sampling import sample_latents
from himmel.generate.decode import decode, to_frames
from himmel.generate.denoise import denoise
from himmel.generate.door import generate
from himmel.generate.manifest import identity
from himmel.generate.plan import plan_request
from himmel.models.dit import DiT, FlowMapConfig
from himmel.nn.kernels import chosen
from himmel.provenance.read import read_manifest
from himmel.provenance.seal import MetadataSeal
from himmel.safety.policy import Refused


def request(**changes):
    return Request(**{"prompt": "a red car", **changes})


def test_a_film_with_its_manifest(tiny_system, tmp_path):
    chunks, steps = [], []
    out = tmp_path / "clip.mp4"
    result = generate(
        request(), tiny_system, out, chunks.append, lambda done, of: steps.append((done, of))
    )
    assert result.allowed and result.path == out and result.notes == ()
    assert result.clip.frames.shape == (9, 16, 16, 3) and result.clip.fps == 8
    assert [len(chunk) for chunk in chunks] == [1, 4, 4]
    assert np.array_equal(np.concatenate(chunks), result.clip.frames)
    assert steps == [(1, 3), (2, 3), (3, 3)]
    laps = result.timings
    assert 0 < laps["denoise"] <= laps["first_frame"] <= laps["decode"] <= laps["total"]
    written = read_manifest(out)
    assert written["weights_sha256"] == tiny_system.weights_sha256
    assert written["checks"] == list(tiny_system.policy.checks)
    assert result.manifest == written
    assert "prompt" not in written and [p.name for p in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_picture(tiny_system, tmp_path):
    result = generate(request(), tiny_system, tmp_path / "still.png")
    assert result.clip.frames.shape == (1, 16, 16, 3)
    written = read_manifest(tmp_path / "still.png")
    assert result.manifest == written and written["frames"] == 1


def test_a_result_keeps_the_words_as_the_seal_does(tiny_system, tmp_path):
    out, asked = tmp_path / "a.mp4", request(negative="a dog")
    assert "a dog" not in str(generate(asked, tiny_system, out).manifest)
    frank = dataclasses.replace(tiny_system, seal=MetadataSeal(include_prompt=True))
    manifest = generate(asked, frank, out).manifest
    assert manifest == read_manifest(out)
    assert (manifest["prompt"], manifest["negative"]) == ("a red car", "a dog")
    assert manifest["kernels"] == sorted(chosen())


def test_the_seed_decides(tiny_system, tmp_path):
    frames = [
        generate(request(seed=seed), tiny_system, tmp_path / f"{i}.mp4").clip.frames
        for i, seed in enumerate((7, 7, 8))
    ]
    assert np.array_equal(frames[0], frames[1])
    assert not np.array_equal(frames[0], frames[2])


def test_words_and_negative_words_matter(tiny_system):
    def latents(**changes):
        plan = plan_request(request(**changes), tiny_system.config, Path("a.mp4"))
        return denoise(plan, tiny_system)

    base = latents()
    assert not torch.equal(base, latents(prompt="a dog"))
    assert not torch.equal(base, latents(negative="a dog"))
    alone = latents(guidance=1.0)
    assert torch.equal(alone, latents(guidance=1.0, negative="a dog"))


def test_identity_names_the_frames(tiny_system):
    def name(**changes):
        return identity(
            plan_request(request(**changes), tiny_system.config, Path("a.mp4")), tiny_system
        )

    assert name() == name() and len(name()) == 32
    assert len({name(), name(seed=1), name(prompt="a dog"), name(steps=5)}) == 4


def test_chunked_decoding_equals_decoding_at_once(tiny_system):
    latents = torch.randn(1, 6, 3, 2, 2)
    chunks = list(decode(latents, tiny_system.codec))
    once = to_frames(tiny_system.codec.decode(latents))
    assert np.abs(np.concatenate(chunks).astype(int) - once).max() <= 1


def test_levels_of_frames():
    video = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0]).view(1, 1, 1, 1, 5).expand(1, 3, 1, 1, 5)
    assert to_frames(video)[0, 0, :, 0].tolist() == [0, 0, 128, 255, 255]


def test_unknown_words_are_named_or_refused(tiny_system, tmp_path):
    out = tmp_path / "clip.mp4"
    result = generate(request(prompt="a red unicorn"), tiny_system, out)
    assert result.notes[0].startswith('cannot draw "unicorn"; drew: ')
    out.unlink()
    with pytest.raises(HimmelError, match='cannot draw "unicorn"'):
        generate(request(prompt="a red unicorn", strict=True), tiny_system, out)
    with pytest.raises(HimmelError, match="longer than this model reads"):
        generate(request(prompt="a red car " * 9, strict=True), tiny_system, out)
    assert not out.exists()


def test_a_long_prompt_is_noted(tiny_system, tmp_path):
    result = generate(request(prompt="a red car " * 9), tiny_system, tmp_path / "clip.mp4")
    assert "its end was left out" in result.notes[0]


class Guard:
    """A policy that refuses the prompt, or the chunk of a given number."""

    checks = ("guard",)

    def __init__(self, prompt_allowed=True, refused_chunk=None):
        self.prompt_allowed, self.refused_chunk = prompt_allowed, refused_chunk

    def screen(self, request):
        return Decision(allowed=self.prompt_allowed, stage="prompt", reason="not this")

    def record(self, request, decision):
        return decision

    def review(self, chunks):
        for index, chunk in enumerate(chunks):
            if index == self.refused_chunk:
                raise Refused(Decision(allowed=False, stage="frames", reason="not this frame"))
            yield chunk


def test_a_refused_prompt_costs_nothing_and_leaves_nothing(tiny_system, tmp_path, monkeypatch):
    monkeypatch.setattr("himmel.generate.door.denoise", None)
    guarded = dataclasses.replace(tiny_system, policy=Guard(prompt_allowed=False))
    result = generate(request(), guarded, tmp_path / "clip.mp4")
    assert not result.allowed and result.clip is None and result.path is None
    assert list(tmp_path.iterdir()) == []


def test_a_refused_chunk_ends_the_clip(tiny_system, tmp_path):
    seen = []
    guarded = dataclasses.replace(tiny_system, policy=Guard(refused_chunk=1))
    result = generate(request(), guarded, tmp_path / "clip.mp4", seen.append)
    assert not result.allowed and result.clip is None
    assert [d.stage for d in result.decisions] == ["prompt", "frames"]
    assert len(seen) == 1 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, HimmelError, RuntimeError])
def test_an_interruption_leaves_no_file(tiny_system, tmp_path, error):
    def stop(_):
        raise error("stopped")

    with pytest.raises(error):
        generate(request(), tiny_system, tmp_path / "clip.mp4", stop)
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_run_away_are_an_error(tiny_system, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "himmel.generate.denoise.sampler_named", lambda _: lambda v, state, *_: _lost(state)
    )
    with pytest.raises(HimmelError, match="ran away"):
        generate(request(), tiny_system, tmp_path / "clip.mp4")


def _lost(state):
    return dataclasses.replace(state, z=state.z * float("nan"))


def drawn(system, **changes):
    plan = plan_request(request(**changes), system.config, Path("a.mp4"))
    return denoise(plan, system)


OF_ANY_WEIGHTS = [name for name in SAMPLERS if name != "flow-map"]


def test_flow_maps_leap_and_other_weights_do_not(tiny_system):
    with pytest.raises(HimmelError, match="have not learnt where a step ends"):
        drawn(tiny_system, sampler="flow-map")
    dit = FlowMapConfig.from_dict(tiny_system.config.dit.to_dict() | {"flow_map": True})
    network, rng = DiT(dit).eval(), torch.Generator().manual_seed(0)
    for part in network.parameters():
        part.data.add_(torch.randn(part.shape, generator=rng) * 0.1)
    config = tiny_system.config.replace(dit=dit)
    leaping = dataclasses.replace(tiny_system, transformer=network, config=config)
    leapt, walked = (drawn(leaping, steps=2, sampler=name) for name in ("flow-map", "euler"))
    assert leapt.shape == walked.shape and not torch.equal(leapt, walked)
    assert torch.equal(leapt, drawn(leaping, steps=2, sampler="flow-map"))


def test_samplers_agree_in_the_end(tiny_system):
    fine = drawn(tiny_system, steps=200, sampler="unipc")
    for sampler in OF_ANY_WEIGHTS:
        coarse, finer = (drawn(tiny_system, steps=n, sampler=sampler) for n in (4, 100))
        assert (finer - fine).abs().max() < 0.01 * fine.std()
        assert not torch.equal(coarse, finer)


def test_guidance_modes_differ_and_one_or_two_calls_do_not(tiny_system):
    plans = {
        mode: plan_request(request(guidance_mode=mode), tiny_system.config, Path("a.mp4"))
        for mode in GUIDANCE_MODES
    }
    latents = {mode: denoise(plan, tiny_system) for mode, plan in plans.items()}
    assert not torch.equal(latents["cfg"], latents["apg"])
    assert not torch.equal(latents["cfg"], latents["zero-star"])
    for mode, plan in plans.items():
        apart = plan.replace(guiding=plan.guiding.replace(batched=False))
        torch.testing.assert_close(denoise(apart, tiny_system), latents[mode], atol=1e-5, rtol=0)


def test_evaluation_draws_as_the_door_does(tiny_system):
    defaults = tiny_system.config.defaults.replace(
        sampler="dpmpp-2m", guidance_mode="zero-star", guidance_interval=(0.1, 0.9)
    )
    config = tiny_system.config.replace(defaults=defaults)
    system = dataclasses.replace(tiny_system, config=config)
    together = sample_latents(system, ["a red car"], [3], defaults.steps, defaults.guidance)
    torch.testing.assert_close(together, drawn(system, seed=3), atol=1e-6, rtol=0)


@pytest.mark.parametrize("sampler", OF_ANY_WEIGHTS)
@pytest.mark.parametrize("mode", GUIDANCE_MODES)
def test_from_command_to_network_in_six_calls(
    tiny_model_folder, tmp_path, monkeypatch, sampler, mode
):
    """run -> local.generate -> door.generate -> denoise -> euler -> velocity -> DiT.forward."""
    from himmel.cli.main import main
    from himmel.models.dit import DiT

    root, forward, paths = str(Path(himmel.__file__).parent), DiT.forward, []

    def traced(self, *args, **kwargs):
        frame, names = sys._getframe(1), []
        while frame:
            if frame.f_code.co_filename.startswith(root):
                names.append(frame.f_code.co_name)
            frame = frame.f_back
        paths.append(names[: names.index("run") + 1])
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(DiT, "forward", traced)
    out = tmp_path / "clip.mp4"
    words = ["--model", str(tiny_model_folder), "--sampler", sampler, "--guidance-mode", mode]
    assert main(["generate", "a car", *words, "-o", str(out)]) == 0
    assert len(paths) == evaluations(sampler, 2 if mode == "zero-star" else 3)
    assert all(len(path) <= 6 for path in paths), paths[0]
