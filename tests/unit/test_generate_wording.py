"""From a person's words to those that are drawn: what is told again is screened, and nothing fails."""

import dataclasses
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from himmel.core.errors import HimmelError
from himmel.core.values import Request
from himmel.generate.denoise import placed, rays_of
from himmel.generate.door import generate
from himmel.generate.endpoint import Endpoint
from himmel.generate.lexicon import Lexicon
from himmel.generate.manifest import identity
from himmel.generate.plan import plan_request
from himmel.generate.upsampling import Upsampler
from himmel.generate.wording import told, with_camera, worded
from himmel.models.dit import DiT, RayConfig

ASKED = Request(prompt="a red car", upsample=True)


def telling(system, answer):
    """The system with an upsampler that gives an answer, or raises it."""

    def rewrite(prompt, seed):
        if isinstance(answer, Exception):
            raise answer
        return answer

    return dataclasses.replace(system, upsampler=Upsampler("a test", rewrite))


@pytest.fixture
def free(tiny_system):
    """A system whose weights list no words."""
    return dataclasses.replace(tiny_system, lexicon=Lexicon())


def test_nothing_is_told_again_unless_it_is_asked(free):
    system = telling(free, AssertionError("nobody asked"))
    assert worded(Request(prompt="a red car"), system).prompt == "a red car"


def test_what_is_told_again_is_drawn_shown_and_stated(free, tmp_path):
    system = telling(free, "a red car on a meadow")
    result = generate(ASKED, system, tmp_path / "a.mp4")
    assert "upsampled; drew: a red car on a meadow" in result.notes
    assert [d.stage for d in result.decisions] == ["prompt", "rewritten"]
    assert result.manifest["upsampler"] == "a test"
    assert {"prompt_sha256", "drawn_prompt_sha256"} <= result.manifest.keys()
    plain = generate(
        ASKED.replace(prompt="a red car on a meadow", upsample=False), free, tmp_path / "b.mp4"
    )
    assert plain.manifest["id"] == result.manifest["id"]
    assert (plain.clip.frames == result.clip.frames).all()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (HimmelError("it is asleep"), "it is asleep"),
        (RuntimeError("secret"), "RuntimeError"),
        ("a naked child", "was refused"),
    ],
)
def test_a_failed_or_refused_rewrite_leaves_the_person_s_words(free, tmp_path, answer, why):
    result = generate(ASKED, telling(free, answer), tmp_path / "a.mp4")
    assert result.allowed and "drawn_prompt_sha256" not in result.manifest
    assert any(n.startswith("the prompt was left as written") and why in n for n in result.notes)


def test_a_refused_prompt_is_shown_to_nobody(free, tmp_path):
    system = telling(free, AssertionError("must not be asked"))
    result = generate(ASKED.replace(prompt="a naked child"), system, tmp_path / "a.mp4")
    assert not result.allowed and len(result.decisions) == 1


def test_the_world_s_captions_are_the_upsampler_of_the_house(tiny_system):
    words = worded(ASKED, tiny_system)
    assert words.upsampler in ("world captions", "")
    if not words.upsampler:
        assert "left as written" in words.notes[0]


def test_a_plan_keeps_both_texts(free):
    plan = plan_request(ASKED, free.config, Path("a.mp4"))
    both = told(plan, [worded(ASKED, telling(free, "a dog"))])
    assert (both.asked, both.prompt, both.segments[0].upsampler) == ("a red car", "a dog", "a test")
    assert identity(plan, free) != identity(both, free)


# ---- an endpoint --------------------------------------------------------------------------------


class Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), json.loads(body)))
        self.server.answer(self)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    """A server on this machine; `answer` is what it does with a request."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    made.asked, made.daemon_threads = [], True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def says(text, status=200, headers=()):
    def answer(handler):
        data = text if isinstance(text, bytes) else json.dumps(text).encode()
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def completion(text):
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}


def endpoint(server, **changes):
    return Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "small", **changes)


def test_an_endpoint_is_asked_as_its_api_wants(server):
    server.answer = says(completion("  A red car\n on a meadow. "))
    assert endpoint(server, key="k").rewrite("a red car", 7) == "A red car on a meadow."
    path, headers, body = server.asked[0]
    assert path == "/v1/chat/completions" and headers["Authorization"] == "Bearer k"
    assert (body["model"], body["seed"]) == ("small", 7)
    assert body["messages"][-1] == {"role": "user", "content": "a red car"}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (says(b"hello"), "no chat completion"),
        (says({"choices": []}), "no chat completion"),
        (says(completion(None)), "no chat completion"),
        (says(completion(" ... ")), "empty or too long"),
        (says(completion("a " * 2000)), "empty or too long"),
        (says(completion("a"), status=503), "the error 503"),
        (says(b"", 302, [("Location", "http://127.0.0.1:9/v1")]), "the error 302"),
    ],
)
def test_answers_that_are_of_no_use(server, answer, sentence):
    server.answer = answer
    with pytest.raises(HimmelError, match=sentence):
        endpoint(server).rewrite("a red car", 0)


def test_what_trickles_is_not_waited_for(server):
    done = threading.Event()

    def trickling(handler):
        handler.send_response(200)
        handler.end_headers()
        while not done.wait(0.05):
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return

    server.answer = trickling
    with pytest.raises(HimmelError, match=r"nothing came within 0\.4 s"):
        endpoint(server, seconds=0.4).rewrite("a red car", 0)
    done.set()


def test_nobody_at_home(server, free):
    gone = endpoint(server)
    server.shutdown()
    server.server_close()
    words = worded(ASKED, dataclasses.replace(free, upsampler=gone.upsampler()))
    assert words.prompt == "a red car" and "cannot be reached" in words.notes[0]


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "ftp://here/v1", "127.0.0.1:8000", "http://["]
)
def test_addresses_that_are_none(url):
    with pytest.raises(HimmelError, match="no address of an upsampler"):
        Endpoint(url, "small")


# ---- the camera ---------------------------------------------------------------------------------


def test_a_move_is_said_in_the_language_of_the_prompt(free):
    config = free.config.replace(facts={})
    for prompt, expected in (
        ("a red car.", "a red car, the camera orbits to the left"),
        ("ein rotes Auto", "ein rotes Auto, die Kamera kreist nach links"),
    ):
        said, notes = with_camera(Request(prompt=prompt, camera="orbit"), config, free.lexicon)
        assert said == expected and notes == ()


def test_how_far_is_left_to_weights_that_read_words(free):
    config = free.config.replace(facts={})
    request = Request(prompt="a red car", camera="orbit-left:45")
    assert "left to them" in with_camera(request, config, free.lexicon)[1][0]


def test_weights_without_camera_words_say_so(free, tiny_system):
    request = Request(prompt="a red car", camera="orbit-left")
    said, notes = with_camera(request, tiny_system.config, tiny_system.lexicon)
    assert said == "a red car" and "know no orbit-left" in notes[0]
    with pytest.raises(HimmelError, match="leave --camera or --strict out"):
        with_camera(request.replace(strict=True), tiny_system.config, tiny_system.lexicon)


def test_two_moves_contradict(free):
    config = free.config.replace(facts={})
    request = Request(prompt="a red car, the camera zooms in", camera="zoom-out")
    with pytest.raises(HimmelError, match="the prompt says zoom-in and"):
        with_camera(request, config, free.lexicon)
    same = request.replace(camera="zoom-in")
    assert with_camera(same, config, free.lexicon)[0] == same.prompt


def test_a_network_that_reads_rays_is_told_the_poses(tiny_system):
    plain = tiny_system.config.dit
    config = RayConfig(**{f.name: getattr(plain, f.name) for f in dataclasses.fields(plain)})
    network = DiT(config)
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    settings = tiny_system.config.replace(dit=config)
    system = dataclasses.replace(tiny_system, config=settings, transformer=network.eval())
    request = Request(prompt="a red car", camera="orbit-left:45")
    plan = plan_request(request, settings, Path("a.mp4"))
    from himmel.conditions.canvas import blank

    canvas = blank(plan.latent)
    rays = rays_of(plan, system, canvas)
    assert rays.shape == (1, plan.cost.tokens, 6)
    assert rays[0, 0, 3:].abs().max() == 0 < rays[0, -1, 3:].abs().max()
    z = torch.randn(1, *plan.latent.array)
    text, t = system.read_text("a red car"), torch.tensor([500.0])
    with torch.no_grad():
        moved = placed(network, canvas, rays)(z, t, text)
        still = placed(network, canvas)(z, t, text)
    assert not torch.equal(moved, still)
    assert with_camera(request, settings, system.lexicon) == ("a red car", ())
    assert (
        rays_of(plan_request(Request(prompt="a car"), settings, Path("a.mp4")), system, canvas)
        is None
    )
