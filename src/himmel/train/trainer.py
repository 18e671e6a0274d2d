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
from himmel.nn.precision import fast_dtype
from himmel.parallel import SpreadConfig, Team, dealt, gathered_into, spread
from himmel.train.batches import Batch, Data, Prefetcher, place
from himmel.train.checkpoint import (
    Checkpoint,
    checkpoints,
    newest_checkpoint,
    newest_for_team,
    write_checkpoint,
)
from himmel.train.compiled import compile_blocks
from himmel.train.ema import Ema
from himmel.train.optimisers import (
    OptimiserConfig,
    Optimisers,
    Select,
    is_hidden_matrix,
    saved_name,
)
from himmel.train.schedule import Schedule, ScheduleConfig
from himmel.train.step import Step, StepReport

if TYPE_CHECKING:
    from himmel.train.callbacks import Callback

MOST_SAVED_BATCHES = 16
PLATEAU = "plateau"  # the state before the cooldown: a run that is given more time goes on from it


@dataclass(frozen=True, kw_only=True)
class TrainConfig(Config):
    """A whole training run, apart from its model, objective and data.

    precision: "bf16" (autocast, weights stay float32), "fp32", or "fast", whichever of them the device
    multiplies faster. minutes: a budget over all
    sessions of the run; it only chooses where the cooldown begins. max_nonfinite: so many steps in
    a row without a finite loss and gradient end the run. spread: what a step is made of, and how a
    team of processes shares it.
    """

    recipe: str
    schedule: ScheduleConfig
    optimiser: OptimiserConfig = dataclasses.field(default_factory=OptimiserConfig)
    seed: int = 0
    ema_decay: float = 0.998
    precision: str = "fast"
    compile: bool = False
    minutes: float | None = None
    max_nonfinite: int = 5
    log_every: int = 20
    save_every_minutes: float = 10.0
    spread: SpreadConfig = dataclasses.field(default_factory=SpreadConfig)

    def __post_init__(self) -> None:
        if self.precision not in ("bf16", "fp32", "fast"):
            raise HimmelError(
                f"precision {self.precision!r} is unknown; use 'bf16', 'fp32' or 'fast'"
            )
        if self.spread.gather == "bf16" and self.precision == "fp32":
            raise HimmelError(
                "weights that travel as bf16 need precision bf16; set both or neither"
            )


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


class Trainer:
    """Runs an objective over data until the schedule ends or someone asks it to stop.

    objective(model, batch, generator) -> Loss; data(step, rng) -> Batch, stateless; `select` picks
    the parameters for Muon. The run lives in `folder` (default: core.env.train_dir(recipe)).

    With a `team` the weights lie in shards on its processes, each of which makes a Trainer; `model` is
    left without memory until `whole_average` fills it. Only the leader's callbacks are called, and they
    may not use the weights, which it holds a part of.

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
        team: Team | None = None,
    ) -> None:
        self.config, self.objective, self.data = config, objective, data
        self.team, self.parts = team, dealt(config.spread, team)
        self.callbacks = tuple(callbacks) if team is None or team.leads else ()
        self.folder = Path(folder) if folder else env.train_dir(config.recipe)
        self.device = torch.device(device) if team is None else team.device
        self.skeleton, twin = model, None
        if team is None:
            self.model = model.to(self.device)
        else:
            self.model, twin = spread(model, team, config.spread, copies=2)
        self.ema = Ema(self.model, config.ema_decay, twin)
        self.optimisers = Optimisers(self.model, config.optimiser, select)
        self.schedule = Schedule(config.schedule)
        self.progress = Progress()
        self.stopping: str | None = None
        self._saved: int | None = None
        self._save_asked = False

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
                Prefetcher(self.data, self.config.seed, self.progress.step, parts=self.parts)
            )
            held.enter_context(_stop_on_signals(self))
            while not (self.finished or self.stopping):
                step = Step(time.monotonic())
                for part in self.parts:
                    batch = step.take(batches, self.device)
                    with self._precision():
                        # Called here: a traceback into the model stays short.
                        loss = self.objective(self.model, batch, self._randomness(part))
                    step.descend(loss, len(self.parts))
                self._after(self._update(step), step.began)
            self._end()
        return self.progress

    def stop(self, reason: str) -> None:
        """Ask the loop to end after the present step; a later `fit` goes on from there."""
        self.stopping = self.stopping or reason

    def note(self, text: str) -> None:
        """Tell every callback something that a person should read."""
        for callback in self.callbacks:
            callback.on_note(self, text)

    def whole_average(self) -> nn.Module:
        """The averaged model with all its weights; in a team on the leader, every process has to ask."""
        if self.team is None:
            return self.ema.model
        return gathered_into(self.skeleton, self.ema.model, self.team)

    def save(self) -> None:
        """Write a checkpoint of the present step, unless it is written already.

        In a team it is written at the end of the step, when all have heard of it.
        """
        self._save_asked = True
        if self.team is None:
            self._save()

    def _save(self) -> None:
        self._save_asked = False
        if self._saved == self.progress.step:
            return
        path = write_checkpoint(self.folder / "checkpoints", self._snapshot(), self.team)
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
        saved = self.folder / "checkpoints"
        if not resume and checkpoints(saved):
            raise HimmelError(
                f"{self.folder} holds a run already; resume it, remove it or choose another folder"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        for callback in self.callbacks:
            held.callback(callback.close, self)
            callback.at_start(self)
        if found := self._where_to_go_on(saved):
            self.load(found)
            self.note(f"resumed at step {self.progress.step}")
            if found.state.get("config") != self.config.to_dict():
                self.note("the configuration differs from the one in the checkpoint; using the new")
        if self.config.compile and not self.finished:
            self.note(compile_blocks(self.model, self.device))
        self.model.train()

    def _newest(self, folder: Path) -> Checkpoint | None:
        if self.team is None:
            return newest_checkpoint(folder, self.note)
        return newest_for_team(folder, self.note, self.team, self._template)

    def _template(self, key: str, shape: torch.Size, dtype: torch.dtype) -> Tensor:
        """A tensor for an entry of a checkpoint to be read into, in shards where ours is."""
        group, _, name = key.partition("/")
        models = {"weights": self.model, "ema": self.ema.model}
        like = (
            _named_state(models[group]).get(name)
            if group in models
            else self.optimisers.like(name, shape)
        )
        return torch.empty(shape, dtype=dtype) if like is None else torch.empty_like(like)

    def _where_to_go_on(self, saved: Path) -> Checkpoint | None:
        """The newest checkpoint; the one before the cooldown where a larger budget undoes it."""
        found = self._newest(saved)
        plateau = self._newest(self.folder / PLATEAU)
        if found is None or plateau is None or found.step <= plateau.step:
            return found
        if not _cools(found):
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
        asked, fast = self.config.precision, fast_dtype(self.device) == torch.bfloat16
        enabled = asked == "bf16" or (asked == "fast" and fast)
        return torch.autocast(self.device.type, torch.bfloat16, enabled=enabled)

    def _randomness(self, part: int) -> torch.Generator:
        """A generator on the device for this micro-batch; the global one is set too, for dropout."""
        named = place(self.progress.step, part)
        torch.manual_seed(derive(self.config.seed, "global", *named))
        seed = derive(self.config.seed, "objective", *named)
        return torch.Generator(self.device).manual_seed(seed)

    def _update(self, done: Step) -> StepReport:
        step, factor = self.progress.step, self.schedule.factor(self.progress.step)
        both = torch.stack([done.loss(), self.optimisers.clip().float()])
        value, norm = both.tolist()  # the step's only wait for the device
        samples, waited = sum(len(next(iter(b.values()))) for b in done.batches), done.waited
        if self.team is not None:
            value, mean, waited = self.team.mean([value, float(samples), waited])
            samples = round(mean * self.team.data_ways)
        finite = math.isfinite(value) and math.isfinite(norm)
        if finite:
            self.optimisers.step(factor)
            self.ema.update(self.model, step)
        else:
            self.optimisers.forget()
            self._keep(done.batches)
        taken = samples if finite else 0
        batches = tuple(done.batches)
        return StepReport(
            step, value, done.named(), norm, factor, taken, not finite, batches, waited
        )

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
        seconds = self._agreed(was.seconds + time.monotonic() - began)
        if self.config.minutes is not None:
            budget = 60 * self.config.minutes
            self.schedule = self.schedule.at_clock(self.progress.step, seconds, budget)
        self.progress = self.progress.replace(seconds=seconds)
        if self.progress.step == self.schedule.start:
            write_checkpoint(self.folder / PLATEAU, self._snapshot(), self.team)
        self.progress = self.progress.replace(cooldown_start=self.schedule.cooldown_start)
        if self._save_asked:
            self._save()

    def _agreed(self, seconds: float) -> float:
        """The clock of all, and what any of them was asked to do: a team goes on in step."""
        if self.team is None:
            return seconds
        asked = [seconds, float(self.stopping is not None), float(self._save_asked)]
        seconds, stop, save = self.team.most(asked)
        self._save_asked = save > 0
        if stop:
            self.stop("another process was asked to stop")
        return seconds

    def _end(self) -> None:
        self._save()
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

    def _keep(self, batches: Sequence[Batch]) -> None:
        if self.progress.skipped >= MOST_SAVED_BATCHES:
            return
        for part, batch in zip(self.parts, batches, strict=True):
            named = "-".join(f"{n:08d}" for n in place(self.progress.step, part))
            with whole_file(self.folder / "nonfinite" / f"step-{named}.safetensors") as temporary:
                save_file({n: t.cpu().clone().contiguous() for n, t in batch.items()}, temporary)


def _named_state(model: nn.Module) -> dict[str, Tensor]:
    return {saved_name(n): t for n, t in model.state_dict().items()}


def _cools(found: Checkpoint) -> bool:
    """Whether a checkpoint lies in the cooldown of the run that saved it."""
    ran = ScheduleConfig.from_dict(found.state["config"]["schedule"])
    progress = Progress.from_dict(found.state["progress"])
    return progress.step > Schedule(ran, progress.cooldown_start).start


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
