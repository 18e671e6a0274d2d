"""Training: the loop, its schedule and optimisers, averages, checkpoints, and what watches it."""

from himmel.core.loss import Loss
from himmel.train.batches import Batch, Data, LatentStore, Prefetcher, to_int8
from himmel.train.callbacks import (
    Callback,
    ConsoleLog,
    PreviewSheet,
    SaveEvery,
    StopAfter,
    StopFile,
    TensorBoard,
    standard_callbacks,
)
from himmel.train.checkpoint import Checkpoint, newest_checkpoint, read_checkpoint
from himmel.train.compiled import compile_blocks
from himmel.train.ema import Ema
from himmel.train.optimisers import OptimiserConfig, Optimisers, is_hidden_matrix
from himmel.train.schedule import Schedule, ScheduleConfig
from himmel.train.step import StepReport
from himmel.train.trainer import Objective, Progress, TrainConfig, Trainer

__all__ = [
    "Batch",
    "Callback",
    "Checkpoint",
    "ConsoleLog",
    "Data",
    "Ema",
    "LatentStore",
    "Loss",
    "Objective",
    "OptimiserConfig",
    "Optimisers",
    "Prefetcher",
    "PreviewSheet",
    "Progress",
    "SaveEvery",
    "Schedule",
    "ScheduleConfig",
    "StepReport",
    "StopAfter",
    "StopFile",
    "TensorBoard",
    "TrainConfig",
    "Trainer",
    "compile_blocks",
    "is_hidden_matrix",
    "newest_checkpoint",
    "read_checkpoint",
    "standard_callbacks",
    "to_int8",
]
