"""The bill of materials, lowest versions, and an audit that is never green by accident."""

import json
import re

import pytest

from himmel.cli.main import main
from himmel.core.errors import HimmelError, MissingExtraError
from himmel.engines import audit, parts
from himmel.engines.parts import Part

SOME = [
    Part("a", "1.0", "MIT", "ab" * 32, ("b", "missing")),
    Part("b", "2.0", "", "", ()),
    Part("c", "0.1"),
]


def test_a_bill_names_every_part_once_and_what_needs_what():
    told = parts.bill(SOME, {"FFmpeg": "8.1.2"})
    assert (told["bomFormat"], told["specVersion"], told["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["serialNumber"])
    references = [c["bom-ref"] for c in told["components"]]
    assert len(set(references)) == len(references)
    by_name = {c["name"]: c for c in told["components"]}
    assert by_name["a"]["purl"] == "pkg:pypi/a@1.0"
    assert by_name["a"]["licenses"] == [{"license": {"name": "MIT"}}]
    assert by_name["FFmpeg"]["version"] == "8.1.2"
    needs = {d["ref"]: d["dependsOn"] for d in told["dependencies"]}
    assert needs["pkg:pypi/a@1.0"] == ["pkg:pypi/b@2.0"]
    assert needs["himmel"] == ["pkg:pypi/a@1.0", "pkg:pypi/b@2.0", "pkg:pypi/c@0.1"]
    assert set(needs) <= {*references, "himmel"}
    assert told == parts.bill(SOME, {"FFmpeg": "8.1.2"})
    assert told["serialNumber"] != parts.bill(SOME[:2], {})["serialNumber"]


def test_the_bill_of_this_installation_is_whole():
    here = parts.installed()
    names = {part.name for part in here}
    assert {"torch", "numpy", "safetensors", "av", "pillow", "rich"} <= names
    assert not {"pytest", "ruff", "mypy"} & {p.name for p in here if "himmel" not in names} - names
    assert sum(bool(part.licence) for part in here) >= 0.9 * len(here)
    assert all(re.fullmatch("[0-9a-f]{64}", part.sha256) for part in here if part.sha256)
    weights = [c for c in parts.bill([], {})["components"] if c["type"] != "library"]
    assert weights and all(len(c["hashes"][0]["content"]) == 64 for c in weights)


@pytest.mark.parametrize(
    ("older", "newer"),
    [("8.1.1", "8.1.2"), ("n8.1.2", "8.10"), ("2.6.0+cpu", "2.11.0+cu130"), ("1", "1.0.1")],
)
def test_versions_are_compared_by_number(older, newer):
    assert parts.numbers(older) < parts.numbers(newer)


def test_a_library_that_is_too_old_is_named_with_the_reason():
    (sentence,) = parts.too_old({"FFmpeg": "8.1.1", "libwebp": "1.6.0"})
    assert "FFmpeg is 8.1.1" in sentence and "CVE-2026-8461" in sentence
    assert len(parts.too_old({"pillow": "12.3.0", "torch": "2.5.1"})) == 2
    assert parts.too_old({}) == [] and parts.too_old({"torch": "2.6.0"}) == []


def answered(skipped=0, holes=(), control=True, stale=False):
    """An advisory service that looked some packages up."""

    def ask(requirements):
        if list(requirements) == [audit.CONTROL]:
            found = [{"id": "CVE-2019-10906"}] if control else []
            return [{"name": "jinja2", "version": "2.10", "vulns": found}]
        answers = []
        for number, line in enumerate(requirements):
            name, version = line.split("==")
            if number < skipped:
                answers.append({"name": name, "skip_reason": "could not be audited"})
            else:
                found = [{"id": hole} for hole in holes] if number == len(requirements) - 1 else []
                version = "0" if stale else version
                answers.append({"name": name.upper(), "version": version, "vulns": found})
        return answers

    return ask


MANY = [Part(f"p{n}", "1.0") for n in range(40)]


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ({}, "green"),
        ({"skipped": 2}, "green"),
        ({"skipped": 3}, "not run"),
        ({"skipped": 40}, "not run"),
        ({"control": False}, "not run"),
        ({"stale": True}, "not run"),
        ({"holes": ("CVE-1",)}, "holes found"),
        ({"skipped": 30, "holes": ("CVE-1",)}, "holes found"),
    ],
)
def test_an_audit_is_green_only_when_it_was_one(how, state):
    assert audit.audit(MANY, answered(**how)).state == state


def test_an_audit_of_nothing_is_none():
    assert audit.audit([], answered()).state == "not run"
    assert audit.audit(MANY, lambda requirements: []).state == "not run"


def test_without_pip_audit_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"himmel\[audit\]"):
        audit.audit(MANY)


@pytest.mark.parametrize("said", ["", "{}", "[]", "no json", '{"dependencies": 3}'])
def test_an_answer_that_is_none_is_refused(monkeypatch, said):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: True)
    done = type("Run", (), {"stdout": said, "returncode": 0})()
    monkeypatch.setattr("subprocess.run", lambda *args, **kwargs: done)
    with pytest.raises(HimmelError, match="nothing was audited"):
        audit.audit(MANY)


def test_the_command_writes_the_bill_and_tells_the_state(tmp_path, capsys, monkeypatch):
    out = tmp_path / "sbom.json"
    assert main(["audit", "--json", "--sbom", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["too_old"] == [] and told["advisories"] == {"state": "not asked"}
    assert len(json.loads(out.read_text())["components"]) > told["packages"]
    monkeypatch.setattr(audit, "_ask", answered(skipped=999))
    assert main(["audit", "--advisories"]) == 1
    said = capsys.readouterr()
    assert "not run" in said.out and "not run" in said.err
    monkeypatch.setattr(audit, "_ask", answered())
    assert main(["audit", "--advisories", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["advisories"]["state"] == "green"
    monkeypatch.setattr(parts, "bundled", lambda: {"FFmpeg": "7.1"})
    assert main(["audit"]) == 1
    assert "CVE-2026-8461" in capsys.readouterr().err
