"""The clips that a model draws for questions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from himmel.evaluate.adherence import OnDone, Question
from himmel.evaluate.sampling import sample_clips
from himmel.generate.system import System


def draw_questions(asked: list[Question], system: System, on_done: OnDone) -> NDArray[np.uint8]:
    """Clips (N, T, H, W, 3), each with the noise of its question."""
    return sample_clips(
        system,
        [q.prompt for q in asked],
        [q.seed for q in asked],
        on_batch=lambda done: on_done("generate", done, len(asked)),
    )
