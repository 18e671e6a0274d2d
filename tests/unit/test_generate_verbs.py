"""Verbs over films through plan, drawing and door, with a model of toy size."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.geometry import PixelShape
from himmel.core.values import Clip, Known, Request, Rework, Sound
from himmel.evaluate.codec import reconstruct
from himmel.generate import door, rework
from himmel.generate import redraw as room
from himmel.generate.layout import lay_out
from himmel.generate.manifest import identity
from himmel.generate.redraw import redraw
from himmel.generate.verbs import VERBS, Blend, Edit, Extend, Interpolate, Loop, Recut
from himmel.generate.verbs.blend import TOLD
from himmel.generate.verbs.source import find_source, read_source
from himmel.media.picture import write_picture
from himmel.media.write import write_clip
from himmel.provenance.read import read_manifest
from himmel.provenance.verify import verify
from himmel.safety.frames import shows_canary


def moving(frames=9, width=16, height=16, seed=0):
    """Coarse colours that drift to the right, two pixels a frame."""
    coarse = np.random.default_rng(seed).integers(0, 255, (height // 4, width // 4 + frames, 3))
    wide = coarse.repeat(4, 0).repeat(4, 1).astype(np.uint8)
    return np.stack([wide[:, 2 * i : 2 * i + width] for i in range(frames)])


def filmed(folder, name="a.apng", fps=8.0, sound=None, **how):
    """A film without loss, so that frames can be compared bit for bit."""
    write_clip(folder / name, Clip(moving(**how), fps, sound))
    return str(folder / name)


@pytest.fixture
def clip(tmp_path):
    return filmed(tmp_path)


def planned(system, out, verb, prompt="a red car", **more):
    return lay_out(Rework(prompt=prompt, verb=verb, **more), system.config, out / "out.mp4")


def made(system, out, verb, **more):
    return np.concatenate(redraw(planned(system, out, verb, **more), system))


def every_verb(clip, other):
    return [
        Extend(clip=clip, seconds=0.5),
        Extend(clip=clip, seconds=0.5, backward=True),
        Loop(clip=clip, seconds=0.5),
        Blend(clip=clip, other=other, transition=0.25, connect=True),
        Recut(clip=clip, keep=((0, 0.5), (0.625, 1.125))),
        Interpolate(clip=clip, fps=16),
    ]


def test_kept_frames_come_back_bit_for_bit(tiny_system, clip, tmp_path):
    other = filmed(tmp_path, "b.apng", seed=1)
    for verb in every_verb(clip, other):
        plan = planned(tiny_system, tmp_path, verb, keep_source=True)
        film, place = np.concatenate(redraw(plan, tiny_system)), 0
        for cut in plan.timeline.cuts:
            if cut.source is not None:
                own = moving(seed=cut.source)[cut.first :]
                shown = film[place : place + cut.frames : cut.slowed]
                assert np.array_equal(shown, own[: len(shown)]), verb.name
            place += cut.frames
        assert place == len(film) == plan.pixels.frames


def test_kept_frames_are_the_codecs_where_nothing_else_is_asked(tiny_system, clip, tmp_path):
    film = made(tiny_system, tmp_path, Extend(clip=clip, seconds=0.5))
    once = reconstruct(tiny_system.codec, moving())
    assert np.abs(film[:4].astype(int) - once[:4]).max() <= 1
    kept = made(tiny_system, tmp_path, Extend(clip=clip, seconds=0.5), keep_source=True)
    assert not np.array_equal(film[:9], kept[:9]) and np.array_equal(film[9:], kept[9:])


def test_what_is_drawn_depends_on_what_is_given(tiny_system, clip, tmp_path):
    verb = Extend(clip=clip, seconds=0.5)
    one, again = (made(tiny_system, tmp_path, verb) for _ in range(2))
    assert np.array_equal(one, again)
    other = made(tiny_system, tmp_path, verb.replace(clip=filmed(tmp_path, "b.apng", seed=1)))
    assert not np.array_equal(one[9:], other[9:])
    assert not np.array_equal(one, made(tiny_system, tmp_path, verb, seed=1))


def test_longer_than_a_window(tiny_system, clip, tmp_path):
    plan = planned(tiny_system, tmp_path, Extend(clip=clip, seconds=3))
    assert plan.pixels.frames == 9 + 24 and len(plan.timeline.windows) == 6
    assert "drawn in 6 windows" in plan.notes[-1]
    film = np.concatenate(redraw(plan, tiny_system))
    assert not np.array_equal(film[9:13], film[13:17])


def test_an_edit_holds_as_much_as_it_was_told(tiny_system, clip, tmp_path):
    def off(strength):
        film = made(tiny_system, tmp_path, Edit(clip=clip, strength=strength))
        return np.abs(film.astype(float) - reconstruct(tiny_system.codec, moving())).mean()

    assert off(0.9) < off(0.2)
    assert np.array_equal(made(tiny_system, tmp_path, Edit(clip=clip, strength=1.0)), moving())


def test_interpolated_frames_lie_between_the_films_own(tiny_system, clip, tmp_path):
    film = made(tiny_system, tmp_path, Interpolate(clip=clip, fps=24))
    own, share = moving(), np.full(8, 1 / 3)
    assert np.array_equal(film[::3], own)
    assert np.array_equal(film[1::3], room.halfway(own[:-1], own[1:], share))
    drawn = made(tiny_system, tmp_path, Interpolate(clip=clip, fps=24, strength=0.7))
    assert drawn.shape == film.shape and not np.array_equal(drawn[::3], own)


def test_inpainting_leaves_the_rest_alone(tiny_system, clip, tmp_path):
    verb = Edit(clip=clip, box=(8, 0, 8, 16))
    film = made(tiny_system, tmp_path, verb, keep_source=True)
    assert np.array_equal(film[:, :, :8], moving()[:, :, :8])
    assert not np.array_equal(film[:, :, 8:], moving()[:, :, 8:])
    mask = np.zeros((16, 16, 3), np.uint8)
    mask[:, 8:] = 255
    write_picture(tmp_path / "mask.png", mask)
    masked = verb.replace(box=None, mask=str(tmp_path / "mask.png"))
    assert np.array_equal(film, made(tiny_system, tmp_path, masked, keep_source=True))
    plan = planned(tiny_system, tmp_path, masked)
    assert len(plan.region.sha256) == 64
    assert plan.notes == ("2 of 4 cells of 8x8 pixels are drawn; a cell is drawn whole",)


def test_a_cinemagraph_stands_still_outside(tiny_system, clip, tmp_path):
    film = made(
        tiny_system, tmp_path, Edit(clip=clip, box=(8, 0, 8, 16), still=True), keep_source=True
    )
    assert (film[:, :, :8] == moving()[0, :, :8]).all()
    assert np.ptp(film[:, :, 8:].astype(int), axis=0).any()


def larger(system):
    """The same system, which draws 32x32 pixels."""
    config = system.config
    config = config.replace(defaults=config.defaults.replace(width=32, height=32), trained_sizes=())
    return dataclasses.replace(system, config=config)


def test_outpainting_puts_the_clip_into_the_middle(tiny_system, tmp_path):
    small = filmed(tmp_path, "small.apng", width=16, height=16)
    film = made(larger(tiny_system), tmp_path, Edit(clip=small, canvas=(32, 32)), keep_source=True)
    assert film.shape == (9, 32, 32, 3)
    assert np.array_equal(film[:, 8:24, 8:24], moving())


def test_films_of_any_size_and_rate_are_fitted_and_it_is_said(tiny_system, tmp_path):
    fast = filmed(tmp_path, "fast.apng", fps=24, frames=27, width=48, height=32)
    plan = planned(tiny_system, tmp_path, Extend(clip=fast))
    assert plan.notes[0] == "fast.apng is 48x32; its middle is cut out to fit 16x16"
    assert plan.notes[1].startswith("fast.apng has 24 frames per second and is read at 8")
    assert plan.timeline.cuts[0].frames == 9
    source = find_source(fast)
    frames = read_source(source, PixelShape(1, 32, 48), 8.0)
    assert np.array_equal(frames, moving(27, 48, 32)[::3])
    slow = read_source(source, PixelShape(1, 32, 48), 48.0)
    assert len(slow) == 54 and np.array_equal(slow[::2], moving(27, 48, 32))


def test_a_canvas_has_a_size_of_its_own(tiny_system, tmp_path):
    system, wide = larger(tiny_system), filmed(tmp_path, width=32, height=32)
    plan = planned(system, tmp_path, Edit(clip=wide, canvas=(64, 64)))
    assert plan.notes[0] == "the canvas of a.apng is 64x64 and fitted to 32x32"
    plan = planned(system, tmp_path, Edit(clip=wide, canvas=(80, 64)))
    assert plan.notes[0] == "the canvas of a.apng is 80x64; its middle is cut out to fit 32x32"


def test_every_film_is_told_with_its_own_size(tiny_system, clip, tmp_path):
    wide = filmed(tmp_path, "wide.apng", width=48)
    plan = planned(tiny_system, tmp_path, Blend(clip=clip, other=wide, transition=0.25))
    assert plan.notes == ("wide.apng is 48x16; its middle is cut out to fit 16x16",)


def test_the_film_that_is_too_long_is_named(tiny_system, clip, tmp_path, monkeypatch):
    long = filmed(tmp_path, "long.apng", frames=20, width=16)
    monkeypatch.setattr(rework, "MOST_FRAMES", 12)
    with pytest.raises(HimmelError, match=r"^long.apng has 20 frames at 8 per second, .* 12 or"):
        planned(tiny_system, tmp_path, Recut(clip=long, keep=((0, 1),)))
    with pytest.raises(HimmelError, match=r"^17 frames are too many to work on; make it 12"):
        planned(tiny_system, tmp_path, Loop(clip=clip, seconds=0.625))


def test_a_rate_that_the_file_does_not_show_is_refused_by_the_plan(tiny_system, clip, tmp_path):
    request = Rework(prompt="a red car", verb=Interpolate(clip=clip, fps=64))
    assert lay_out(request, tiny_system.config, tmp_path / "a.mp4").fps == 64
    with pytest.raises(HimmelError, match="GIF shows at most 50 frames a second"):
        lay_out(request, tiny_system.config, tmp_path / "a.gif")


def test_sound_is_left_out_and_it_is_said(tiny_system, tmp_path):
    sound = Sound(np.zeros((9000, 1), np.float32), 8000)
    path = filmed(tmp_path, "loud.mp4", sound=sound)
    assert (
        "the sound of loud.mp4 is left out"
        in planned(tiny_system, tmp_path, Extend(clip=path)).notes
    )


def test_the_manifest_names_the_films(tiny_system, clip, tmp_path):
    out = tmp_path / "longer.mp4"
    request = Rework(prompt="a red car", verb=Extend(clip=clip, seconds=0.5))
    result = door.generate(request, tiny_system, out)
    assert result.allowed and len(result.clip.frames) == 13
    told = read_manifest(out)
    assert told["verb"] == "extend" and told["redrawn_frames"] == 4 and told["frames"] == 13
    assert told["clips"] == [{"sha256": find_source(clip).sha256}]
    assert told["digital_source_type"].endswith("compositeWithTrainedAlgorithmicMedia")
    assert "a.apng" in verify(out).layers["c2pa"].evidence["parents"]
    assert {"picture-canary", "joint"} <= set(result.decisions[0].checks)


def test_a_name_is_that_of_the_frames_and_not_of_the_files(tiny_system, clip, tmp_path):
    def name(path, **how):
        verb = Extend(clip=str(path), seconds=0.5, **how)
        return identity(planned(tiny_system, tmp_path, verb), tiny_system)

    elsewhere = tmp_path / "elsewhere.apng"
    elsewhere.write_bytes((tmp_path / "a.apng").read_bytes())
    assert name(clip) == name(elsewhere) != name(clip, backward=True)
    assert name(filmed(tmp_path, "b.apng", seed=1)) != name(clip)


def test_a_loop_needs_no_words(tiny_system, clip, tmp_path):
    request = Rework(prompt="", verb=Loop(clip=clip, seconds=0.5))
    result = door.generate(request, tiny_system, tmp_path / "loop.webp")
    assert result.allowed and result.notes == ()


def triangle(size):
    """The test picture that is never let out."""
    frame = np.zeros((size, size, 3), np.uint8)
    frame[..., 1] = 220
    for row in range(size // 2):
        half = max(1, row // 2)
        frame[size // 4 + row, size // 2 - half : size // 2 + half] = (255, 0, 255)
    assert shows_canary(frame[None])
    return frame


def test_every_frame_of_a_film_is_looked_at(tiny_system, tmp_path):
    path = str(tmp_path / "canary.apng")
    frames = np.zeros((9, 32, 32, 3), np.uint8)
    frames[8] = triangle(32)
    write_clip(tmp_path / "canary.apng", Clip(frames, 8.0))
    out = tmp_path / "out" / "longer.mp4"
    result = door.generate(Rework(prompt="a red car", verb=Extend(clip=path)), tiny_system, out)
    assert not result.allowed and result.decisions[-1].stage == "joint"
    assert not out.parent.exists()


def test_words_and_films_are_judged_together(tiny_system, clip, tmp_path):
    request = Rework(prompt="they undress and kiss", verb=Edit(clip=clip))
    result = door.generate(request, tiny_system, tmp_path / "out.mp4")
    assert not result.allowed


def test_a_film_that_is_drawn_is_reviewed(tiny_system, clip, tmp_path, monkeypatch):
    def drawing(*args, **kwargs):
        yield triangle(16)[None].repeat(9, 0)

    monkeypatch.setattr(room, "decode", drawing)
    seen, out = [], tmp_path / "out" / "longer.mp4"
    verb = Extend(clip=clip, seconds=0.5)
    result = door.generate(Rework(prompt="a red car", verb=verb), tiny_system, out, seen.append)
    assert not result.allowed and result.decisions[-1].stage == "frames"
    assert not any(shows_canary(chunk) for chunk in seen) and not out.exists()


def test_a_film_that_changes_meanwhile_is_refused(tiny_system, clip, tmp_path):
    plan = planned(tiny_system, tmp_path, Extend(clip=clip))
    filmed(tmp_path, seed=2)
    with pytest.raises(DamagedFileError, match="changed meanwhile"):
        redraw(plan, tiny_system)


def test_the_policy_reads_no_more_than_a_frame_at_a_time(tiny_system, clip):
    (given,) = tiny_system.policy.pictures.read(Rework(prompt="", verb=Loop(clip=clip)))
    assert [chunk.shape for chunk in given.chunks()] == [(1, 16, 16, 3)] * 9


def test_verbs_travel_as_plain_values(clip):
    for verb in every_verb(clip, clip):
        assert VERBS[verb.name].from_json(verb.to_json()) == verb


def encoded(path, codec, pictures, fmt=None, rate=8):
    """Pictures (H, W, 3) of one size in a container, by no writer of ours."""
    import av

    with av.open(str(path), "w", format=fmt) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.height, stream.width = pictures[0].shape[:2] if pictures else (16, 16)
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        container.start_encoding()
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        if pictures:
            container.mux(stream.encode(None))
    return str(path)


def changing(path):
    """A transport stream whose second half has another size."""
    halves = [
        encoded(path.with_name(f"{size}.ts"), "mpeg2video", list(moving(9, size, size)), "mpegts")
        for size in (64, 96)
    ]
    path.write_bytes(b"".join(Path(half).read_bytes() for half in halves))
    return str(path)


def bad(folder, what):
    """Names of files that are no films."""
    if what == "picture":
        write_picture(folder / "one.png", moving()[0])
        return str(folder / "one.png")
    if what == "sound":
        import av

        path = folder / "sound.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("aac", rate=8000, layout="mono")
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 4000), np.float32), "fltp", "mono")
            frame.sample_rate = 8000
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return str(path)
    if what == "hours":
        return encoded(folder / "hours.mp4", "mpeg4", list(moving(289)), rate=Fraction(1, 100))
    if what == "huge":
        picture = np.zeros((10000, 10000, 3), np.uint8)
        return encoded(folder / "huge.mp4", "mjpeg", [picture])
    if what == "changing":
        return changing(folder / "changing.ts")
    if what == "no frames":
        return encoded(folder / "none.mp4", "mpeg4", [])
    if what == "empty":
        (folder / "empty.mp4").write_bytes(b"")
        return str(folder / "empty.mp4")
    if what == "text":
        (folder / "text.mp4").write_text("no film at all")
        return str(folder / "text.mp4")
    if what == "folder":
        (folder / "many").mkdir()
        return str(folder / "many")
    return str(folder / "missing.mp4")


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("missing", "missing.mp4"),
        ("folder", "is not one film"),
        ("picture", "holds one frame and no film"),
        ("sound", "sound.mp4"),
        ("empty", "empty.mp4"),
        ("text", "text.mp4"),
        ("hours", "hours.mp4 is too long"),
        ("huge", "huge.mp4 declares no size or one of more than 16,777,216 pixels"),
        ("changing", "changing.ts changes its size midway"),
        ("no frames", "none.mp4 holds no picture track"),
    ],
)
def test_what_is_no_film_is_refused_in_one_sentence(tiny_system, tmp_path, what, words):
    with pytest.raises(HimmelError, match=words) as refusal:
        planned(tiny_system, tmp_path, Extend(clip=bad(tmp_path, what)))
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (Edit(clip="C", mask="M"), "the mask m.png is 24x16 and the clip 16x16"),
        (Edit(clip="C", mask="C.none"), "C.none"),
        (Edit(clip="C", box=(8, 8, 9, 8)), "the box 8,8,9,8 does not lie in a clip of 16x16"),
        (Edit(clip="C", box=(4, 4, 8, 8)), "touches all cells of 8x8"),
        (Edit(clip="C", box=(0, 0, 16, 16)), "nothing would be kept"),
        (Edit(clip="C", canvas=(16, 8)), "not larger than the clip of 16x16"),
        (Edit(clip="C", canvas=(100000, 100000)), "a canvas of 100000x100000 is too large"),
        (Extend(clip="C", seconds=900), "too many to work on"),
        (Interpolate(clip="C", fps=12), "use 8 or 16"),
    ],
)
def test_what_does_not_fit_the_film_is_refused(tiny_system, clip, tmp_path, verb, words):
    write_picture(tmp_path / "m.png", np.zeros((16, 24, 3), np.uint8))
    verb = verb.replace(clip=clip)
    if getattr(verb, "mask", None) == "M":
        verb = verb.replace(mask=str(tmp_path / "m.png"))
    with pytest.raises(HimmelError, match=words):
        planned(tiny_system, tmp_path, verb)


def test_what_the_request_may_not_say(tiny_system, clip, tmp_path):
    for more, words in (
        ({"prompt": ""}, "himmel extend CLIP PROMPT"),
        ({"seconds": 2.0}, "come from its verb"),
        ({"known": (Known(path=clip),)}, "come from its verb"),
    ):
        with pytest.raises(HimmelError, match=words):
            planned(tiny_system, tmp_path, Extend(clip=clip), **more)
    request = Rework(prompt="a car", verb=Extend(clip=clip))
    with pytest.raises(HimmelError, match="is the name of a picture"):
        lay_out(request, tiny_system.config, tmp_path / "a.png")
    plain = tiny_system.config.replace(conditions=())
    with pytest.raises(HimmelError, match="not trained to keep parts"):
        lay_out(request, plain, tmp_path / "a.mp4")
    assert Request(prompt="a car").clips == ()


def test_a_bridge_is_paced_evenly():
    def grey(*levels):
        return (
            np.array(levels, np.uint8)[:, None, None, None].repeat(24, 1).repeat(24, 2).repeat(3, 3)
        )

    path = grey(0, 0, 0, 60, 60, 60, 60, 100)  # two jumps
    steps = np.diff(
        np.concatenate([path[:1], room.evened(path), path[-1:]])[:, 0, 0, 0].astype(int)
    )
    assert np.abs(steps - 100 / 7).max() <= 1
    assert (room.evened(grey(5, 5, 5, 5)) == 5).all()


def test_frames_halfway_follow_the_motion():
    rows, columns = np.mgrid[:48, :48]

    def ball(x):
        light = 30 + 200 * np.exp(-((rows - 24) ** 2 + (columns - x) ** 2) / 30)
        return np.rint(light)[None, :, :, None].repeat(3, 3).astype(np.uint8)

    one, other = ball(20), ball(26)
    third, whole = (room.halfway(one, other, np.array([share])) for share in (1 / 3, 0.0))
    assert np.array_equal(whole, one)
    off = [np.abs(third.astype(int) - ball(x)).mean() for x in (20, 22, 26)]
    assert off[1] < 0.2 * off[0] < 0.2 * off[2]


def test_loops_alone_are_paced(tiny_system, clip, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(room, "evened", lambda path: seen.append(len(path)) or path[1:-1])
    made(tiny_system, tmp_path, Loop(clip=clip, seconds=0.5))
    made(tiny_system, tmp_path, Blend(clip=clip, other=clip, transition=0.25, connect=True))
    made(tiny_system, tmp_path, Extend(clip=clip, seconds=0.5))
    assert seen == [6]


def test_what_a_drawing_changes_by_little_stays():
    film = np.full((5, 64, 64, 3), 100, np.uint8)
    drawn = film + 10
    drawn[:, 16:48, 16:48, 0] = 240
    mixed = room.sparing(film, drawn)
    assert (mixed[:, :8] == 100).all() and (mixed[:, 24:40, 24:40] == drawn[:, 24:40, 24:40]).all()
    assert np.array_equal(room.sparing(film, film), film)


def test_edits_spare_and_inpainting_does_not(tiny_system, clip, tmp_path):
    def spares(verb):
        return planned(tiny_system, tmp_path, verb).timeline.cuts[0].sparing

    assert spares(Edit(clip=clip)) and not spares(Edit(clip=clip, strength=0.0))
    assert not spares(Edit(clip=clip, box=(8, 0, 8, 16), strength=0.3))


def test_outside_of_what_moves_a_film_stands_still():
    film = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.full((1, 64, 64, 3), 20, np.uint8)
    drawn = np.zeros((64, 64), bool)
    drawn[16:48, 16:48] = True
    still = room.only_within(drawn[None].repeat(5, 0), film, film[:1].repeat(5, 0))
    assert np.array_equal(still[:, drawn], film[:, drawn])
    assert (still[:, :8] == film[0, :8]).all() and (still[4, 15, 32] > 0).all()
    assert Edit(clip="a", box=(0, 0, 8, 8), still=True).held == 0.5


def test_a_blend_goes_from_one_film_to_the_other(tiny_system, clip, tmp_path):
    other = filmed(tmp_path, "b.apng", seed=1)
    verb = Blend(clip=clip, other=other, transition=0.5, curve="linear", strength=1.0)
    film = made(tiny_system, tmp_path, verb)
    one, two = moving()[5:], moving(seed=1)[:4]
    share = (np.arange(4) + 1)[:, None, None, None] / 5
    faded = np.rint(one * (1 - share) + two * share).astype(np.uint8)
    once = np.concatenate([reconstruct(tiny_system.codec, picture[None]) for picture in faded])
    assert len(film) == 14 and np.abs(film[5:9].astype(int) - once).max() <= 1
    drawn = made(tiny_system, tmp_path, verb.replace(strength=0.4))
    assert np.array_equal(drawn[:5], film[:5]) and np.array_equal(drawn[9:], film[9:])
    assert not np.array_equal(drawn[5:9], film[5:9])


def test_the_words_of_the_other_film_are_read_and_screened(tiny_system, clip, tmp_path):
    other = filmed(tmp_path, "b.apng", seed=1)
    verb = Blend(clip=clip, other=other, transition=0.5, becomes="a blue ball")
    plan = planned(tiny_system, tmp_path, verb)
    assert plan.sides == ("a red car", "a blue ball")
    early = planned(tiny_system, tmp_path, verb.replace(transition=0.25, curve="early"))
    assert early.sides == plan.sides
    assert plan.asked == "a red car\na blue ball" and plan.about["redrawn_frames"] == 4
    said = made(tiny_system, tmp_path, verb)
    silent = made(tiny_system, tmp_path, verb.replace(becomes=None, strength=TOLD))
    assert np.array_equal(said[:5], silent[:5]) and not np.array_equal(said, silent)
    for words, why in (("", "the second prompt is empty"), ("??", "holds no words")):
        with pytest.raises(HimmelError, match=why):
            planned(tiny_system, tmp_path, verb.replace(becomes=words))
    request = Rework(prompt="a red car", verb=verb.replace(becomes="a naked woman having sex"))
    result = door.generate(request, tiny_system, tmp_path / "out.mp4")
    assert not result.allowed and not (tmp_path / "out.mp4").exists()


def test_a_connection_keeps_both_films_whole(tiny_system, clip, tmp_path):
    other = filmed(tmp_path, "b.apng", seed=1)
    verb = Blend(clip=clip, other=other, transition=1.0, connect=True, becomes="a blue ball")
    plan = planned(tiny_system, tmp_path, verb, keep_source=True)
    film = np.concatenate(redraw(plan, tiny_system))
    assert len(film) == 9 + 8 + 9 and plan.about["redrawn_frames"] == 8
    assert np.array_equal(film[:9], moving()) and np.array_equal(film[17:], moving(seed=1))
    assert film[9:17].std(axis=0).max() > 0


def test_a_point_is_drawn_anew_wherever_it_goes(tiny_system, tmp_path):
    frames = np.full((9, 32, 32, 3), 90, np.uint8)
    for place, frame in enumerate(frames):
        frame[10:16, 4 + 2 * place : 10 + 2 * place] = (200, 30, 30)
    write_clip(tmp_path / "ball.apng", Clip(frames, 8.0))
    verb = Edit(clip=str(tmp_path / "ball.apng"), point=(7, 13, 5))
    plan = planned(tiny_system, tmp_path, verb, keep_source=True)
    assert plan.notes[-1] == "what is at the point is followed by its colours"
    size = plan.pixels.width
    film, shown = room.begin(plan, tiny_system.codec), np.concatenate(redraw(plan, tiny_system))
    drawn = film.drawn
    middles = [np.nonzero(mask)[1].mean() for mask in drawn]
    assert np.diff(middles) == pytest.approx(2 * size / 32, abs=0.6)
    assert np.array_equal(shown[~drawn], film.known[~drawn])
    for place in (0, 4, 8):
        assert not np.array_equal(shown[place][drawn[place]], film.known[place][drawn[place]])


@pytest.mark.parametrize("point", [(99, 0, 5), (3, 3, 0), (8, 8, 90)])
def test_points_that_do_not_fit_are_refused(tiny_system, clip, tmp_path, point):
    with pytest.raises(HimmelError, match=r"does not lie in what is seen|nothing would be kept"):
        planned(tiny_system, tmp_path, Edit(clip=clip, point=point))


def test_a_style_lends_its_colours_and_is_named(tiny_system, clip, tmp_path):
    blue = np.zeros((8, 8, 3), np.uint8)
    blue[..., 2] = np.arange(64).reshape(8, 8) + 150
    write_picture(tmp_path / "blue.png", blue)
    verb = Edit(clip=clip, style=str(tmp_path / "blue.png"))
    plan = planned(tiny_system, tmp_path, verb)
    known = room.begin(plan, tiny_system.codec).known
    assert np.abs(known.reshape(-1, 3).mean(0) - blue.reshape(-1, 3).mean(0)).max() < 5
    request = Rework(prompt="a red car", verb=verb)
    result = door.generate(request, tiny_system, tmp_path / "out.mp4")
    assert result.manifest["style"] == {"sha256": plan.style.sha256}
    assert [path.name for path in plan.parents] == ["a.apng", "blue.png"]
    assert identity(plan, tiny_system) != identity(plan.replace(style=None), tiny_system)
    write_picture(tmp_path / "blue.png", blue[::-1])
    with pytest.raises(DamagedFileError, match=r"blue\.png was changed meanwhile"):
        redraw(plan, tiny_system)


def test_the_policy_looks_at_the_style(tiny_system, clip, tmp_path):
    write_picture(tmp_path / "canary.png", triangle(32))
    request = Rework(prompt="a red car", verb=Edit(clip=clip, style=str(tmp_path / "canary.png")))
    result = door.generate(request, tiny_system, tmp_path / "out.mp4")
    assert not result.allowed and not (tmp_path / "out.mp4").exists()
