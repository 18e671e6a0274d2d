"""A look at the clock: what takes too long has not run, and what has not run refuses."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def within(limit: float | None, work: Callable[..., T], *given: Any) -> T:
    """What `work` returns. Raises TimeoutError after `limit` seconds, None waits; and what it raises.

    Work that hangs is left behind in a thread that does not keep the program alive.
    """
    if limit is None:
        return work(*given)
    answers: queue.Queue[tuple[bool, Any]] = queue.Queue()

    def do() -> None:
        try:
            answers.put((True, work(*given)))
        except BaseException as error:
            answers.put((False, error))

    threading.Thread(target=do, daemon=True).start()
    try:
        done, value = answers.get(timeout=limit)
    except queue.Empty:
        raise TimeoutError(f"no answer within {limit:g} s") from None
    if done:
        return value  # type: ignore[no-any-return]
    raise value
