"""Takes a network, its plan and a team of processes; gives the network back in shards.

A network declares as data what may be cut (core.spread); only this room reads it, so that no model
ever knows how it is spread over machines. The engines are PyTorch's: FSDP2, its checkpoints, its mesh.
"""

from himmel.parallel.packing import deal, idle_share, pack
from himmel.parallel.rehearsal import kept_for_gradient, pretend_shards, pretended
from himmel.parallel.sharding import (
    gathered_into,
    is_spread,
    local,
    placed_like,
    plan_of,
    shard_bytes,
    spread,
    whole,
)
from himmel.parallel.storage import read_shards, write_shards
from himmel.parallel.team import SpreadConfig, Team, dealt, gather_team, join

__all__ = [
    "SpreadConfig",
    "Team",
    "deal",
    "dealt",
    "gather_team",
    "gathered_into",
    "idle_share",
    "is_spread",
    "join",
    "kept_for_gradient",
    "local",
    "pack",
    "placed_like",
    "plan_of",
    "pretend_shards",
    "pretended",
    "read_shards",
    "shard_bytes",
    "spread",
    "whole",
    "write_shards",
]
