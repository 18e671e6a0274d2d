"""The harnesses of tests/fuzz, a second or two each; a minute each by hand and at night."""

import fuzzing
import pytest

from himmel.core.errors import HimmelError

IN_CI = 150


@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_a_parser_reads_or_refuses(name):
    counts = fuzzing.fuzz(name, cases=IN_CI)
    assert counts["cases"] == IN_CI == counts["read"] + counts["refused"]
    assert counts["read"] > 0 and (counts["refused"] > 0 or name == "normaliser")


@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_the_seeds_themselves_are_read(name):
    target = fuzzing.TARGETS[name]
    for seed in target.seeds:
        found = target.run(seed)
        assert found is not None


@pytest.mark.night
@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_a_parser_reads_or_refuses_for_a_minute(name):
    assert fuzzing.fuzz(name, seconds=60, seed=1)["cases"] > IN_CI


def test_a_defect_is_noticed_with_its_case(monkeypatch):
    def broken(data):
        if len(data) % 7 == 0:
            raise IndexError("beyond the end")
        raise HimmelError("no")

    monkeypatch.setitem(fuzzing.TARGETS, "broken", fuzzing.Target(broken, (b"abc",)))
    with pytest.raises(IndexError) as error:
        fuzzing.fuzz("broken", cases=200)
    assert "case" in error.value.__notes__[0]
