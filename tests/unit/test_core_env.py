"""How many threads, and how they wait: as the user says, else all cores, asleep."""

import os

import pytest

from himmel.core import env
from himmel.core.errors import HimmelError


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine with `cores`, of which we may use `own`, under a `load` and with threads `running`."""

    def become(cores=8, own=8, load=0.0, running=99):
        for variable in ("HIMMEL_THREADS", "OMP_NUM_THREADS"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setattr(os, "cpu_count", lambda: cores)
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(own)), raising=False)
        monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
        monkeypatch.setattr(env, "_LOAD", tmp_path / "loadavg")
        (tmp_path / "loadavg").write_text(f"{load} 0.00 0.00 {running}/777 4321\n")

    return become


def test_our_own_cores_count_and_the_load_does_not(machine):
    machine(cores=64, own=2, load=40.0)
    assert env.threads() == 2


def test_work_that_is_over_does_not_count(machine):
    machine(load=8.0, running=1)
    assert env.load() == 0.0
    machine(load=0.2, running=9)  # a burst
    assert env.load() == 0.2
    machine(load=8.0, running=4)
    assert env.load() == 3.0


def test_systems_that_do_not_tell(machine, monkeypatch):
    machine(load=3.0)
    env._LOAD.unlink()
    assert env.load() == 3.0
    env._LOAD.write_text("nonsense")
    assert env.load() == 3.0

    def refuse():
        raise OSError

    monkeypatch.setattr(os, "getloadavg", refuse)
    assert env.load() == 0.0
    monkeypatch.delattr(os, "getloadavg")
    monkeypatch.delattr(os, "sched_getaffinity")
    assert (env.load(), env.threads()) == (0.0, 8)


def test_the_user_overrules(machine, monkeypatch):
    machine(load=8.0)
    monkeypatch.setenv("OMP_NUM_THREADS", "3,2")
    assert env.threads() == 3
    monkeypatch.setenv("HIMMEL_THREADS", "12")
    assert env.threads() == 12
    monkeypatch.setenv("HIMMEL_THREADS", "")
    assert env.threads() == 3


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5"])
def test_what_is_no_number_is_named(machine, monkeypatch, text):
    machine()
    monkeypatch.setenv("HIMMEL_THREADS", text)
    with pytest.raises(HimmelError, match=f"HIMMEL_THREADS={text} is no number"):
        env.threads()


def test_waiting_threads_sleep_unless_the_user_says_otherwise(monkeypatch):
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.setenv(name, "")  # so that both are put back after the test
        monkeypatch.delenv(name)
    env.wait_asleep()
    assert os.environ["OMP_WAIT_POLICY"] == "passive" and int(os.environ["GOMP_SPINCOUNT"]) > 0
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    env.wait_asleep()
    assert os.environ["OMP_WAIT_POLICY"] == "active" and "GOMP_SPINCOUNT" not in os.environ


def test_the_maker_of_the_processor_is_read_or_left_empty(tmp_path, monkeypatch):
    listing = tmp_path / "cpuinfo"
    monkeypatch.setattr(env, "_PROCESSOR", listing)
    assert env.processor_vendor() == ""
    listing.write_text("processor\t: 0\nvendor_id\t: AuthenticAMD\n")
    assert env.processor_vendor() == "AuthenticAMD"
