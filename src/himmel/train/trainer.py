"""The training loop: batch -> loss -> gradient -> step, resumable bit for bit.

Everything random in a step derives from (seed, step), so a run goes on from its weights, averages,
optimiser state and step number alone.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from himmel.core import env
from himmel.core.config import Config
from himmel.core.errors import DamagedFileError, HimmelError
from himmel.core.files import whole_file
from himmel.core.loss import Loss
from himmel.core.rng import derive
from himmel.train.batches import Batch, Data, Prefetcher, to_device
from himmel.train.checkpoint import Checkpoint, checkpoints, newest_checkpoint, write_checkpoint
from himmel.train.ema import Ema
from himmel.train.optimisers import (
    OptimiserConfig,
    Optimisers,
    Select,
    is_hidden_matrix,
    saved_name,
)
from himmel.train.schedule import Schedule, ScheduleConfig

if TYPE_CHECKING:
    from himmel.train.callbacks import Callback

MOST_SAVED_BATCHES = 16
PLATEAU = "plateau"  # the state before the cooldown: a run that is given more time goes on from it


@dataclass(frozen=True, kw_only=True)
class TrainConfig(Config):
    """A whole training run, apart from its model, objective and data.

    precision: "bf16" (autocast, weights stay float32) or "fp32". minutes: a budget over all
    sessions of the run; it only chooses where the cooldown begins. max_nonfinite: so many steps in
    a row without a finite loss and gradient end the run.
    """

    recipe: str
    schedule: ScheduleConfig
    optimiser: OptimiserConfig = dataclasses.field(default_factory=OptimiserConfig)
    seed: int = 0
    ema_decay: float = 0.998
    precision: str = "bf16"
    compile: bool = False
    minutes: float | None = None
    max_nonfinite: int = 5
    log_every: int = 20
    save_every_minutes: float = 10.0

    def __post_init__(self) -> None:
        if self.precision not in ("bf16", "fp32"):
            raise HimmelError(f"precision {self.precision!r} is unknown; use 'bf16' or 'fp32'")


Objective = Callable[[nn.Module, dict[str, Tensor], torch.Generator], Loss]


@dataclass(frozen=True, kw_only=True)
class Progress(Config):
    """How far a run has come. `nonfinite` counts skipped steps in a row, `skipped` all of them."""

    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    cooldown_start: int | None = None
    nonfinite: int = 0
    skipped: int = 0


@dataclass(frozen=True, eq=False)
class StepReport:
    """What one step did; `loss` and `grad_norm` may be non-finite, then the step was skipped."""

    step: int
    loss: float
    parts: dict[str, Any]
    grad_norm: float
    factor: float
    samples: int
    skipped: bool


class Trainer:
    """Runs an objective over data until the schedule ends or someone asks it to stop.

    objective(model, batch, generator) -> Loss; data(step, rng) -> Batch, stateless; `select` picks
    the parameters for Muon. The run lives in `folder` (default: core.env.train_dir(recipe)).

    >>> Trainer(config, model, objective, data, standard_callbacks(config)).fit()  # doctest: +SKIP
    """

    def __init__(
        self,
        config: TrainConfig,
        model: nn.Module,
        objective: Objective,
        data: Data,
        callbacks: Sequence[Callback] = (),
        *,
        folder: Path | None = None,
        device: str = "cpu",
        select: Select = is_hidden_matrix,
    ) -> None:
        self.config, self.objective, self.data = config, objective, data
        self.callbacks = tuple(callbacks)
        self.folder = Path(folder) if folder else env.train_dir(config.recipe)
        self.device = torch.device(device)
        self.model = model.to(self.device)
        self.ema = Ema(self.model, config.ema_decay)
        self.optimisers = Optimisers(self.model, config.optimiser, select)
        self.schedule = Schedule(config.schedule)
        self.progress = Progress()
        self.stopping: str | None = None
        self._saved: int | None = None

    @property
    def finished(self) -> bool:
        """True when the schedule has no step left."""
        return self.progress.step >= self.schedule.end

    def fit(self, resume: bool = True) -> Progress:
        """Train to the end of the schedule, or until `stop`; saves at the end either way.

        Raises HimmelError for too many non-finite steps in a row, and, with resume=False, for a
        folder that holds a run already.
        """
        with contextlib.ExitStack() as held:
            self._begin(resume, held)
            batches = held.enter_context(
                Prefetcher(self.data, self.config.seed, self.progress.step)
            )
            held.enter_context(_stop_on_signals(self))
            while not (self.finished or self.stopping):
                began = time.monotonic()
                batch = to_device(next(batches), self.device)
                with self._precision():
                    # Called here, not in a function of its own: a traceback into the model stays short.
                    loss = self.objective(self.model, batch, self._randomness())
                self._after(self._update(loss, batch), began)
            self._end()
        return self.progress

    def stop(self, reason: str) -> None:
        """Ask the loop to end after the present step; a later `fit` goes on from there."""
        self.stopping = self.stopping or reason

    def note(self, text: str) -> None:
        """Tell every callback something that a person should read."""
        for callback in self.callbacks:
            callback.on_note(self, text)

    def save(self) -> None:
        """Write a checkpoint of the present step, unless it is written already."""
        if self._saved == self.progress.step:
            return
        path = write_checkpoint(self.folder / "checkpoints", self._snapshot())
        self._saved = self.progress.step
        for callback in self.callbacks:
            callback.after_save(self, path)

    def _snapshot(self) -> Checkpoint:
        groups = {
            "weights": _named_state(self.model),
            "ema": _named_state(self.ema.model),
            "optimiser": self.optimisers.tensors(),
        }
        state = {
            "progress": self.progress.to_dict(),
            "config": self.config.to_dict(),
            "rates": self.optimisers.rates(),
            "randomness": f"derived from seed {self.config.seed} and the step",
        }
        return Checkpoint(self.progress.step, groups, state)

    def load(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint. Raises HimmelError when it belongs to another model."""
        try:
            _load_named(self.model, checkpoint.tensors["weights"])
            _load_named(self.ema.model, checkpoint.tensors["ema"])
            self.optimisers.load(checkpoint.tensors["optimiser"])
            self.progress = Progress.from_dict(checkpoint.state["progress"])
        except (KeyError, RuntimeError) as error:
            raise DamagedFileError(
                f"the checkpoint in {self.folder} belongs to another model ({error}); "
                "choose another folder or remove it"
            ) from None
        self.schedule = Schedule(self.config.schedule, self.progress.cooldown_start)
        self._saved = self.progress.step

    def _begin(self, resume: bool, held: contextlib.ExitStack) -> None:
        self.stopping = None
        place = self.folder / "checkpoints"
        if not resume and checkpoints(place):
            raise HimmelError(
                f"{self.folder} holds a run already; resume it, remove it or choose another folder"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        for callback in self.callbacks:
            held.callback(callback.close, self)
            callback.at_start(self)
        if found := self._where_to_go_on(place):
            self.load(found)
            self.note(f"resumed at step {self.progress.step}")
            if found.state.get("config") != self.config.to_dict():
                self.note("the configuration differs from the one in the checkpoint; using the new")
        if self.config.compile and not self.finished:
            self.note(compile_blocks(self.model, self.device))
        self.model.train()

    def _where_to_go_on(self, place: Path) -> Checkpoint | None:
        """The newest checkpoint; the one before the cooldown where a larger budget undoes it."""
        found = newest_checkpoint(place, self.note)
        plateau = newest_checkpoint(self.folder / PLATEAU, self.note)
        if found is None or plateau is None or found.step <= plateau.step:
            return found
        came = Progress.from_dict(plateau.state["progress"])
        held = Schedule(self.config.schedule)
        if self.config.minutes is not None:
            held = held.at_clock(came.step, came.seconds, 60 * self.config.minutes)
        if came.step >= held.start:
            return found
        self.note(f"the budget has grown: going on from before the cooldown, not {found.step}")
        return plateau

    def _precision(self) -> torch.autocast:
        enabled = self.config.precision == "bf16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=enabled)

    def _randomness(self) -> torch.Generator:
        """A generator on the device for this step; the global one is set too, for dropout."""
        step = self.progress.step
        torch.manual_seed(derive(self.config.seed, "global", step))
        seed = derive(self.config.seed, "objective", step)
        return torch.Generator(self.device).manual_seed(seed)

    def _update(self, loss: Loss, batch: Batch) -> StepReport:
        step, factor = self.progress.step, self.schedule.factor(self.progress.step)
        loss.value.backward()  # type: ignore[no-untyped-call]
        both = torch.stack([loss.value.detach().float(), self.optimisers.clip().float()])
        value, norm = both.tolist()  # the step's only wait for the device
        finite = math.isfinite(value) and math.isfinite(norm)
        if finite:
            self.optimisers.step(factor)
            self.ema.update(self.model, step)
        else:
            self.optimisers.forget()
        samples = len(next(iter(batch.values()))) if finite else 0
        if not finite:
            self._keep_batch(batch)
        return StepReport(step, value, loss.parts, norm, factor, samples, not finite)

    def _after(self, report: StepReport, began: float) -> None:
        was = self.progress
        self.progress = was.replace(
            step=was.step + 1,
            samples=was.samples + report.samples,
            nonfinite=was.nonfinite + 1 if report.skipped else 0,
            skipped=was.skipped + report.skipped,
        )
        if report.skipped:
            self._complain(report)
        for callback in self.callbacks:
            callback.after_step(self, report)
        seconds = was.seconds + time.monotonic() - began
        if self.config.minutes is not None:
            budget = 60 * self.config.minutes
            self.schedule = self.schedule.at_clock(self.progress.step, seconds, budget)
        self.progress = self.progress.replace(seconds=seconds)
        if self.progress.step == self.schedule.start:
            write_checkpoint(self.folder / PLATEAU, self._snapshot())
        self.progress = self.progress.replace(cooldown_start=self.schedule.cooldown_start)

    def _end(self) -> None:
        self.save()
        reason = self.stopping or f"the schedule of {self.schedule.end} steps is done"
        self.note(f"stopped at step {self.progress.step}: {reason}")
        for callback in self.callbacks:
            callback.at_end(self)

    def _complain(self, report: StepReport) -> None:
        text = f"loss {report.loss}, gradient norm {report.grad_norm}"
        self.note(f"step {report.step} was skipped: {text}; its batch is kept in nonfinite/")
        if self.progress.nonfinite >= self.config.max_nonfinite:
            raise HimmelError(
                f"{self.progress.nonfinite} steps in a row up to step {report.step} had no finite "
                f"loss and gradient (last: {text}); the batches are in {self.folder / 'nonfinite'}; "
                "lower the learning rates or mend the data, then resume"
            )

    def _keep_batch(self, batch: Batch) -> None:
        place = self.folder / "nonfinite"
        if self.progress.skipped < MOST_SAVED_BATCHES:
            with whole_file(place / f"step-{self.progress.step:08d}.safetensors") as temporary:
                save_file({n: t.cpu().clone().contiguous() for n, t in batch.items()}, temporary)


def compile_blocks(model: nn.Module, device: torch.device) -> str:
    """Compile every entry of `model.blocks` in place; says what was done.

    One program serves all shapes: a mixture of lengths, sizes and noise levels has dozens, beyond the
    eight for which PyTorch would compile anew before it gives up. Names and weights stay as they are.
    Where the compiler cannot work (no C++ compiler, no Triton), the model stays as it is, and the
    sentence says so.
    """
    blocks = getattr(model, "blocks", None)
    if not blocks:
        return "nothing to compile: the model has no blocks"
    try:
        torch.compile(lambda x: x * 2 + 1)(torch.zeros(8, device=device))
    except Exception as error:
        return f"not compiling, running eagerly: {type(error).__name__} from torch.compile"
    for block in blocks:
        block.compile(dynamic=True)
    return f"{len(blocks)} blocks are compiled at their first use"


def _named_state(model: nn.Module) -> dict[str, Tensor]:
    return {saved_name(n): t for n, t in model.state_dict().items()}


def _load_named(model: nn.Module, tensors: Any) -> None:
    own = {saved_name(n): n for n in model.state_dict()}
    model.load_state_dict({own.get(n, n): t for n, t in tensors.items()})


@contextlib.contextmanager
def _stop_on_signals(trainer: Trainer) -> Iterator[None]:
    """SIGINT and SIGTERM end the run after the present step; a second one ends it at once."""

    def ask(number: int, _: Any) -> None:
        trainer.stop(f"received {signal.Signals(number).name}")
        signal.signal(number, before[number])

    before: dict[int, Any] = {}
    try:
        for asked in (signal.SIGINT, signal.SIGTERM):
            before[asked] = signal.signal(asked, ask)
    except ValueError:  # only the main thread may receive signals
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
