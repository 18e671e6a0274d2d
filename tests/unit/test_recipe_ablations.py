"""Ablations: what is cut, what is measured at the edge, and how arms are held against each other."""

import json
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from himmel.core.errors import HimmelError
from himmel.core.shards import Shard, index_of, read_shard, write_shard
from himmel.generate.system import SHIPPED
from himmel.interop.weights import load_config, load_state
from himmel.models.video_codec import CodecConfig, LinearCodec
from himmel.world.dataset import Corpus, render_corpus
from himmel.world.graph import sample_graph
from himmel.world.rights import TRANSFORMER, own_rights
from himmel_recipes import ablations
from himmel_recipes.ablations import (
    ARMS,
    USUAL,
    at_edge,
    cut_to_squares,
    main,
    pixel_codec,
    table,
)
from himmel_recipes.catalogue import settings_of
from himmel_recipes.codec import encode_corpus, picture_moments
from himmel_recipes.labels import draw_caption
from himmel_recipes.settings import Folders
from himmel_recipes.stages import Job, load_codec, load_text
from himmel_recipes.transformer import load_latents


def test_arms_are_settings_of_the_recipe_and_held_against_arms_that_exist():
    for arm in ARMS.values():
        settings_of("nano", USUAL | arm.sets)
        assert arm.against in ARMS and arm.question


def test_arms_of_other_sizes_take_the_work_of_the_usual_one():
    def work(name):
        s = settings_of("nano", USUAL | ARMS[name].sets)
        width = s.dit.num_attention_heads * s.dit.attention_head_dim
        token = s.dit.num_layers * (8 * width**2 + 2 * width * s.dit.ffn_dim)
        return token * s.transformer.film_steps

    assert work("base") / work("usual") == pytest.approx(1, abs=0.05)
    assert work("long") / work("usual") == pytest.approx(3, abs=0.05)


def test_captions_keep_to_the_styles_that_are_asked_for():
    rng = np.random.default_rng(0)
    graphs = [sample_graph(i, "core") for i in range(40)]
    long = [draw_caption(g, rng, styles=("descriptive",)) for g in graphs]
    short = [draw_caption(g, rng, styles=("alt",)) for g in graphs]
    assert min(len(said.split()) for said in long) > max(
        3, np.median([len(s.split()) for s in short])
    )


def test_cut_to_squares_keeps_whole_rows_and_neighbouring_columns(tmp_path):
    columns = np.arange(6.0).repeat(4).reshape(6, 4).T  # (4, 6): a cell's number is its column
    film = np.broadcast_to(columns, (9, 2, 3, 4, 6)).astype(np.float16)
    arrays = {
        "film": film,
        "film_subject": film[:, :1],
        "picture": film[:, None, :, :1].repeat(3, 1),
        "picture_subject": film[:, None, :1, :1].repeat(3, 1),
    }
    rights = own_rights(film[0], ["a clip"], TRANSFORMER)
    samples = [{"id": str(i), "graph": {}, "rights": rights} for i in range(9)]
    write_shard(tmp_path / "wide", 0, Shard(arrays, samples))
    cut_to_squares(tmp_path / "wide", tmp_path / "cut")
    held = read_shard(tmp_path / "cut", *index_of(tmp_path / "cut")["shards"]).arrays
    assert held["film"].shape == (9, 2, 3, 4, 4) and held["picture"].shape == (9, 3, 2, 1, 4, 4)
    first = held["film"][:, 0, 0, 0]
    assert (np.diff(first, axis=1) == 1).all() and len(set(first[:, 0])) > 1
    for name in ("film_subject", "picture", "picture_subject"):
        inner = held[name].reshape(9, -1, 4)[:, 0]
        assert (inner == first).all()


def test_at_edge_counts_cells_in_the_outermost_ring():
    masks = np.zeros((3, 4, 4), np.float32)
    masks[0, 1:3, 1:3] = 1
    masks[1, 1, 0:2] = 1
    assert at_edge(masks).tolist() == [0.0, 0.5, 0.0]


def test_table_pairs_each_arm_with_the_one_it_is_held_against():
    keys = ("kind_log", "kind", "colour", "setting", "all_facts", "at_edge")
    zero, one = ({key: np.full(8, value) for key in keys} for value in (0.0, 1.0))
    lines = table({"usual": zero, "even": one, "squares": one}).splitlines()
    assert [line.split(" |")[0] for line in lines[2:]] == [
        "| usual",
        "| even",
        "| even - usual",
        "| squares",
    ]
    assert lines[4].count("+1.000 [+1.000, +1.000]") == len(keys)


def test_arms_with_answers_are_not_trained_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(ablations, "still_questions", lambda n, seed: [])
    monkeypatch.setattr(ablations, "load_judge", lambda folder: None)
    keys = ("kind_log", "kind", "colour", "setting", "all_facts", "at_edge")
    (tmp_path / "usual.json").write_text(json.dumps({key: [0.5] for key in keys}))
    assert main(["--corpora", "none", "--out", str(tmp_path), "--arm", "usual"]) == 0
    assert "| usual | 0.500" in capsys.readouterr().out
    assert main(["--corpora", "none", "--out", str(tmp_path), "--arm", "even"]) == 1
    assert "no latents" in capsys.readouterr().err


def test_training_an_arm_needs_latents(tmp_path):
    with pytest.raises(HimmelError, match="no latents"):
        ablations.train("usual", tmp_path, tmp_path / "arm")


def test_pixels_are_a_codec_that_loses_nothing_of_pictures():
    pictures = torch.rand(2, 3, 1, 32, 48) * 2 - 1
    codec = pixel_codec()
    numbers = codec.encode_small(pictures)
    assert numbers.shape == (2, 768, 1, 2, 3)
    assert numbers.square().mean().item() == pytest.approx(4 / 3, rel=0.05)  # 1 / 3 over .5 squared
    for frame in codec.linear(numbers)[:, 0].unbind(2):
        torch.testing.assert_close(frame, pictures[:, :, 0])


@pytest.mark.parametrize("name", ["linear", "pixels"])
def test_arms_of_other_spaces_bring_their_codec_and_its_latents(tmp_path, name):
    run, settings = Folders(tmp_path / "run"), settings_of("nano", USUAL | ARMS[name].sets)
    render_corpus(run.corpus("small"), Corpus(count=3, size=32, scene="core", frames=5))
    packaged = LinearCodec(load_config(SHIPPED / "default", "codec", CodecConfig))
    packaged.load_state_dict(load_state(SHIPPED / "default", "codec"))
    encode_corpus(packaged, run.corpus("small"), run.latents("small"), partial(picture_moments, 7))
    arm = Folders(tmp_path / "arm")
    ablations._borrow(run, arm, ARMS[name])
    codec, usual = (
        load_codec(Job(settings, arm)),
        load_latents([run.latents("small")], packaged.config),
    )
    held = load_latents([arm.latents("small")], settings.codec)
    assert codec.decoder is None and held.picture.shape[2] == settings.dit.in_channels
    assert torch.equal(held.moments, usual.moments) and held.graphs == usual.graphs
    shown, kept = codec.decode(held.film.float()), packaged.linear(held.film[:, :96].float())
    if name == "linear":
        small = F.interpolate(kept[:, -1, :, -1], scale_factor=2.0, mode="bilinear").clamp(-1, 1)
        torch.testing.assert_close(shown[:, :, -1], small)


def test_an_arm_borrows_latents_and_the_packaged_reader(tmp_path):
    latents = tmp_path / "run" / "latents" / "small"
    latents.mkdir(parents=True)
    (tmp_path / "run" / "world").mkdir()
    folders = Folders(tmp_path / "arm")
    for _ in "ab":  # what is there stays
        ablations._borrow(Folders(tmp_path / "run"), folders, ARMS["usual"])
    job = Job(settings_of("nano", USUAL), folders)
    assert load_codec(job).config.channels == job.settings.codec.channels
    encoder, tokenizer = load_text(job)[0]["encoder"], load_text(job)[1]
    assert encoder.config.vocab_size == tokenizer.size
    assert folders.latents("small").resolve() == latents.resolve()
