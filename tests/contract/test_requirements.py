"""requirements/*.txt name every package that himmel needs to run, once, with hashes of its wheels."""

import importlib.util
import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"([a-z0-9][a-z0-9-]*)==(\S+)((?: --hash=sha256:[0-9a-f]{64})+)")


def _script():
    spec = importlib.util.spec_from_file_location("hashes", ROOT / "runs" / "hashes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _listed(*names):
    """Versions by package; a line that is anything else fails."""
    found = {}
    for name in names:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        for line in re.sub(r" \\\n +", " ", text).splitlines():
            if not line.startswith("#"):
                package, version, _ = LINE.fullmatch(line).groups()
                assert found.setdefault(package, version) == version and line.count(package) == 1
    return found


def _closure(lines):
    """Every requirement that holds here, of packages that are installed; NVIDIA's come with others."""
    waiting, seen = list(lines), set()
    while waiting:
        asked = Requirement(waiting.pop())
        if str(asked) in seen or (asked.marker and not asked.marker.evaluate({"extra": ""})):
            continue
        seen.add(str(asked))
        yield asked
        waiting += metadata.requires(asked.name) or []


@pytest.mark.parametrize(
    ("extras", "files"),
    [
        ((), ("base",)),
        (_script().EXTRAS, ("base", "extras")),
    ],
)
def test_every_package_is_listed_in_a_version_that_is_asked_for(extras, files):
    listed = _listed(*files)
    asked = list(_closure(_script().wanted(extras)))
    assert len(asked) > 20
    cuda = _listed("cuda")
    for requirement in asked:
        name = canonicalize_name(requirement.name)
        assert requirement.specifier.contains((listed | cuda)[name], prereleases=True), requirement
        assert name in listed or name.startswith(("nvidia", "cuda", "triton"))


def test_a_package_stands_in_one_file():
    names = [name for file in ("base", "extras", "cuda") for name in _listed(file)]
    assert len(names) == len({*names}) > 60


def test_wheels_of_other_pythons_and_sources_are_left_out():
    usable = _script()._usable
    assert usable({"filename": "a-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"}, "1.0")
    assert usable({"filename": "a-1.0-cp39-abi3-macosx_11_0_arm64.whl"}, "1.0")
    for other in (
        "a-1.0.tar.gz",
        "a-1.1-py3-none-any.whl",
        "a-1.0-cp310-cp310-win_amd64.whl",
        "a-1.0-cp313-cp313t-win_amd64.whl",
        "a-1.0-cp311-cp311-musllinux_1_2_x86_64.whl",
    ):
        assert not usable({"filename": other}, "1.0"), other
    assert not usable({"filename": "a-1.0-py3-none-any.whl", "yanked": "broken"}, "1.0")


def test_packages_of_one_system_alone_are_told_apart():
    script = _script()
    found = {
        "torch": {"requires_dist": ['gpu==1; platform_system == "Linux"', "plain", 'x; extra == "y"']},
        "gpu": {"requires_dist": ["helper"]},
        "helper": {}, "plain": {}, "x": {},
    }  # fmt: skip
    assert script.needed(found, ["torch"], script.NO_CUDA) == {"torch", "plain"}
    linux = {**script.NO_CUDA, "platform_system": "Linux"}
    assert script.needed(found, ["torch"], linux) == {"torch", "plain", "gpu", "helper"}
