"""How a network may be spread over many machines, said as data: names of its parts, no code.

Networks carry a plan as their attribute `spread`; the room `parallel` reads it. So a network never
knows how many processes train it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class SpreadPlan:
    """What may be cut and where.

    blocks: the attribute that lists the layers which are sharded and recomputed one by one. attention:
    the module inside a block whose `inner` mixes tokens. tokens: the arguments of a block's `forward`
    that have one entry per token, and along which axis; the first one is the stream that a block
    returns. levels: arguments with S entries, where S divides the number of tokens.
    """

    blocks: str = "blocks"
    attention: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
