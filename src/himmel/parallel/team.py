"""The processes that train one network together: who they are, and the little they tell each other.

torchrun starts them and says in the environment which one each is; nothing here starts a machine.
"""

from __future__ import annotations

import contextlib
import datetime
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import torch
import torch.distributed as dist
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous

from himmel.core import env
from himmel.core.config import Config
from himmel.core.errors import HimmelError

if TYPE_CHECKING:
    from torch.distributed.device_mesh import DeviceMesh

Told = TypeVar("Told")

# One process may render or encode for days while the others wait for its word. Nothing else may take so
# long: a process that cannot be reached has to end the run.
PATIENCE = datetime.timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class SpreadConfig(Config):
    """How a run is spread over processes, and what a step is made of.

    context: processes that share the tokens of one clip; a divisor of their number and of the heads.
    micro_batches: batches of one step over all processes together, dealt evenly; None is one each,
    so that a step grows with the team. recompute: keep no activations inside a block, compute them
    again on the way back. gather: "fp32" or "bf16", how the weights of a block travel; with bf16 its
    norms and tables are rounded, too.
    """

    context: int = 1
    micro_batches: int | None = None
    recompute: bool = False
    gather: str = "fp32"

    def __post_init__(self) -> None:
        if self.context < 1 or (self.micro_batches is not None and self.micro_batches < 1):
            raise HimmelError(
                f"context={self.context} and micro_batches={self.micro_batches} count processes and "
                "batches; use 1 or more"
            )
        if self.gather not in ("fp32", "bf16"):
            raise HimmelError(f"gather {self.gather!r} is unknown; use 'fp32' or 'bf16'")


@dataclass(frozen=True, eq=False)
class Team:
    """One process's view of all: `mesh` has the axes data and context, `shards` is both in one; in
    `patient` they wait for their leader.
    """

    rank: int
    size: int
    device: torch.device
    mesh: DeviceMesh
    shards: DeviceMesh
    patient: dist.ProcessGroup

    @property
    def leads(self) -> bool:
        """True for the one process that writes logs and speaks."""
        return self.rank == 0

    @property
    def data_ways(self) -> int:
        """How many different batches are computed at a time."""
        return int(self.mesh["data"].size())

    @property
    def data_rank(self) -> int:
        """Which of them is ours; processes that share a clip have the same."""
        return int(self.mesh["data"].get_local_rank())

    @property
    def context_group(self) -> dist.ProcessGroup | None:
        """Those that hold the other tokens of our clips; None where nobody does."""
        mesh = self.mesh["context"]
        return mesh.get_group() if mesh.size() > 1 else None

    def mean(self, values: list[float]) -> list[float]:
        """Every entry averaged over all processes; one that is not finite spoils the average."""
        summed = self._reduced(values, dist.ReduceOp.SUM)
        return [value / self.size for value in summed]

    def most(self, values: list[float]) -> list[float]:
        """The largest of every entry."""
        return self._reduced(values, dist.ReduceOp.MAX)

    def first(self, work: Callable[[], Told]) -> Told:
        """The leader works while the others wait; all get its result."""
        told = [work() if self.leads else None]
        dist.broadcast_object_list(told, src=0, group=self.patient)
        return told[0]  # type: ignore[return-value]

    def gathered(self, told: Told) -> list[Told]:
        """What every process has to say, in the order of their ranks."""
        heard: list[Told | None] = [None] * self.size
        dist.all_gather_object(heard, told)
        return heard  # type: ignore[return-value]

    def _reduced(self, values: list[float], how: dist.ReduceOp.RedOpType) -> list[float]:
        # On the CPU, through gloo: the accelerator is not made to wait.
        tensor = torch.tensor(values, dtype=torch.float64)
        dist.all_reduce(tensor, how)
        return tensor.tolist()


def dealt(spread: SpreadConfig, team: Team | None) -> range:
    """The numbers of the micro-batches of a step that this process computes.

    Raises HimmelError where they cannot be dealt evenly.
    """
    rank, ways = (0, 1) if team is None else (team.data_rank, team.data_ways)
    count = spread.micro_batches or ways
    if count % ways:
        raise HimmelError(
            f"{count} micro-batches cannot be dealt to {ways} processes; use a multiple of {ways}"
        )
    return range(rank, count, ways)


@contextlib.contextmanager
def join(spread: SpreadConfig, device: str = "cpu") -> Iterator[Team | None]:
    """The team that torchrun started, or None in a process of its own; left at the end.

    device "cuda" is one device per process of a machine. Raises HimmelError where `context` does not
    divide the team.
    """
    place = env.place_in_team()
    if place is None or place[1] == 1:
        if spread.context > 1:
            raise HimmelError(
                f"context={spread.context} needs as many processes; start with: "
                f"torchrun --nproc-per-node {spread.context} -m himmel.cli.main train ..."
            )
        yield None
        return
    rank, size, local = place
    chosen = torch.device("cuda", local) if device == "cuda" else torch.device(device)
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    backend = "cpu:gloo,cuda:nccl" if chosen.type == "cuda" else "gloo"
    quiet_about_views()
    # Started anew, the store may still hold the addresses of those that died.
    store, _, _ = next(rendezvous("env://"))
    fresh = PrefixStore(f"attempt-{env.attempt_of_team()}", store)
    dist.init_process_group(backend, store=fresh, rank=rank, world_size=size)
    try:
        yield gather_team(spread, chosen)
    finally:
        dist.destroy_process_group()


def quiet_about_views() -> None:
    """A network's answer may be a view, of which FSDP2 warns; nobody here writes into one."""
    warnings.filterwarnings("ignore", message="FSDP2-wrapped module")


def gather_team(spread: SpreadConfig, device: torch.device) -> Team:
    """The team of the process group that exists. Raises HimmelError as `join` does."""
    from torch.distributed.device_mesh import init_device_mesh

    size = dist.get_world_size()
    if size % spread.context:
        raise HimmelError(
            f"context={spread.context} does not divide {size} processes; use a divisor of {size}"
        )
    shape = (size // spread.context, spread.context)
    mesh = init_device_mesh(device.type, shape, mesh_dim_names=("data", "context"))
    shards = mesh._flatten("shards")
    speaks = None if dist.get_backend() == "fake" else "gloo"
    patient = dist.new_group(timeout=PATIENCE, backend=speaks)
    return Team(dist.get_rank(), size, device, mesh, shards, patient)
