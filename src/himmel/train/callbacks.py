"""What watches a run: the log, pictures on the way, checkpoints, ways to stop. Each one small."""

from __future__ import annotations

import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from himmel.core.errors import HimmelError
from himmel.train.batches import Batch
from himmel.train.rate import gemm_rate

if TYPE_CHECKING:
    from himmel.train.step import StepReport
    from himmel.train.trainer import TrainConfig, Trainer

Flops = float | Callable[[Batch], float]


class Callback:
    """Moments of a run; override those you care for. None may change what is learned."""

    def at_start(self, trainer: Trainer) -> None:
        """Before anything is read or trained; the run folder exists."""

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """After every step, skipped ones too; trainer.progress counts it already."""

    def after_save(self, trainer: Trainer, path: Path) -> None:
        """After a checkpoint is in place at `path`."""

    def on_note(self, trainer: Trainer, text: str) -> None:
        """A sentence for a person."""

    def at_end(self, trainer: Trainer) -> None:
        """After the last save, whether the schedule is done or the run was stopped."""

    def close(self, trainer: Trainer) -> None:
        """The last call of a session, after an error too: let go of files and the terminal."""


class ConsoleLog(Callback):
    """One line every `every` steps on stderr and in log.txt, the same as JSON in log.jsonl.

    flops_per_sample (forward and backward) adds a rate and a total: a number, or a function of a batch
    where clips differ. The rate is held against that of the machine's matrix products, measured at the
    start. With `rich` and a terminal the line is redrawn in place.
    """

    def __init__(self, every: int = 20, flops_per_sample: Flops | None = None) -> None:
        self.every, self.flops_per_sample = every, flops_per_sample
        self._status = _PlainLines()
        self._limit = math.inf
        self._reset()

    def _reset(self) -> None:
        self._parts: dict[str, list[Any]] = defaultdict(list)
        self._samples, self._flops, self._waited = 0, 0.0, 0.0
        self._since = time.monotonic()

    def at_start(self, trainer: Trainer) -> None:
        """Measure what the machine can do and start counting time."""
        self._status = _status_line()
        if self.flops_per_sample:
            devices = 1 if trainer.team is None else trainer.team.size
            self._limit = devices * gemm_rate(trainer.device)
        self._reset()

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """Collect, and now and then write. Tensors are read only when a line is due."""
        self._waited += report.waited
        if not report.skipped:
            self._samples += report.samples
            self._flops += self._spent(report)
            for name, value in {"loss": report.loss, **report.parts}.items():
                self._parts[name].append(value)
        if trainer.progress.step % self.every == 0 or trainer.finished:
            self._write(trainer, self._record(trainer, report))
            self._reset()

    def _spent(self, report: StepReport) -> float:
        """FLOPs of a step; other processes' clips count as ours do, for they have as many tokens."""
        if not callable(self.flops_per_sample):
            return report.samples * (self.flops_per_sample or 0.0)
        sizes = [len(next(iter(batch.values()))) for batch in report.batches]
        own = sum(n * self.flops_per_sample(b) for n, b in zip(sizes, report.batches, strict=True))
        return own * report.samples / sum(sizes)

    def _record(self, trainer: Trainer, report: StepReport) -> dict[str, Any]:
        parts = {n: sum(float(v) for v in vs) / len(vs) for n, vs in self._parts.items()}
        seconds = max(time.monotonic() - self._since, 1e-9)
        record: dict[str, Any] = {
            "step": trainer.progress.step,
            "of": trainer.schedule.end,
            **parts,
            "rates": trainer.optimisers.rates(),
            "factor": report.factor,
            "grad_norm": report.grad_norm,
            "samples": trainer.progress.samples,
            "samples_per_second": self._samples / seconds,
            "seconds": trainer.progress.seconds,
            "skipped": trainer.progress.skipped,
        }
        if self.flops_per_sample:
            usual = self._flops / max(self._samples, 1)
            record["flops"] = trainer.progress.samples * usual
            record["flops_per_second"] = self._flops / seconds
            record["gemm_share"] = record["flops_per_second"] / self._limit
            record["data_share"] = self._waited / seconds
        return record

    def _write(self, trainer: Trainer, record: dict[str, Any]) -> None:
        _append(trainer.folder / "log.jsonl", json.dumps(record))
        names = [n for n in self._parts if n in record]
        line = f"step {record['step']}/{record['of']} " + " ".join(
            f"{n} {record[n]:.4f}" for n in names
        )
        line += f" norm {record['grad_norm']:.2f} x{record['factor']:.2f}"
        line += f" {record['samples_per_second']:.1f} samples/s {record['seconds'] / 60:.1f} min"
        if "flops_per_second" in record:
            line += f" {record['flops_per_second'] / 1e9:.0f} GFLOP/s"
            line += (
                f", {record['gemm_share']:.0%} of matrix products, {record['data_share']:.0%} data"
            )
        _append(trainer.folder / "log.txt", line)
        self._status.show(line)

    def on_note(self, trainer: Trainer, text: str) -> None:
        """Write the sentence on a line of its own."""
        _append(trainer.folder / "log.txt", text)
        self._status.keep(text)

    def after_save(self, trainer: Trainer, path: Path) -> None:
        """Say where the checkpoint is."""
        self.on_note(trainer, f"saved {path.name}")

    def close(self, trainer: Trainer) -> None:
        """Leave the terminal as it was."""
        self._status.close()


class TensorBoard(Callback):
    """Losses, rates and norms for TensorBoard, if it is installed; a note otherwise."""

    def __init__(self, every: int = 20) -> None:
        self.every = every
        self._writer: Any = None

    def at_start(self, trainer: Trainer) -> None:
        """Open the event file in the run folder."""
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            trainer.note("no TensorBoard curves: pip install 'himmel[train]' to have them")
            return
        self._writer = SummaryWriter(str(trainer.folder / "tensorboard"))

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """Write the scalars of this step now and then."""
        if self._writer is None or trainer.progress.step % self.every or report.skipped:
            return
        values = {"loss": report.loss, "grad_norm": report.grad_norm, **report.parts}
        rates = {f"rate/{n}": r for n, r in trainer.optimisers.rates().items()}
        for name, value in {**values, **rates}.items():
            self._writer.add_scalar(name, float(value), trainer.progress.step)

    def close(self, trainer: Trainer) -> None:
        """Flush and close."""
        if self._writer is not None:
            self._writer.close()


class PreviewSheet(Callback):
    """Call draw(averaged model, step) every so many steps or minutes, and at the end.

    A HimmelError in `draw` becomes a note: a picture never ends a run. In a team no process has all
    the weights, so nothing is drawn; a process of its own can draw from a checkpoint.
    """

    def __init__(
        self,
        draw: Callable[[nn.Module, int], None],
        *,
        steps: int | None = None,
        minutes: float | None = None,
    ) -> None:
        self._draw, self._due = draw, _Due(steps, minutes)

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """Draw when it is time."""
        if self._due(trainer.progress.step):
            self._show(trainer)

    def at_end(self, trainer: Trainer) -> None:
        """Draw once more."""
        self._show(trainer)

    def _show(self, trainer: Trainer) -> None:
        if trainer.team is not None:
            return
        try:
            self._draw(trainer.ema.model, trainer.progress.step)
        except HimmelError as error:
            trainer.note(f"no preview: {error}")


class SaveEvery(Callback):
    """Write a checkpoint every so many minutes or steps. The end of a run saves by itself."""

    def __init__(self, *, minutes: float | None = None, steps: int | None = None) -> None:
        self._due = _Due(steps, minutes)

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """Ask the loop for a checkpoint when it is time."""
        if self._due(trainer.progress.step):
            trainer.save()


class StopFile(Callback):
    """A file named STOP in the run folder ends the run after the present step; it is removed."""

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """Look for the file."""
        path = trainer.folder / "STOP"
        if path.exists():
            path.unlink()
            trainer.stop("found the file STOP")


class StopAfter(Callback):
    """End this session, not the schedule, after some minutes; a later one goes on from there."""

    def __init__(self, minutes: float) -> None:
        self.minutes = minutes
        self._began = time.monotonic()

    def after_step(self, trainer: Trainer, report: StepReport) -> None:
        """Look at the clock, which runs from the making of this object."""
        if time.monotonic() - self._began >= 60 * self.minutes:
            trainer.stop(f"{self.minutes:g} minutes are over")


def standard_callbacks(
    config: TrainConfig, flops_per_sample: Flops | None = None
) -> tuple[Callback, ...]:
    """What every recipe wants: the log, curves, checkpoints, the stop file."""
    return (
        ConsoleLog(config.log_every, flops_per_sample),
        TensorBoard(config.log_every),
        SaveEvery(minutes=config.save_every_minutes),
        StopFile(),
    )


class _Due:
    """True every `steps` steps or `minutes` minutes, whichever is given."""

    def __init__(self, steps: int | None, minutes: float | None) -> None:
        self.steps, self.minutes = steps, minutes
        self._last = time.monotonic()

    def __call__(self, step: int) -> bool:
        late = self.minutes is not None and time.monotonic() - self._last >= 60 * self.minutes
        if late:
            self._last = time.monotonic()
        return late or (self.steps is not None and step % self.steps == 0)


class _PlainLines:
    """Lines on stderr, for pipes and bare machines."""

    def show(self, line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    keep = show

    def close(self) -> None:
        pass


class _LiveLine(_PlainLines):
    """The newest line redrawn in place by rich; notes stay above it."""

    def __init__(self, console: Any) -> None:
        self._console, self._live = console, console.status("starting")
        self._live.start()

    def show(self, line: str) -> None:
        self._live.update(line)

    def keep(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False)

    def close(self) -> None:
        self._live.stop()


def _status_line() -> _PlainLines:
    if not sys.stderr.isatty():
        return _PlainLines()
    try:
        from rich.console import Console
    except ImportError:
        return _PlainLines()
    return _LiveLine(Console(stderr=True))


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
