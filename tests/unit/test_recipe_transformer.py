"""What the transformer is shown: buckets of about equal tokens, keyframes at their times."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.core.rng import numpy_rng
from himmel.generate.system import SHIPPED, load_config
from himmel.interop.weights import read_checksums
from himmel.models.dit import DiT, FlowMapConfig
from himmel.nn.rope import grid_positions
from himmel.world.graph import sample_graph
from himmel.world.vocabulary import KINDS, names
from himmel_recipes.catalogue import settings_of
from himmel_recipes.codec import picture_moments
from himmel_recipes.export import _as_packaged, conditions_of, frames_of, sizes_of
from himmel_recipes.settings import AimSettings, Folders, defaults_of
from himmel_recipes.stages import Job, _packaged, _teacher, work
from himmel_recipes.text import TextData, build_text, build_tokenizer
from himmel_recipes.transformer import (
    DiffusionData,
    Latents,
    Teacher,
    diffusion_loss,
    positions_of,
    widen,
)

TOY = settings_of("toy")


def latents(frames, rows, columns, clips=6):
    film = torch.arange(float(clips)).view(-1, 1, 1, 1, 1).expand(-1, 12, frames, rows, columns)
    picture = torch.full((clips, 3, 12, 1, rows, columns), -1.0)
    moments = torch.tensor([0.0, 0.5, 2.0]).expand(clips, 3)
    graphs = [sample_graph(i) for i in range(clips)]
    subjects = (film[:, :1] / clips, torch.ones_like(picture[:, :, :1]))
    return Latents(film.half(), picture.half(), moments, *subjects, graphs)


def test_latents_of_some_kinds():
    graphs = [sample_graph(i, scene) for i in range(40) for scene in ("core", "wide", "group")]
    wide = [g for g in graphs if g.scene != "core" and g.kind not in names(KINDS)]
    shown = (wide[0].kind, wide[1].kind)
    whole = replace(latents(3, 2, 2, clips=len(graphs)), graphs=graphs)
    some = whole.of(shown)
    drawn = {kind for g in some.graphs for kind in (g.kind, *(o.kind for o in g.others))}
    assert drawn & {*shown} and drawn <= {*shown, *names(KINDS)}
    assert {g.scene for g in some.graphs} >= {"core"} and len(some.graphs) < len(graphs)
    place = whole.graphs.index(some.graphs[-1])  # rows and graphs stay together
    assert torch.equal(some.film[-1], whole.film[place])
    assert whole.of(()) is whole


def data(shaped_share, keyframe_share, *shaped, picture_share=0.0):
    sizes = TOY.transformer.replace(
        picture_steps=0,
        picture_share=picture_share,
        film_batch=8,
        picture_batch=12,
        shaped_share=shaped_share,
        keyframe_share=keyframe_share,
    )
    settings = TOY.replace(transformer=sizes)
    return DiffusionData(settings, latents(3, 4, 4), build_tokenizer(settings), shaped)


def test_batches_of_every_bucket_have_about_as_many_tokens():
    draw = data(1.0, 0.0, latents(3, 4, 6), latents(5, 4, 4))
    rng = np.random.default_rng(0)
    shapes = {tuple(draw(step, rng)["x0"].shape) for step in range(20)}
    assert shapes == {(5, 12, 3, 4, 6), (5, 12, 5, 4, 4)}  # 8 clips of 48 tokens are 384


def test_pictures_count_their_own_tokens():
    draw = data(1.0, 0.0, latents(5, 4, 4), picture_share=1.0)
    assert draw(0, np.random.default_rng(0))["x0"].shape == (12, 12, 1, 4, 4)


def test_keyframes_stand_behind_the_clip_with_their_times():
    batch = data(0.0, 1.0)(0, np.random.default_rng(0))
    assert batch["x0"].shape == (8, 12, 4, 4, 4)
    assert (batch["x0"][:, :, 3] == -1).all() and (batch["x0"][:, :, :3] >= 0).all()
    shown = batch["x0"][:, :1, :3].half() / 6  # as `latents` has it
    assert torch.allclose(batch["subject"][:, :, :3], shown.float(), atol=1e-3)
    assert (batch["subject"][:, :, 3] == 1).all()
    assert set(batch["moment"].tolist()) <= {0.0, 0.5, 2.0}


def test_without_shapes_there_is_one_bucket():
    assert data(1.0, 0.0)(0, np.random.default_rng(0))["x0"].shape == (8, 12, 3, 4, 4)


def test_positions_of_a_picture_beside_a_clip():
    placed = positions_of(torch.tensor([0.5, 2.0]), 3, 2, 2)
    assert placed.shape == (2, 16, 3)
    assert torch.equal(placed[0, :12], grid_positions(3, 2, 2))
    assert (placed[0, 12:, 0] == 0.5).all() and (placed[1, 12:, 0] == 2).all()
    assert torch.equal(placed[0, 12:, 1:], grid_positions(1, 2, 2)[:, 1:])


def test_moments_are_drawn_once_for_all():
    first, longer = (picture_moments(3, "00001", clips, 17) for clips in (4, 9))
    assert first.shape == (4, 3) and np.array_equal(first, longer[:4])  # a shard may grow
    assert longer.min() >= 0 and longer.max() < 17


def test_an_export_says_what_was_trained():
    assert sizes_of(TOY) == ((32, 32), (48, 32))
    assert frames_of(TOY) == (1, 5, 9)
    assert conditions_of(TOY) == ("first", "keyframe")
    never = TOY.transformer.replace(keyframe_share=0.0)
    assert conditions_of(TOY.replace(transformer=never)) == ("first",)


def test_shapes_are_set_as_json():
    some = settings_of("toy", {"world.shapes": "[[24, 16, 5]]"})
    assert some.world.shapes == ((24, 16, 5),)
    assert settings_of("toy", {"world.shapes": "[]"}).world.shapes == ()
    with pytest.raises(HimmelError, match="does not fit"):
        settings_of("toy", {"world.shapes": "wide"})


def test_a_judge_that_was_not_trained_is_the_packaged_one(tmp_path):
    _as_packaged("default", tmp_path, "judge")
    names = {"judge.json", "judge.safetensors"}
    assert {p.name for p in tmp_path.iterdir()} == {*names, "checksums.json"}
    for name in names:
        assert (tmp_path / name).read_bytes() == (SHIPPED / "default" / name).read_bytes()
    shipped = read_checksums(SHIPPED / "default")
    assert read_checksums(tmp_path) == {name: shipped[name] for name in names}


def test_single_pictures_come_as_often_as_they_are_many():
    album = latents(1, 4, 4, clips=18)
    album.picture.fill_(-7.0)
    draw = data(0.0, 0.0, picture_share=1.0)
    draw.pictures = album
    rng = np.random.default_rng(0)
    single = [float(draw(step, rng)["x0"].mean()) == -7.0 for step in range(80)]
    assert 0.6 < np.mean(single) < 0.9  # 18 pictures beside 6 clips
    film = data(0.0, 0.0)
    film.pictures = album
    assert film(0, rng)["x0"].shape[2] == 3


@pytest.mark.parametrize("keyframes", [0.0, 1.0])
@pytest.mark.parametrize("causal", [0.0, 1.0])
def test_a_teacher_looks_at_clips_as_the_pupil_does(keyframes, causal):
    shown = data(0.0, keyframes)
    aim = AimSettings(fused=2.5, caption_dropout=0.5)
    sizes = shown.settings.transformer.replace(causal_share=causal, aim=aim)
    settings = shown.settings.replace(transformer=sizes)
    encoder = build_text(settings, shown.tokenizer)["encoder"]
    network, calls = DiT(settings.dit), []
    for part in network.parameters():  # what `initialise` makes hears no text yet
        torch.nn.init.normal_(part, std=0.2)

    def seen(*given, **known):
        calls.append((len(given[0]), {name: part.shape for name, part in known.items()}))
        return network(*given, **known)

    batch = shown(3, np.random.default_rng(0))
    taught = Teacher(seen, 2.5)
    loss = diffusion_loss(settings, encoder, seen, batch, torch.Generator().manual_seed(0), taught)
    (both, twice), (once, known) = calls
    assert both == 2 * once and twice.keys() == known.keys()
    assert known.keys() == ({"positions"} if keyframes else {"mask"} if causal else set())
    assert loss.value > 0 and loss.parts.keys() == {"keyframe" if keyframes else "film"}


@pytest.mark.parametrize("by", ["difference", "halves"])
@pytest.mark.parametrize("keyframes", [0.0, 1.0])
def test_a_flow_map_looks_at_clips_as_its_teacher_does(keyframes, by):
    shown = data(0.0, keyframes)
    aim = AimSettings(leaps=1.0, leap_by=by)
    sizes = shown.settings.transformer.replace(causal_share=1.0, aim=aim)
    dit = FlowMapConfig.from_dict(shown.settings.dit.to_dict() | {"flow_map": True})
    settings = shown.settings.replace(transformer=sizes, dit=dit)
    encoder = build_text(settings, shown.tokenizer)["encoder"]
    network, calls = DiT(settings.dit), []

    def seen(*given, **known):
        calls.append((given[1].ndim, known.keys()))
        return network(*given, **known)

    batch = shown(3, np.random.default_rng(0))
    taught = Teacher(seen, 1.0)
    loss = diffusion_loss(settings, encoder, seen, batch, torch.Generator().manual_seed(0), taught)
    assert all(known == calls[0][1] for _, known in calls)
    assert [ndim for ndim, _ in calls] == [calls[0][0], 3, 3, 3] and calls[0][0] < 3
    loss.value.backward()
    assert network.proj_out.weight.grad is not None


def test_guidance_is_learnt_from_a_model_to_start_from():
    lone = settings_of("quick").replace(start="")
    with pytest.raises(HimmelError, match="a model to start from"):
        _teacher(Job(lone, Folders(Path("nowhere"))))
    assert _teacher(Job(settings_of("embedded"), Folders(Path("nowhere")))) is None


def test_what_a_request_gets_by_default():
    usual, quick = (defaults_of(settings_of(name)) for name in ("embedded", "quick"))
    assert usual.guidance == 3.5 and usual.guidance_fused == 1.0
    assert quick.guidance == quick.guidance_fused == 3.5
    assert usual.sampler == quick.sampler == "unipc"
    few = defaults_of(settings_of("few"))
    assert (few.sampler, few.steps, few.guidance_fused) == ("flow-map", 4, 3.5)


def test_a_flow_map_starts_from_what_is_packaged():
    settings = settings_of("few")
    network = DiT(settings.dit)
    before = network.condition_embedder.step_embedder.linear_1.weight.clone()
    packaged = _packaged(settings.start)
    widen(packaged, network)
    assert torch.equal(network.proj_out.weight, packaged.proj_out.weight)
    assert torch.equal(network.condition_embedder.step_embedder.linear_1.weight, before)


def test_a_teacher_that_has_learnt_its_guidance_is_asked_once():
    job = Job(settings_of("few"), Folders(Path("nowhere")))
    learnt = load_config("default").defaults.guidance_fused
    teacher = _teacher(job)
    assert teacher.scale == 3.5 / learnt
    told = Teacher(teacher.network, 1.0).of({})
    assert told.func is teacher.network


def test_what_is_drawn_badly_comes_more_often():
    draw = data(0.0, 0.0)
    kinds = [g.kind for g in draw.latents.graphs]
    often = {kinds[0]: 3.0, draw.latents.graphs[1].setting: 2.0}
    rates = [often.get(g.kind, 1.0) * often.get(g.setting, 1.0) for g in draw.latents.graphs]
    sizes = draw.settings.transformer.replace(often=often, film_batch=6_000)
    draw.settings = draw.settings.replace(transformer=sizes)
    rows = draw(5, np.random.default_rng(1))["x0"][:, 0, 0, 0, 0].long()
    counts = torch.bincount(rows, minlength=6) / len(rows)
    assert torch.allclose(counts, torch.tensor(rates) / sum(rates), atol=0.02)


def test_work_is_that_of_each_batch_and_of_its_teacher():
    network = DiT(TOY.dit)
    film, picture = (torch.zeros(2, 12, frames, 2, 2) for frames in (3, 1))
    one = work(TOY, network, {"x0": picture})
    assert one == 3 * network.flops(4, TOY.text.length)
    assert work(TOY, network, {"x0": film}) == 3 * network.flops(12, TOY.text.length)
    taught = TOY.replace(transformer=TOY.transformer.replace(aim=AimSettings(fused=3.0)))
    assert work(taught, network, {"x0": picture}) == pytest.approx(5 / 3 * one)
    leaping = TOY.replace(transformer=TOY.transformer.replace(aim=AimSettings(leaps=0.5)))
    assert work(leaping, network, {"x0": picture}) == pytest.approx(4 / 3 * one)


def test_parts_of_a_step_read_captions_of_their_own():
    said = TextData(TOY, build_tokenizer(TOY))
    first, second = (said(7, numpy_rng(0, part))["label.kind"] for part in (0, 1))
    assert not torch.equal(first, second)
    assert torch.equal(first, said(7, numpy_rng(0, 0))["label.kind"])
