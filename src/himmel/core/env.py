"""The only place that reads the environment."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

from himmel.core.errors import HimmelError

_PROCESSOR = Path("/proc/cpuinfo")
_STATUS = Path("/proc/self/status")  # Linux; its peak begins anew with each program
_STAT = Path("/proc/stat")  # Linux: ticks of all cores by what they did
_LOAD = Path("/proc/loadavg")  # Linux: three averages, then running/existing threads


def cache_dir() -> Path:
    """Where training state and compiled kernels live: $HIMMEL_CACHE, else ~/.cache/himmel."""
    return Path(os.environ.get("HIMMEL_CACHE") or Path.home() / ".cache" / "himmel")


def state_dir() -> Path:
    """What this installation keeps of its own: $HIMMEL_STATE, else ~/.local/state/himmel."""
    return Path(os.environ.get("HIMMEL_STATE") or Path.home() / ".local" / "state" / "himmel")


def safety_file() -> Path | None:
    """The operator's settings of the policy, $HIMMEL_SAFETY; None where there are none."""
    named = os.environ.get("HIMMEL_SAFETY")
    return Path(named) if named else None


def props_dir() -> Path | None:
    """The operator's folder of meshes for the world, $HIMMEL_PROPS; None where there is none."""
    named = os.environ.get("HIMMEL_PROPS")
    return Path(named) if named else None


def use_props(folder: Path) -> None:
    """Take props from `folder` in this process and in those that it starts."""
    os.environ["HIMMEL_PROPS"] = str(Path(folder).absolute())


def upsampler_key() -> str:
    """The key for an upsampler's endpoint, $HIMMEL_UPSAMPLER_KEY; empty where it needs none."""
    return os.environ.get("HIMMEL_UPSAMPLER_KEY", "")


def train_dir(recipe: str) -> Path:
    """Training state of one recipe."""
    return cache_dir() / "train" / recipe


def data_dir() -> Path:
    """Where keys and the registry live: $HIMMEL_DATA, else ~/.local/share/himmel. Worth a backup."""
    return Path(os.environ.get("HIMMEL_DATA") or Path.home() / ".local" / "share" / "himmel")


def operators_certificate() -> tuple[Path, Path] | None:
    """The certificate chain and key that an operator signs with: $HIMMEL_CERTIFICATE, $HIMMEL_KEY.

    Raises HimmelError where only one of the two is set.
    """
    chain, key = os.environ.get("HIMMEL_CERTIFICATE"), os.environ.get("HIMMEL_KEY")
    if bool(chain) != bool(key):
        raise HimmelError("set both HIMMEL_CERTIFICATE and HIMMEL_KEY, or neither of them")
    return (Path(chain), Path(key)) if chain and key else None


def shows_mark() -> bool:
    """Whether clips carry the mark that people see: $HIMMEL_VISIBLE_MARK, on (the default) or off.

    Raises HimmelError for any other word.
    """
    word = os.environ.get("HIMMEL_VISIBLE_MARK", "on").strip().lower()
    if word not in ("on", "off"):
        raise HimmelError(
            f"HIMMEL_VISIBLE_MARK={word} is neither on nor off; set it to one of them"
        )
    return word == "on"


def china_producer() -> str | None:
    """Who offers the service in China, as its labels name them: $HIMMEL_CHINA_PRODUCER, a name or a
    number; None where nothing is labelled for China.

    Raises HimmelError for more than 100 characters and for such as cannot be seen.
    """
    name = os.environ.get("HIMMEL_CHINA_PRODUCER", "").strip()
    if len(name) > 100 or not name.isprintable():
        raise HimmelError("HIMMEL_CHINA_PRODUCER is a name or a number of at most 100 characters")
    return name or None


def use_kernel_cache(edition: str = "") -> None:
    """Let numba keep compiled kernels between runs, in the place that the user chose or in our own.

    Call it before numba is first imported; another edition keeps its kernels apart.
    """
    chosen = Path(os.environ.get("NUMBA_CACHE_DIR", str(cache_dir() / "numba")))
    if chosen.name != edition:  # numba itself notices changes of one file, not of those it calls
        os.environ["NUMBA_CACHE_DIR"] = str(chosen / edition)


def threads() -> int:
    """Threads to compute with: $HIMMEL_THREADS, else $OMP_NUM_THREADS, else the cores we may use.

    The load of the moment has no say: frames differ in the last bit with the number of threads.
    """
    return _number("HIMMEL_THREADS") or _number("OMP_NUM_THREADS") or _own_cores()


def wait_asleep() -> None:
    """Let threads that wait for each other sleep soon, unless the user chose a policy.

    Call it before torch is first imported. By default OpenMP's threads wait in a loop; on cores that
    others use, too, they wait for one another's time slices, and a clip takes tens of times as long.
    Sleeping at once takes twice as long on idle cores, so GNU's threads look a few times first.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "passive"
        os.environ.setdefault("GOMP_SPINCOUNT", "2000")


def place_in_team() -> tuple[int, int, int] | None:
    """Rank, number of processes and rank on this machine, as torchrun gives them to the processes of
    one training run; None for a process of its own.
    """
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK")
    if any(name not in os.environ for name in names):
        return None
    rank, size, local = (int(os.environ[name]) for name in names)
    return rank, size, local


def attempt_of_team() -> int:
    """How often torchrun has started this run anew after a process died."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"))


def load() -> float:
    """How many cores others keep busy: over the last minute, and no more than right now.

    The minute alone would count the work that we ourselves just finished. 0 where the system does
    not say.
    """
    try:
        return max(0.0, min(os.getloadavg()[0], _others_running()))
    except (AttributeError, OSError):
        return 0.0


def processor_seconds() -> tuple[float, float]:
    """Seconds that all cores were busy and that they could have been, since the machine started.

    Zeros where the system does not say.
    """
    try:
        ticks = [int(word) for word in _STAT.read_text().splitlines()[0].split()[1:9]]
    except (OSError, ValueError, IndexError):
        return 0.0, 0.0
    idle, all_of_them = ticks[3] + ticks[4], sum(ticks)
    second = os.sysconf("SC_CLK_TCK")
    return (all_of_them - idle) / second, all_of_them / second


def _others_running() -> float:
    """Threads that run or wait for a core at this moment, without the one that asks."""
    try:
        return int(_LOAD.read_text().split()[3].partition("/")[0]) - 1
    except (OSError, ValueError, IndexError):
        return math.inf


def _own_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _number(variable: str) -> int | None:
    """The number of threads in a variable, the first of an OpenMP list; None where it is not set."""
    text = os.environ.get(variable, "").partition(",")[0].strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise HimmelError(f"{variable}={text} is no number of threads; set it to 1 or more")
    return int(text)


def memory_of_machine() -> int:
    """Bytes of physical memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def peak_memory() -> int:
    """The most bytes of physical memory that this process has held since it began."""
    try:
        lines = _STATUS.read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    except (OSError, StopIteration, ValueError, IndexError):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def processor_vendor() -> str:
    """Who made the processor, in its own words (AuthenticAMD, GenuineIntel); empty where unsaid."""
    try:
        lines = _PROCESSOR.read_text().splitlines()
    except (OSError, ValueError):
        return ""
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("vendor_id"))
    return next(named, "")


def bare_environment(**more: str) -> dict[str, str]:
    """What a helper process needs of the environment: where libraries lie, and no secrets.

    Modules are found as they are found here; `more` is added.
    """
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {**found, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", **more}


def is_ci() -> bool:
    """True on continuous integration."""
    return os.environ.get("CI", "").lower() in ("1", "true")
