"""Films of several windows: constant memory, one timeline, and a checkpoint that equals no stop."""

import contextlib
import dataclasses
import itertools
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from himmel.conditions.canvas import blank, known
from himmel.core.cards import Card, Storyboard
from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.diffusion import path
from himmel.diffusion.guidance import guided
from himmel.diffusion.samplers import euler
from himmel.generate.config import Guiding
from himmel.generate.decode import decode
from himmel.generate.denoise import denoise
from himmel.generate.door import Going, generate
from himmel.generate.journal import journal_of
from himmel.generate.layout import lay_out
from himmel.generate.longer import LongPlan
from himmel.generate.rolling import Rolling, Shot, field_after
from himmel.generate.rollout import dissolved, roll_out, withheld
from himmel.generate.shots import WHOLE, Cutting, cutting_of, shots
from himmel.generate.timeline import starts_of, starts_of_cards, windows_of
from himmel.generate.verify import verify
from himmel.models.dit import DiT
from himmel.nn.attention import block_causal
from himmel.nn.rope import Rotary, grid_rotary
from himmel.provenance.read import read_manifest
from himmel.safety.frames import CANARY
from himmel.safety.policy import RulePolicy

OUT = Path("a.mp4")


def request(seconds=5.0, **changes):
    return Request(**{"prompt": "a red car", "seconds": seconds, **changes})


def board(*cards, seconds, **changes):
    return Storyboard(prompt=cards[0].prompt, cards=cards, seconds=seconds, **changes)


def frames_of(asked, system, **how):
    plan = lay_out(asked, system.config, OUT)
    return np.concatenate(list(roll_out(plan, system, **how)))


def test_the_plan_of_a_longer_film(tiny_system):
    plan = lay_out(request(60.0), tiny_system.config, OUT)
    assert (plan.pixels.frames, plan.shown.frames, plan.latent.frames) == (481, 480, 5)
    assert plan.rolling == Rolling(window=5, history=3, guidance=1.5)
    assert windows_of(plan.segments, plan.rolling, 4) == 1 + (121 - 5) / 2
    short, long = (lay_out(request(s), tiny_system.config, OUT).cost for s in (5.0, 60.0))
    assert short.memory_bytes == long.memory_bytes and long.flops > 10 * short.flops
    asked = lay_out(request(60.0, guidance=3.0), tiny_system.config, OUT)
    assert asked.rolling.guidance == asked.guidance == 3.0


def test_learnt_guidance_saves_nothing_where_later_windows_have_another(tiny_system):
    config = tiny_system.config
    learnt = config.replace(defaults=config.defaults.replace(guidance=2.5, guidance_fused=2.5))
    short = [lay_out(request(17 / 8), c, OUT).cost.flops for c in (config, learnt)]
    long = [lay_out(request(60.0), c, OUT) for c in (config, learnt)]
    assert short[1] < short[0] and long[1].cost == long[0].cost
    assert long[1].guiding.fused == 2.5


def test_a_film_of_one_window_is_as_ever(tiny_system):
    plan = lay_out(request(17 / 8), tiny_system.config, OUT)
    assert not isinstance(plan, LongPlan) and plan.pixels.frames == 17
    plan = lay_out(request(1.6), tiny_system.config, OUT)
    assert not isinstance(plan, LongPlan) and (plan.pixels.frames, plan.shown.frames) == (17, 13)


def test_the_first_window_is_the_short_film(tiny_system):
    plan = lay_out(request(17 / 8), tiny_system.config, OUT)
    short = np.concatenate(list(decode(denoise(plan, tiny_system), tiny_system.codec)))
    long = frames_of(request(), tiny_system)
    assert len(long) == 41 and np.array_equal(long[:17], short)


def test_frames_leave_as_they_are_made(tiny_system):
    plan = lay_out(request(3600.0), tiny_system.config, OUT)
    chunks = roll_out(plan, tiny_system)
    assert [len(c) for c in itertools.islice(chunks, 7)] == [1, 4, 4, 4, 4, 4, 4]


def test_the_stream_of_a_shot_is_one_decoding(tiny_system):
    latents = torch.randn(1, 6, 7, 2, 2)
    shot = Shot(tiny_system.codec, Rolling(window=5, history=3, guidance=1.0))
    got = np.concatenate([shot.show(latent)[0] for latent in latents.split(1, 2)])
    assert np.array_equal(got, np.concatenate(list(decode(latents, tiny_system.codec))))


def test_history_begins_with_the_frame_before_it_as_a_picture(tiny_system):
    latents = torch.randn(1, 6, 6, 2, 2)
    shot = Shot(tiny_system.codec, Rolling(window=5, history=3, guidance=1.0))
    ends = [shot.show(latent)[1] for latent in latents.split(1, 2)]
    history = shot.history()
    assert shot.room == 2 and history.shape[2] == 3
    assert torch.equal(history[:, :, :1], tiny_system.codec.encode(ends[3]))
    assert torch.equal(history[:, :, 1:], latents[:, :, 4:])


@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize("guidance", [1.0, 2.0])
def test_a_remembered_window_equals_a_masked_canvas(tiny_system, batched, guidance):
    """The same steps twice: new frames after keys and values, and a whole canvas under a mask."""
    net, shape = tiny_system.transformer, lay_out(request(), tiny_system.config, OUT).latent
    history, eps = torch.randn(1, 6, 3, 2, 2), torch.randn(1, *shape.array)
    words = tiny_system.read_text("a red car"), tiny_system.read_text("")
    times, new = torch.tensor([1.0, 0.6, 0.2, 0.0]), dataclasses.replace(shape, frames=2)
    guiding = Guiding(batched=batched)
    short = field_after(net, history, shape, words, guidance, guiding, path.timestep)
    mask = torch.arange(20)[:, None] // 12 >= torch.arange(20)[None] // 12
    whole = guided(partial(net, mask=mask), *words, guidance, prepare=net.cache_text)
    canvas = known(history)(blank(shape))
    with torch.inference_mode():
        got = euler(short, blank(new).begin(eps[:, :, 3:]), times).z
        want = euler(whole, canvas.begin(eps), times).z
    assert torch.equal(want[:, :, :3], history)
    assert (got - want[:, :, 3:]).abs().max() <= 1e-5


def test_new_words_in_mid_stream_change_what_follows_alone(tiny_system):
    one = board(Card(at=0, prompt="a red car"), seconds=6.0)
    other = board(
        Card(at=0, prompt="a red car"),
        Card(at=3, prompt="a dog", transition="continue"),
        seconds=6.0,
    )
    a, b = frames_of(one, tiny_system), frames_of(other, tiny_system)
    plan = lay_out(other, tiny_system.config, OUT)
    assert [s.frames for s in plan.segments] == [25, 24]
    assert np.array_equal(a[:25], b[:25]) and not np.array_equal(a[25:], b[25:])


def test_a_cut_begins_anew_and_a_dissolve_shares_frames(tiny_system):
    cards = [Card(at=0, prompt="a red car"), Card(at=2, prompt="a dog")]
    cut = board(*cards, seconds=5.0)
    soft = board(cards[0], cards[1].replace(transition="dissolve"), seconds=5.0)
    plan = lay_out(soft, tiny_system.config, OUT)
    assert [(s.frames, s.overlap) for s in plan.segments] == [(17, 0), (29, 4)]
    hard, faded = frames_of(cut, tiny_system), frames_of(soft, tiny_system)
    assert len(faded) == 42 == plan.pixels.frames and plan.shown.frames == 40
    assert np.array_equal(hard[:13], faded[:13])
    assert np.array_equal(hard[21:38], faded[17:34])  # the second shot, 4 frames earlier


def test_the_same_cast_begins_with_its_keyframe(tiny_system):
    cards = [Card(at=t, prompt="a red car", cast=("car",)) for t in (0, 2, 4)]
    asked = board(*cards[:2], cards[2].replace(cast=("dog",)), seconds=6.0)
    plan = lay_out(asked, tiny_system.config, OUT)
    assert [s.recall for s in plan.segments] == [None, 0, None]
    assert not np.array_equal(
        frames_of(asked, tiny_system)[17:33],
        frames_of(board(*[c.replace(cast=()) for c in cards], seconds=6.0), tiny_system)[17:33],
    )


def test_withheld_and_dissolved_frames():
    chunks = [np.full((n, 1, 1, 3), v, np.uint8) for n, v in ((1, 0), (4, 10), (4, 20))]
    kept = []

    def through():
        kept.append((yield from withheld(iter(chunks), 3)))

    out = np.concatenate(list(through()))
    assert out[:, 0, 0, 0].tolist() == [0, 10, 10, 10, 10, 20]
    assert kept[0][:, 0, 0, 0].tolist() == [20, 20, 20]
    mixed = np.concatenate(list(dissolved(kept[0], iter(np.full((5, 1, 1, 1, 3), 60, np.uint8)))))
    assert mixed[:, 0, 0, 0].tolist() == [30, 40, 50, 60, 60]


@pytest.mark.parametrize(
    ("cards", "seconds", "message"),
    [
        ([(1, "cut")], 4, "card 1 begins the film"),
        (
            [(0, "cut"), (3, "cut"), (2, "cut")],
            9,
            "card 2 begins at 3 s, which is not before the next",
        ),
        ([(0, "cut"), (9, "cut")], 4, "card 2 begins at 9 s, which is not before the film's end"),
        ([(0, "cut"), (2, "wipe")], 4, "card 2 has the transition 'wipe'"),
        ([(0, "cut"), (2, "cut")], 2.5, "card 2 lasts 0.5 s"),
    ],
)
def test_cards_that_make_no_timeline(tiny_system, cards, seconds, message):
    made = [Card(at=at, prompt="a red car", transition=way) for at, way in cards]
    with pytest.raises(HimmelError, match=message):
        lay_out(board(*made, seconds=seconds), tiny_system.config, OUT)


def test_cards_of_too_few_frames_are_refused_and_none_is_lost(tiny_system):
    cards = [Card(at=at, prompt=f"car {at}") for at in range(4)]
    for rate, message in ((2.0, "card 1 .* at 2 per second; give it 2.5 s"), (3.0, "it 1.67 s")):
        with pytest.raises(HimmelError, match=message):
            lay_out(board(*cards, seconds=4.0, fps=rate), tiny_system.config, OUT)
    on = [cards[0].replace(prompt="a"), *(c.replace(transition="continue") for c in cards[1:])]
    with pytest.raises(HimmelError, match="card 1 lasts too few frames at 4 per second"):
        lay_out(board(*on, seconds=4.0, fps=4.0), tiny_system.config, OUT)
    late = [cards[0], cards[1].replace(at=3.5)]
    with pytest.raises(HimmelError, match="card 2 lasts too few frames at 2 per second"):
        lay_out(board(*late, seconds=4.5, fps=2.0), tiny_system.config, OUT)


@given(
    lasting=st.lists(st.floats(1, 6), min_size=1, max_size=8),
    ways=st.lists(st.sampled_from(["cut", "dissolve", "continue"]), min_size=8, max_size=8),
    fps=st.floats(0.5, 30),
)
def test_every_card_is_in_the_film_near_its_time_or_refused(tiny_system, lasting, ways, fps):
    times = list(itertools.accumulate(lasting, initial=0.0))
    cards = [Card(at=a, prompt="a car", transition=w) for a, w in zip(times, ways, strict=False)]
    asked = board(*cards[: len(lasting)], seconds=times[-1], fps=fps)
    try:
        plan = lay_out(asked, tiny_system.config, OUT)
    except HimmelError as error:
        assert "lasts too few frames" in str(error) and fps < 5
        return
    starts = [s + o.overlap for s, o in zip(starts_of(plan.segments), plan.segments, strict=True)]
    assert len(starts) == len(lasting) and starts[-1] < plan.shown.frames <= plan.pixels.frames
    assert np.allclose(starts, np.array(times[:-1]) * fps, atol=2.01)


# motions that are soon over


def motions(prompt):
    """A reader that knows two motions."""
    known = [word for word in ("left", "spin") if word in prompt]
    return {"motion": known[0]} if known else {}


@given(
    wanted=st.floats(1, 30_000),
    time=st.sampled_from([1, 4, 8]),
    up=st.booleans(),
    cutting=st.sampled_from([Cutting(17), Cutting(34, 4), WHOLE]),
)
def test_shots_fill_the_time_and_none_is_much_longer_than_allowed(wanted, time, up, cutting):
    lengths = shots(wanted, cutting, time, up)
    assert all(n % time == 1 % time and n > time for n in lengths)
    assert max(lengths) <= 1.25 * cutting.longest + time
    assert len(lengths) == 1 or min(lengths) >= 2 * cutting.overlap
    total = sum(lengths) - cutting.overlap * (len(lengths) - 1)
    assert abs(total - wanted) <= (time + 1 if wanted > time else 2 * time + 1)
    assert not up or total >= wanted - 1e-6


@pytest.mark.parametrize("motion", ["jump", "spin", "still", "left"])
@pytest.mark.parametrize("fps", [24, 60, 66, 68, 70, 137, 240])
def test_shots_are_as_few_at_high_rates(motion, fps):
    cutting = cutting_of(motion, 17, fps)
    lengths = shots(3.0 * fps, cutting, 4, up=True)
    assert len(lengths) <= 3.0 * fps / (cutting.longest / 2) and min(lengths) > 2
    assert len(lengths) == 1 or min(lengths) >= 2 * cutting.overlap


def test_at_usual_rates_shots_dissolve_over_half_a_second():
    assert [cutting_of("jump", 17, fps).overlap for fps in (4, 8, 16, 68)] == [2, 4, 8, 8]


def test_a_dissolve_is_no_longer_than_the_shots_beside_it(tiny_system):
    cards = [Card(at=0, prompt="a car"), Card(at=1, prompt="a car spins", transition="dissolve")]
    cards += [cards[1].replace(at=2), cards[1].replace(at=3, prompt="a car")]
    asked = board(*cards, seconds=4.0, fps=70.0)
    plan = lay_out(asked, tiny_system.config, OUT, motions)
    assert [s.overlap for s in plan.segments if not s.again] == [0, 8, 8, 8]
    assert sum(map(len, roll_out(plan, tiny_system))) == plan.pixels.frames
    whole = board(cards[0], cards[3].replace(at=1), seconds=2.0, fps=70.0)
    assert lay_out(whole, tiny_system.config, OUT, motions).segments[1].overlap == 35


def test_what_leaves_the_picture_is_shown_again(tiny_system):
    asked = request(60.0, prompt="a red car drives left")
    plan = lay_out(asked, tiny_system.config, OUT, motions)
    first, *others = plan.segments
    assert not first.again and first.recall is None
    assert all(s.again and s.recall == 0 and s.transition == "cut" for s in others)
    assert {s.frames for s in plan.segments} <= {13, 17} and len(plan.segments) == 29
    assert plan.shown.frames == 480 <= plan.pixels.frames
    assert any("shown again" in note for note in plan.notes)
    assert "cut, again, from its keyframe" in plan.lines()[1]


def test_what_comes_round_again_dissolves_into_a_new_shot(tiny_system):
    plan = lay_out(request(20.0, prompt="a car spins"), tiny_system.config, OUT, motions)
    assert {(s.transition, s.overlap) for s in plan.segments[1:]} == {("dissolve", 4)}
    assert plan.pixels.frames == sum(s.frames for s in plan.segments) - 4 * 5 >= 160
    made = np.concatenate(list(roll_out(plan, tiny_system)))
    assert len(made) == plan.pixels.frames


def test_other_motions_go_on_in_one_shot(tiny_system):
    plan = lay_out(request(60.0, prompt="a car"), tiny_system.config, OUT, motions)
    assert len(plan.segments) == 1 and not plan.notes


def test_a_card_after_shots_begins_at_its_time_and_recalls_a_card(tiny_system):
    made = [
        Card(at=0, prompt="a car drives left", cast=("car",)),
        Card(at=6, prompt="a car drives left", transition="continue"),
        Card(at=10, prompt="a car", cast=("car",)),
    ]
    plan = lay_out(board(*made, seconds=14.0), tiny_system.config, OUT, motions)
    cards = [s for s in plan.segments if not s.again]
    assert [s.transition for s in cards] == ["cut", "continue", "cut"]
    assert cards[2].recall == 0 and len(plan.segments) > 4
    starts = starts_of_cards(plan.segments)
    assert np.allclose(np.array(starts) / 8, [0, 6, 10], atol=0.3)


def test_shots_come_out_as_planned(tiny_system):
    asked = request(6.0, prompt="a car drives left")
    plan = lay_out(asked, tiny_system.config, OUT, motions)
    made = np.concatenate(list(roll_out(plan, tiny_system)))
    assert len(made) == plan.pixels.frames
    again = np.concatenate(list(roll_out(plan, tiny_system)))
    assert np.array_equal(made, again)


# through the door


def test_a_long_film_through_the_door_is_sealed_and_not_held(tiny_system, tmp_path):
    out, chunks = tmp_path / "long.mp4", []
    result = generate(request(), tiny_system, out, chunks.append)
    assert result.clip is None and result.extent.frames == 40 == sum(map(len, chunks))
    assert result.manifest == read_manifest(out) and result.manifest["frames"] == 40
    assert result.manifest["rolling"] == {"window": 5, "history": 3, "guidance": 1.5}
    assert verify(out).verdict == "ours"
    assert [p.name for p in tmp_path.iterdir()] == ["long.mp4"]


def test_stopped_it_is_sealed_and_resumed_it_equals_no_stop(tiny_system, tmp_path):
    whole, begun, ended = [], [], []
    generate(request(), tiny_system, tmp_path / "whole.mp4", whole.append)
    out = tmp_path / "a.mp4"
    going = Going(stop=lambda: sum(map(len, begun)) > 20)
    result = generate(request(), tiny_system, out, begun.append, going=going)
    assert 20 < result.extent.frames < 40 and result.manifest["ended_early"]
    assert verify(out).verdict == "ours"
    with av.open(str(out)) as container:
        assert sum(1 for _ in container.decode(video=0)) == result.extent.frames
    assert journal_of(out).exists()
    generate(request(), tiny_system, out, ended.append, going=Going(resume=True))
    assert np.array_equal(np.concatenate(whole), np.concatenate(ended))
    assert not journal_of(out).exists()


def test_a_stop_before_the_first_frame_leaves_nothing(tiny_system, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        generate(request(), tiny_system, tmp_path / "a.mp4", going=Going(stop=lambda: True))
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_another_film_is_refused(tiny_system, tmp_path):
    out = tmp_path / "a.mp4"
    with pytest.raises(HimmelError, match="nothing to resume"):
        generate(request(), tiny_system, out, going=Going(resume=True))
    with pytest.raises(RuntimeError):
        generate(request(), tiny_system, out, failing(9))
    assert not out.exists() and journal_of(out).exists()
    with pytest.raises(HimmelError, match="other words, numbers or weights"):
        generate(request(seed=1), tiny_system, out, going=Going(resume=True))
    with pytest.raises(HimmelError, match="only a long film"):
        generate(request(None), tiny_system, out, going=Going(resume=True))


def test_a_film_is_drawn_by_one_process_at_a_time(tiny_system, tmp_path):
    out, whole, seen = tmp_path / "a.mp4", [], []

    def second(chunk):
        whole.append(chunk)
        for resume in (False, True):
            with pytest.raises(HimmelError, match=r"^another process is drawing a\.mp4; wait"):
                generate(request(seed=1 - resume), tiny_system, out, going=Going(resume=resume))
        seen.append(journal_of(out).stat().st_size)

    generate(request(), tiny_system, out, second)
    assert len(whole) == 11 and seen == sorted(seen) and seen[0] < seen[-1]
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    generate(request(seed=1), tiny_system, out)  # it is free again


def failing(after):
    count = itertools.count(1)

    def on_chunk(chunk):
        if next(count) == after:
            raise RuntimeError

    return on_chunk


@pytest.mark.parametrize("cut", [0, 1, 7])
def test_a_checkpoint_that_is_cut_off_is_used_as_far_as_it_goes(tiny_system, tmp_path, cut):
    whole, again, out = [], [], tmp_path / "a.mp4"
    generate(request(), tiny_system, tmp_path / "whole.mp4", whole.append)
    with pytest.raises(RuntimeError):
        generate(request(), tiny_system, out, failing(9))
    path = journal_of(out)
    path.write_bytes(path.read_bytes()[: path.stat().st_size - cut])
    drawn = []
    generate(
        request(),
        tiny_system,
        out,
        again.append,
        lambda done, of: drawn.append(done),
        Going(resume=True),
    )
    assert np.array_equal(np.concatenate(whole), np.concatenate(again))
    assert len(drawn) < 7 * 3 + 7  # of 7 windows of 3 steps and one note each


def test_a_refused_film_leaves_no_checkpoint(tiny_system, tmp_path, monkeypatch):
    import dataclasses

    seen = itertools.count()
    check = dataclasses.replace(CANARY, find=lambda frames: "no" if next(seen) > 8 else None)
    guarded = dataclasses.replace(tiny_system, policy=RulePolicy(frame_checks=(check,)))
    result = generate(request(), guarded, tmp_path / "a.mp4")
    assert not result.allowed and list(tmp_path.iterdir()) == []


def test_every_card_is_screened(tiny_system, tmp_path):
    cards = [Card(at=0, prompt="a red car"), Card(at=2, prompt="a naked child")]
    result = generate(board(*cards, seconds=5.0), tiny_system, tmp_path / "a.mp4")
    assert not result.allowed and len(result.decisions) == 2 and list(tmp_path.iterdir()) == []


def test_a_stream_for_a_player_ends_with_its_manifest(tiny_system, tmp_path):
    saved = tmp_path / "saved.mp4"
    with saved.open("wb") as file:
        result = generate(request(), tiny_system, tmp_path / "stream.mp4", going=Going(stream=file))
    with av.open(str(saved)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 40
    assert read_manifest(saved)["id"] == result.manifest["id"]
    beside = tmp_path / f"stream-{result.manifest['id'][:8]}.c2pa"
    assert beside.stat().st_size > 1000 and not (tmp_path / "stream.mp4").exists()
    assert verify(saved).layers["registry"].found


def test_a_killed_run_leaves_no_film_and_can_be_resumed(tiny_model_folder, tmp_path):
    out = tmp_path / "a.mp4"
    words = ["generate", "a red car", "--model", str(tiny_model_folder), "-o", str(out)]
    words += ["--seconds", "600"]
    run = subprocess.Popen([sys.executable, "-m", "himmel.cli.main", *words])
    while not (journal_of(out).exists() and journal_of(out).stat().st_size > 4000):
        assert run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not out.exists() and journal_of(out).exists()


@pytest.mark.night
@pytest.mark.timeout(1800)
def test_killed_in_twenty_moments_there_is_no_broken_film_and_each_is_completed(tmp_path):
    whole, took = made(tmp_path / "whole.mp4")
    moments = np.random.default_rng(0).uniform(0, took, 20)
    for number, moment in enumerate(moments):
        out = tmp_path / f"{number}.mp4"
        run = subprocess.Popen(going_on(out), stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(moment)
        run.kill()
        run.wait()
        if not out.exists():  # a kill before the first window leaves nothing to go on from
            again = ["--resume"] if journal_of(out).exists() else []
            subprocess.run(going_on(out, *again), check=True, stderr=subprocess.DEVNULL)
        assert verify(out).verdict == "ours" and not journal_of(out).exists()
        assert np.allclose(pictures_of(out), whole, atol=2)


def going_on(out, *more):
    """The command for half a minute from the packaged weights."""
    words = ["generate", "a red car", "--seconds", "30", "--steps", "2", "-o", str(out)]
    return [sys.executable, "-m", "himmel.cli.main", *words, *more]


def made(out):
    """The frames of a film that nobody stopped, and the seconds it took."""
    started = time.monotonic()
    subprocess.run(going_on(out), check=True)
    return pictures_of(out), time.monotonic() - started


def pictures_of(film):
    """Its frames a few pixels wide: the watermark, another in each film, is too fine to be seen there."""
    with av.open(str(film)) as container:
        frames = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    cells = np.stack(frames)[:, :96].reshape(len(frames), 12, 8, 16, 8, 3)
    return cells.mean((2, 4))


def test_remembered_history_equals_a_mask(wan_config):
    torch.manual_seed(0)
    model = DiT(wan_config).eval()
    for parameter in model.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    latents, text = torch.randn(2, 4, 4, 4, 4), model.cache_text(torch.randn(2, 5, 12))
    frames, each, known = 4, 4, 1
    times = torch.tensor([[0.0] * known + [700.0] * (frames - known)] * 2)
    mask = block_causal(frames, each, block=frames - known)
    table = grid_rotary((frames, 2, 2), wan_config.attention_head_dim, torch.device("cpu"))
    history, rest = (Rotary(*(x[part] for x in table)) for part in (slice(each), slice(each, None)))
    with torch.inference_mode():
        whole = model(latents, times, text, mask=mask)[:, :, known:]
        memory = model.remember(latents[:, :, :known], text, history)
        parts = model(latents[:, :, known:], times[:, known:], text, positions=rest, before=memory)
    assert (whole - parts).abs().max() <= 1e-5
