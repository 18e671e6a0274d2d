"""Strangers' files are read in a process that can do no harm, with the answers of reading directly."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from himmel.core.env import bare_environment
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.values import Clip, Sound
from himmel.media import apart, picture, read, sound
from himmel.media.write import write_clip

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux confines calls")

# A process that speaks as the reader does and then does what `{}` says.
LIAR = """
import json, os, signal, sys, time
def tell(**head):
    line = json.dumps(head).encode()
    sys.stdout.buffer.write(len(line).to_bytes(4, "little") + line)
    sys.stdout.buffer.flush()
tell(kind="ready", guards=[], dtype="uint8", shape=[0])
sys.stdin.buffer.readline()
{}
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    t, y, x = np.mgrid[0:12, 0:48, 0:64]
    frames = np.stack([x * 3 + t * 5, y * 4, x + y + t], axis=-1).astype(np.uint8)
    tone = Sound(np.sin(np.arange(72000) / 9, dtype=np.float32)[:, None] * 0.5, 48000)
    path = tmp_path_factory.mktemp("film") / "a.mp4"
    write_clip(path, Clip(frames, 8.0, tone))
    return path


@pytest.fixture
def fresh():
    apart.close()
    yield
    apart.close()


@pytest.fixture
def instead(monkeypatch, fresh):
    """Let a process of one's own answer."""

    def use(code, wait=20.0):
        monkeypatch.setattr(apart, "_CHILD", ("-c", LIAR.format(code)))
        monkeypatch.setattr(apart, "MAX_WAIT", wait)

    return use


def pid():
    with apart._lent() as reader:
        return reader._process.pid


def test_answers_are_those_of_reading_directly(film):
    ours, theirs = apart.read_clip(film), read.read_clip(film)
    np.testing.assert_array_equal(ours.frames, theirs.frames)
    np.testing.assert_array_equal(ours.times, theirs.times)
    assert dataclasses.asdict(apart.probe(film)) == dataclasses.asdict(read.probe(film))
    for span in ((0.0, None), (0.3, 1.1), (1.4, 9.0)):
        heard, expected = apart.read_sound(film, *span), sound.read_sound(film, *span)
        np.testing.assert_array_equal(heard.samples, expected.samples)
        assert heard.rate == expected.rate


def test_pictures_and_their_packets(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (31, 17, 3), np.uint8)
    for name, packet in (("a.png", b"<x>A</x>"), ("b.png", b""), ("c.webp", b"<y/>")):
        path = tmp_path / name
        picture.write_picture(path, pixels, xmp=packet)
        np.testing.assert_array_equal(apart.read_picture(path), picture.read_picture(path))
        assert apart.picture_xmp(path) == (packet or None)
        assert apart.read_sound(path) is None


def test_refusals_are_those_of_reading_directly(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.mp4").write_text("no film")
    (tmp_path / "a\nb.mp4").write_text("no film")
    for name in ("text.mp4", "missing.mp4", "text.txt", "folder"):
        said = []
        for kind in (apart, read):
            with pytest.raises(HimmelError) as error:
                kind.probe(Path(name), 8.0)
            said.append((type(error.value), str(error.value)))
        assert said[0] == said[1]
    with pytest.raises(HimmelError) as error:
        apart.probe(tmp_path / "a\nb.mp4")
    assert "\n" not in str(error.value)


def test_one_process_serves_a_command(film, fresh):
    first = pid()
    apart.probe(film)
    assert next(apart.frames_of(film)).seconds == 0  # and whoever stops early keeps it
    with pytest.raises(HimmelError):
        apart.probe(film.with_name("missing.mp4"))
    assert apart.read_picture  # refusals do not end it either
    assert pid() == first
    apart.close()
    assert pid() != first


def test_it_is_renewed_after_many_files(film, fresh, monkeypatch):
    monkeypatch.setattr(apart, "MAX_FILES", 2)
    first = pid()
    apart.probe(film)
    assert pid() == first
    apart.probe(film)
    assert pid() != first


def test_threads_read_at_the_same_time(film, fresh):
    counts = []

    def count():
        counts.append(sum(1 for _ in apart.frames_of(film)))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [12, 12, 12]
    assert len(apart._idle) == 1


def test_two_films_side_by_side(film):
    pairs = zip(apart.frames_of(film), apart.frames_of(film, 0.5), strict=False)
    assert [b.seconds - a.seconds for a, b in pairs] == [0.5] * 8


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "seconds of computing"),
        ("sys.exit(3)", "code 3"),
    ],
)
def test_a_crash_is_one_sentence(film, instead, code, says):
    instead(code)
    with pytest.raises(HimmelError, match=says) as error:
        apart.probe(film)
    assert "\n" not in str(error.value) and "a.mp4" in str(error.value)


FRAME = 'kind="block", seconds=0.0, dtype="uint8"'
LIES = [
    'sys.stdout.buffer.write(b"\\xff" * 9); sys.stdout.flush(); time.sleep(9)',
    'sys.stdout.buffer.write(b"\\x02\\0\\0\\0[]"); sys.stdout.flush(); time.sleep(9)',
    'sys.stdout.buffer.write(b"\\x01\\0\\0\\0{"); sys.stdout.flush(); time.sleep(9)',
    'tell(kind="block")',
    f"tell({FRAME}, shape=[1 << 20, 1 << 20, 3])",
    f"tell({FRAME}, shape=[-1, -1, 3])",
    f"tell({FRAME}, shape=[1, 1, 1, 1])",
    f"tell({FRAME}, shape=[2, 2, 4]); sys.stdout.buffer.write(bytes(16)); sys.stdout.flush()",
    'tell(kind="block", seconds=0, dtype="object", shape=[1])',
    'tell(kind="block", dtype="float32", shape=[1, 1, 3]); sys.stdout.buffer.write(bytes(12))',
    'tell(kind="surprise", dtype="uint8", shape=[0])',
    'tell(nothing="at all")',
]


@pytest.mark.parametrize("code", LIES)
def test_whoever_takes_it_over_can_only_lie(film, instead, code):
    """Nothing that a process says is believed beyond its form, and nothing is unpickled."""
    instead(code)
    with pytest.raises(DamagedFileError):
        apart.read_clip(film) if "shape=[0]" in code else next(apart.frames_of(film))
    assert apart._idle == []


def test_a_long_or_odd_error_is_kept_short(film, instead):
    instead("tell(kind='error', text='x\\n' * 9000, dtype='uint8', shape=[0])")
    with pytest.raises(HimmelError) as error:
        apart.probe(film)
    assert len(str(error.value)) <= 1000 and "\n" not in str(error.value)


def test_a_process_that_hangs_is_killed_with_its_group(film, instead, tmp_path):
    note = tmp_path / "grandchild"
    instead(
        "import subprocess\n"
        "p = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(note)!r}, 'w').write(str(p.pid))\n"
        "time.sleep(60)",
        wait=1.5,
    )
    with pytest.raises(HimmelError, match="busy for more than"):
        apart.probe(film)
    grandchild = int(note.read_text())
    assert _ends(grandchild)


def _ends(process):
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_process_that_does_not_start_says_so(film, fresh, monkeypatch):
    monkeypatch.setattr(apart, "_CHILD", ("-c", "raise SystemExit(1)"))
    with pytest.raises(HimmelError, match="did not start"):
        apart.probe(film)
    monkeypatch.setattr(sys, "executable", "no-such-program")
    with pytest.raises(HimmelError, match="can be started"):
        apart.probe(film)


def test_the_environment_carries_no_secrets(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "canary")
    monkeypatch.setenv("HIMMEL_KEY", "canary")
    assert "canary" not in bare_environment().values()


# Each line has to fail in a confined process, and works in another.
FORBIDDEN = {
    "network": "import socket; socket.socket()",
    "pairs": "import socket; socket.socketpair()",
    "programs": "import os; os.execv('/bin/true', ['true'])",
    "processes": "import os; os._exit(1) if os.fork() == 0 else None",
    "spawning": "import subprocess; subprocess.run(['true'])",
    "writing": "open(target, 'w')",
    "appending": "open(target, 'ab')",
    "creating": "import os; os.open(target + '2', os.O_CREAT | os.O_RDONLY)",
    "removing": "import os; os.unlink(target)",
    "renaming": "import os; os.rename(target, target + '3')",
    "folders": "import os; os.mkdir(target + '4')",
    "links": "import os; os.symlink(target, target + '5')",
    "modes": "import os; os.chmod(target, 0o777)",
    "cutting": "import os; os.truncate(target, 0)",
    "killing": "import os; os.kill(os.getppid(), 0)",
    "others' limits": "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    "more memory": "bytearray(1100 << 20)",
    "many files": "held = [open(target) for _ in range(40)]",
    "raising limits": "import resource as r; r.setrlimit(r.RLIMIT_AS, (4 << 30, 4 << 30))",
    "shared memory": "import os; os.memfd_create('x')",
}
TRY = """
import json, sys, errno
from himmel.media.confine import confine
target, lines, is_confined = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3] == "1"
import os, socket, subprocess, resource
guards = confine() if is_confined else []
held = {}
for name, line in lines.items():
    try:
        exec(line, {"target": target})
        held[name] = False
    except BaseException:
        held[name] = True
print(json.dumps({"guards": guards, "held": held, "read": open(target).read()}))
"""


@linux
def test_what_a_confined_process_can_no_longer_do(tmp_path):
    target = tmp_path / "target.txt"
    target.write_text("kept")
    if os.uname().machine not in ("x86_64", "aarch64"):
        pytest.skip("there is no filter of calls for this machine")
    answer = subprocess.run(
        [sys.executable, "-c", TRY, str(target), json.dumps(FORBIDDEN), "1"],
        env=bare_environment(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    told = json.loads(answer)
    assert told["guards"] == ["limits", "privileges", "calls"]
    only_users = {"raising limits"} if os.geteuid() == 0 else set()  # root may raise its own
    assert {name for name, held in told["held"].items() if not held} <= only_users
    assert told["read"] == "kept" and [p.name for p in tmp_path.iterdir()] == ["target.txt"]


@linux
def test_the_reader_is_confined_and_leaves_no_core(fresh):
    assert apart.guards()[:2] == ["limits", "privileges"]
    with apart._lent() as reader:
        about = Path(f"/proc/{reader._process.pid}")
        status, limits = (about / "status").read_text(), (about / "limits").read_text()
    assert "NoNewPrivs:\t1" in status
    rows = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()[1:]}
    assert rows["Max core file size"] == "0" and rows["Max file size"] == "0"
    assert int(rows["Max address space"]) == 1 << 30 and int(rows["Max open files"]) == 32


def test_a_reader_that_dies_between_files_is_replaced(film, fresh):
    first = pid()
    os.kill(first, signal.SIGKILL)
    _ends(first)
    assert apart.probe(film).frames == 12
