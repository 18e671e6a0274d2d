"""The page of a report, and the controls whose answer is known beforehand."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np
import pytest

from himmel.core.errors import HimmelError
from himmel.evaluate import exhibits
from himmel.evaluate.benchmark import CATEGORIES, build
from himmel.evaluate.controls import (
    chance,
    cross_fade,
    deranged,
    made_wrong,
    noise,
    of_cross_fade,
    of_noise,
    of_shuffled,
    of_still,
    still,
)
from himmel.evaluate.exhibits import Exhibit, Film
from himmel.evaluate.report import html, read_report, write_report
from himmel.world.graph import sample_graph

METRIC = {"value": 0.5, "low": 0.4, "high": 0.6, "ceiling": 0.9, "unit": "share"}
REPORT = {
    "name": "adherence",
    "seed": 0,
    "n": 4,
    "machine": {"processor": "x", "cores": 2},
    "loaded": True,
    "weights": "abc",
    "metrics": {"kind": METRIC, "beat": {**METRIC, "value": 2.0, "ceiling": None, "unit": "ratio"}},
}


class Page(HTMLParser):
    """Open tags, and what would be fetched."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.fetched = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.fetched += [v for k, v in attributes if k in ("src", "href") and v and v[0] != "#"]

    def handle_startendtag(self, tag, attributes):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_page_is_whole_and_fetches_nothing():
    films = (Film("model", b"\0film", "video/mp4"), Film("render", missing="was <refused>"))
    page = Page(html([REPORT, REPORT], [Exhibit("one", 'a "red" <car>', films)]))
    assert page.open == []
    assert page.seen.count("table") == 2 and page.seen.count("svg") == 4
    assert [source[:22] for source in page.fetched] == ["data:video/mp4;base64,"]


def test_what_strangers_wrote_is_escaped():
    hostile = {**REPORT, "name": "<script>", "notes": ["<b>"], "metrics": {"<i>": METRIC}}
    text = html([hostile])
    assert "<script>" not in text and "<b>" not in text and "<i>" not in text
    assert "&lt;script&gt;" in text


def test_shares_are_drawn_from_0_to_1():
    text = html([REPORT])
    assert 'cx="425.0"' in text  # the middle of what lies between 230 and 620
    assert "0.4 to 0.6" in text and ">0.9<" in text


@pytest.mark.parametrize("values", [{}, {"value": 0.0, "low": 0.0, "high": 0.0, "ceiling": None}])
def test_a_single_number_has_an_axis(values):
    page = Page(html([{**REPORT, "metrics": {"x": {**METRIC, "unit": "dB", **values}}}]))
    assert page.open == [] and "circle" in page.seen


def test_reports_are_read_and_others_refused(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT))
    assert read_report(path) == REPORT
    write_report(tmp_path / "page.html", [read_report(path)])
    assert "adherence" in (tmp_path / "page.html").read_text(encoding="utf-8")
    for text in ("no json", "[]", '{"name": "x"}'):
        path.write_text(text)
        with pytest.raises(HimmelError, match="is no report"):
            read_report(path)
    with pytest.raises(HimmelError, match="nothing to report"):
        write_report(tmp_path / "page.html", [])


def test_films_of_a_report_are_sealed_or_rendered(tiny_system, tmp_path):
    def write(path, frames, fps):
        path.write_bytes(b"rendered")

    (shown,) = exhibits.drawn_exhibits(tiny_system, 1, 0, write)
    drawn, rendered = shown.films
    assert drawn.media_type == "video/mp4" and b"weights_sha256" in drawn.data
    assert rendered.data == b"rendered"


def test_films_of_a_folder_stand_beside_renders(tmp_path):
    entries = build(2, categories=CATEGORIES[:1])
    film = tmp_path / "core-0001.mp4"
    film.write_bytes(b"film")
    shown = exhibits.folder_exhibits(
        entries, {"core-0001": film}, 2, lambda path, frames, fps: path.write_bytes(b"x")
    )
    assert [e.films[0].data for e in shown] == [b"film", b""]
    assert shown[1].films[0].missing == "missing"


def test_wrong_clips_are_what_they_are_called():
    renders = np.random.default_rng(0).integers(0, 255, (3, 5, 4, 4, 3), dtype=np.uint8)
    assert (still(renders[0]) == renders[0, 0]).all()
    fade = cross_fade(renders[0], renders[1])
    assert (fade[0] == renders[0, 0]).all() and (fade[-1] == renders[1, -1]).all()
    made = made_wrong(renders, 0)
    assert (made["copy"][0] == renders[2]).all()
    assert all(clips.shape == renders.shape for clips in made.values())
    assert noise(renders[0], np.random.default_rng(1)).std() > 60


@pytest.mark.parametrize("count", [2, 3, 17])
def test_nothing_keeps_its_place(count):
    order = deranged(count, np.random.default_rng(count))
    assert sorted(order) == list(range(count))
    assert (order != np.arange(count)).all()


def test_chance_is_the_share_of_pairs_that_fit():
    graphs = [sample_graph(seed, "core") for seed in range(30)]
    read = [dict(graph.facts) for graph in graphs]
    same = np.mean(
        [a.time == b.time for i, a in enumerate(graphs) for j, b in enumerate(graphs) if i != j]
    )
    assert chance(read, graphs)["time"] == pytest.approx(same)
    shuffled = of_shuffled(read, graphs, 0)
    time = shuffled["shuffled.time"]
    assert time.low < time.ceiling < time.high
    assert of_shuffled(read[:1], graphs[:1], 0) == {}


def test_a_still_picture_is_caught_and_noise_too(tiny_judge):
    judge = tiny_judge({"kind": ["car"], "motion": ["left"]})
    graphs = [g for g in (sample_graph(s, "core") for s in range(40)) if g.motion == "jump"][:2]
    clips = np.random.default_rng(0).integers(0, 255, (2, 5, 16, 16, 3), dtype=np.uint8)
    stills = np.stack([still(clip) for clip in clips])
    told = of_still(judge, stills, graphs, 8.0)
    assert told["still.caught"].value == 1 and told["still.dynamic_degree"].value == 0
    assert of_still(judge, stills, [g.replace(motion="still") for g in graphs], 8.0) == {}
    assert 0 <= of_noise(judge, clips, graphs)["noise.caught"].value <= 1
    faded = of_cross_fade(judge, clips, graphs, [{"background_steadiness": 2.0}] * 2, 8.0)
    assert faded["cross_fade.caught"].value == 1


def test_the_film_of_a_render_can_be_played(tmp_path):
    from himmel.cli.world import write_render

    write_render(tmp_path / "clip.mp4", np.zeros((3, 16, 16, 3), np.uint8), 8.0)
    assert (tmp_path / "clip.mp4").stat().st_size > 100
