"""The judge: groups of pictures and of motion, labels only where a picture tells."""

import numpy as np
import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.interop.weights import load_config
from himmel.models.judge import UNREADABLE, Finder, Judge, JudgeConfig, cut, spread, square_round
from himmel.train.objectives.judge import IGNORE, find_loss, judge_loss
from himmel.world.graph import Other, sample_graph
from himmel.world.shown import shown
from himmel_recipes.catalogue import run, settings_of
from himmel_recipes.corpus import Corpus
from himmel_recipes.judge import JudgeData, is_plain, moved
from himmel_recipes.labels import judge_classes, judge_labels

CLASSES = {
    "kind": ["car", "dog"],
    "colour": ["red"],
    "motion": ["left", "right"],
    "camera": ["fixed"],
}


@pytest.fixture
def judge() -> Judge:
    torch.manual_seed(0)
    config = JudgeConfig(
        classes=CLASSES,
        subject=("kind",),
        place=("colour",),
        size=32,
        crop=16,
        motion_size=16,
        widths=(8, 8, 8),
        subject_widths=(8, 8, 8),
        finder_widths=(8, 8, 8),
    )
    return Judge(config).eval()


def test_a_single_picture_is_read_without_motion_and_a_clip_with_it(judge):
    picture = judge(torch.zeros(2, 1, 3, 32, 32))
    assert {n: tuple(v.shape) for n, v in picture.facts.items()} == {
        "kind": (2, 3),
        "colour": (2, 2),
    }
    clip = judge(torch.zeros(2, 9, 3, 32, 32))
    assert set(clip.facts) == {"kind", "colour", "motion", "camera"}
    assert clip.mask.shape == (2, 3, 8, 8)


def test_the_facts_of_a_clip_are_the_mean_over_the_frames_that_are_looked_at(judge):
    frames = torch.randn(1, 9, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    apart = torch.stack([judge(frames[:, i : i + 1]).facts["kind"] for i in (0, 4, 8)])
    assert torch.allclose(judge(frames).facts["kind"], apart.mean(0), atol=1e-5)


def test_a_subject_is_the_same_in_the_mirror(judge):
    frames = torch.randn(1, 1, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    square = torch.tensor([[0.0, 0.0, 0.5]])
    kinds = [judge._near(x[0], square)["kind"] for x in (frames, frames.flip(-1))]
    assert torch.allclose(*kinds, atol=1e-5)


def test_names_come_back_for_clips_of_any_size_and_length(judge):
    read = judge.read(torch.zeros(3, 17, 48, 64, 3, dtype=torch.uint8))
    assert len(read) == 3
    assert read[0]["kind"] in ("car", "dog", UNREADABLE)
    assert read[0]["motion"] in ("left", "right", UNREADABLE)


def test_features_and_cells_are_handed_out(judge):
    clips = torch.randint(0, 256, (2, 17, 64, 64, 3), dtype=torch.uint8)
    assert judge.features(clips).shape == (2, 16 + 128)
    assert judge.features(clips[:, :1]).shape == (2, 16)
    cells, shares = judge.cells(clips[:, :3])
    assert cells.shape == (2, 3, 8, 4, 4)
    assert shares.shape == (2, 3, 4, 4)
    assert ((shares >= 0) & (shares <= 1)).all()


def test_the_square_is_round_the_subject():
    picture = torch.zeros(1, 3, 64, 64)
    picture[..., 16:32, 40:56] = 1  # a square of 16 pixels
    share = torch.zeros(1, 16, 16)
    share[:, 4:8, 10:14] = 1
    square = cut(picture, square_round(share), 32)[0, 0]
    lit = (square > 0.5).nonzero().float()
    assert lit.mean(0).sub(15.5).abs().max() < 1.0
    assert 0.3 < (square > 0.5).float().mean() < 0.8


def test_a_subject_that_stands_in_a_corner_is_learnt_to_be_found():
    torch.manual_seed(0)
    finder = Finder((8, 8, 8))
    optimiser = torch.optim.AdamW(finder.parameters(), 1e-2)
    frames = torch.full((8, 1, 3, 32, 32), -0.8)
    mask = torch.zeros(8, 1, 8, 8)
    for i in range(8):
        top, left = 8 * (i % 4), 8 * (i // 2)
        frames[i, :, :, top : top + 8, left : left + 8] = 0.8
        mask[i, :, top // 4 : top // 4 + 2, left // 4 : left // 4 + 2] = 1
    batch, generator = {"frames": frames, "mask": mask}, torch.Generator().manual_seed(0)
    losses = []
    for _ in range(60):
        loss = find_loss(finder, batch, generator)
        optimiser.zero_grad()
        loss.value.backward()
        optimiser.step()
        losses.append(loss.value.item())
    assert losses[-1] < 0.2 * losses[0]
    off = finder.eval().square(frames[:, 0]) - square_round(mask[:, 0])
    assert off.abs().mean() < 0.2


def test_pictures_without_a_subject_have_no_square_to_find():
    finder = Finder((8, 8, 8))
    batch = {"frames": torch.zeros(2, 1, 3, 32, 32), "mask": torch.zeros(2, 1, 8, 8)}
    loss = find_loss(finder, batch, torch.Generator().manual_seed(0))
    assert torch.allclose(loss.value, 10 * loss.parts["cells"])


def test_frames_are_spread_from_the_first_to_the_last():
    assert spread(17, 9).tolist() == list(range(0, 17, 2))
    assert spread(9, 3).tolist() == [0, 4, 8]


def test_labels_are_left_out_where_a_picture_does_not_tell():
    wide = sample_graph(1, "wide").replace(look="natural", colour="red", traits=())
    assert shown(wide, "colour") == "red"
    assert shown(wide, "material") == "plain"
    assert shown(wide, "expression") == ""
    assert shown(wide.replace(colour="own"), "colour") == ""
    two = sample_graph(1, "group").replace(
        count=1, others=(Other(kind="car", colour="red", relation="left"),)
    )
    assert shown(two, "kind") == shown(two, "count") == ""
    labels = judge_labels([wide, wide.replace(colour="own"), two])
    assert labels["colour"].tolist()[1:] == [IGNORE, IGNORE]
    assert labels["kind"][0] == judge_classes()["kind"].index(wide.kind)


def corpus(frames: int) -> Corpus:
    rng = np.random.default_rng(0)
    graphs = [sample_graph(seed, "core") for seed in range(4)]
    pictures = rng.integers(0, 256, (4, frames, 32, 32, 3), dtype=np.uint8)
    return Corpus(pictures, np.zeros((4, frames, 32, 4), np.uint8), graphs)


def test_batches_of_pictures_and_clips_train_the_judge():
    config = JudgeConfig(
        classes=judge_classes(),
        size=32,
        crop=16,
        motion_size=16,
        widths=(8, 8, 8),
        subject_widths=(8, 8, 8),
        finder_widths=(8, 8, 8),
    )
    network = Judge(config)
    data = JudgeData({1: [corpus(1)], 9: [corpus(9)]})
    lengths = set()
    for step in range(12):
        batch = data(step, np.random.default_rng(step))
        lengths.add(batch["frames"].shape[1])
        loss = judge_loss(network, batch, torch.Generator().manual_seed(step))
        loss.value.backward()
        assert torch.isfinite(loss.value)
    assert lengths == {1, 9}
    learns = {n: p.grad is not None for n, p in network.named_parameters()}
    assert all(learns[name] != name.startswith("finder.") for name in learns)


def test_the_first_steps_show_plain_scenes_alone():
    graphs = [sample_graph(seed, "wide") for seed in range(40)]
    plain = {i for i, graph in enumerate(graphs) if is_plain(graph)}
    assert 0 < len(plain) < 40
    pictures = (
        np.zeros((40, 1, 32, 32, 3), np.uint8)
        + np.arange(40, dtype=np.uint8)[:, None, None, None, None]
    )
    shown = Corpus(pictures, np.zeros((40, 1, 32, 4), np.uint8), graphs)
    data = JudgeData({1: [shown]}, plain_steps=5)

    def rows(step):
        frames = data(step, np.random.default_rng(step))["frames"]
        return {round(float(127.5 * (x.mean() + 1))) for x in frames}

    assert all(rows(step) <= plain for step in range(5))
    assert any(not rows(step) <= plain for step in range(5, 9))


def test_a_closer_cut_moves_picture_and_mask_alike():
    x = torch.zeros(1, 1, 3, 32, 32)
    x[..., 8:24, 8:24] = 1
    mask = x[:, :, 0].clone()
    for seed in range(5):
        picture, cut = moved(x, mask, np.random.default_rng(seed))
        assert torch.allclose(picture[:, :, 0], cut, atol=1e-5)


def test_the_toy_recipe_trains_one(tmp_path):
    run("toy", root=tmp_path, stage="judge_near")
    run("toy", root=tmp_path, stage="judge_find")
    run("toy", root=tmp_path, stage="judge")
    config = load_config(tmp_path / "model", "judge", JudgeConfig)
    assert config.classes == judge_classes()
    with pytest.raises(HimmelError, match="judge"):
        run("toy", root=tmp_path, stage="judge_wild")


def test_the_recipe_has_room_for_it():
    assert settings_of("toy").judge.share < settings_of("embedded").judge.share == 1.0
