"""Frozen Step and Pipeline, and the Runner that applies them to a frame.

Every edit returns a new pipeline, so undo is a list of pipelines. Running reuses the longest
unchanged prefix for the same frame: moving the last step's slider runs one step.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from types import MappingProxyType
from typing import Any, NamedTuple

from visionlab.core.errors import Cancelled, VisionLabError
from visionlab.core.image import Display, Frame, Image, locked
from visionlab.core.operation import Catalogue, Operation
from visionlab.core.result import Result

log = logging.getLogger(__name__)

_BUDGET = 6
"""Times the bytes of the frame that the stages may take together; the last two stay anyway."""

_LEAST_BUDGET = 64_000_000
"""Bytes that they may always take."""


@dataclass(frozen=True)
class Step:
    """One operation with its full set of checked parameter values."""

    op: str
    params: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True
    _values: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        values = dict(self.params)
        object.__setattr__(self, "params", MappingProxyType(values))
        object.__setattr__(self, "_values", values)  # quicker to hand on, and no one else's

    @staticmethod
    def of(operation: Operation, **params: Any) -> "Step":
        """Return a step with `params` checked and defaults for the rest."""
        return Step(operation.id, operation.check_params(params))

    def with_params(self, **params: Any) -> "Step":
        """Return a copy with some values changed (already checked)."""
        return Step(self.op, {**self.params, **params}, self.enabled)

    def apply(self, operation: Operation, image: Image) -> Result:
        """Return what `operation`, the one of this step, makes of `image`."""
        return operation.function(image, **self._values)

    def same_work(self, other: "Step") -> bool:
        """Whether both compute the same."""
        return self is other or (self.op == other.op and self.params == other.params)


@dataclass(frozen=True)
class Pipeline:
    """An ordered list of steps."""

    steps: tuple[Step, ...] = ()

    def __len__(self) -> int:
        return len(self.steps)

    def insert(self, index: int, step: Step) -> "Pipeline":
        """Return a copy with `step` before position `index`."""
        return Pipeline((*self.steps[:index], step, *self.steps[index:]))

    def remove(self, index: int) -> "Pipeline":
        """Return a copy without the step at `index`."""
        return Pipeline((*self.steps[:index], *self.steps[index + 1 :]))

    def replace(self, index: int, step: Step) -> "Pipeline":
        """Return a copy with `step` at `index`."""
        return Pipeline((*self.steps[:index], step, *self.steps[index + 1 :]))

    def move(self, index: int, to: int) -> "Pipeline":
        """Return a copy in which the step at `index` has position `to`."""
        return self.remove(index).insert(to, self.steps[index])


@dataclass(frozen=True)
class StageError:
    """Why a stage failed, in one sentence, and the step that would mend it, if one is known."""

    message: str
    mend: Step | None = None


class Stage(NamedTuple):
    """What became of one step: a result, an error, or neither (off, or after a failure)."""

    step: Step
    result: Result | None = None
    ms: float = 0.0
    error: StageError | None = None
    reused: bool = False


class Run(NamedTuple):
    """A pipeline's outcome on one frame.

    `picture` is the last good one: the output of the last stage that succeeded.
    """

    frame: Frame
    pipeline: Pipeline
    stages: tuple[Stage, ...]

    @property
    def result(self) -> Result:
        """The last good result; the frame itself where no stage succeeded."""
        for stage in reversed(self.stages):
            if stage.result is not None:
                return stage.result
        return Result(self.frame.image, self.frame.display)

    @property
    def picture(self) -> Image:
        """The last good picture."""
        return self.result.picture

    @property
    def display(self) -> Display | None:
        """How to show `picture`."""
        return self.result.display

    @property
    def error(self) -> StageError | None:
        """The error of the stage that failed, if one did."""
        return next((stage.error for stage in self.stages if stage.error), None)

    @property
    def ms(self) -> float:
        """Milliseconds spent in the stages, those reused included at their former cost."""
        return sum(stage.ms for stage in self.stages)

    def without_pictures(self) -> "Run":
        """Return a copy whose stages keep findings, times and errors, but no pictures."""
        stages = (
            stage._replace(result=stage.result.without_picture()) if stage.result else stage
            for stage in self.stages
        )
        return self._replace(stages=tuple(stages))


def _never() -> bool:
    return False


class Runner:
    """Runs pipelines and keeps the last run's stages for reuse. Not thread-safe: one per lane.

    Memory is bounded: of large pictures only the newest are kept, two stages of decimal RGB for
    instance; the others keep their findings and are computed again when they are needed.

    Attributes
    ----------
    current : (int, Step) or None
        The step in work and its position; may be read from any thread.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.current: tuple[int, Step] | None = None
        self._catalogue = catalogue
        self._last: Run | None = None

    def run(
        self,
        frame: Frame,
        pipeline: Pipeline,
        cancelled: Callable[[], bool] = _never,
        shown: int | None = None,
    ) -> Run:
        """Apply `pipeline` to `frame`.

        Parameters
        ----------
        frame : Frame
        pipeline : Pipeline
        cancelled : callable
            Says whether to stop; asked between two stages.
        shown : int, optional
            The step whose picture is looked at, and so is kept, beside the last one's.

        Raises
        ------
        Cancelled
            `cancelled` returned true; what was finished is kept for reuse.
        """
        budget = max(_BUDGET * frame.image.nbytes, _LEAST_BUDGET)
        stages = self._reusable(frame, pipeline, shown)
        result = next((stage.result for stage in reversed(stages) if stage.result), None)
        for step in pipeline.steps[len(stages) :]:
            if not step.enabled:
                stages.append(Stage(step))
                continue
            if cancelled():
                self._last = Run(frame, pipeline, tuple(stages))
                raise Cancelled
            before = result or Result(frame.image, frame.display)
            if before.picture.nbytes * (len(stages) + 2) > budget:
                _release(stages, frame, budget - before.picture.nbytes, shown)
            self.current = len(stages), step
            stage = self._run_step(step, before)
            self.current = None
            stages.append(stage)
            if stage.error:
                break
            result = stage.result
        stages += [Stage(step) for step in pipeline.steps[len(stages) :]]
        self._last = Run(frame, pipeline, tuple(stages))
        return self._last

    def _reusable(self, frame: Frame, pipeline: Pipeline, shown: int | None) -> list[Stage]:
        """Return the leading stages that the last run has already made; forget that run."""
        last, self._last = self._last, None
        stages: list[Stage] = []
        if last is None or last.frame is not frame:
            return stages
        former = iter([stage for stage in last.stages if stage.result is not None])
        whole = 0  # so many stages lead up to a picture that is still there
        for step in pipeline.steps:
            if not step.enabled:
                stages.append(Stage(step))
                continue
            stage = next(former, None)
            if stage is None or not stage.step.same_work(step):
                break
            released = stage.result is not None and stage.result.released
            if released and len(stages) == shown:
                break
            if not (stage.reused and stage.step is step):
                stage = Stage(step, stage.result, stage.ms, reused=True)
            stages.append(stage)
            if not released:
                whole = len(stages)
        return stages[:whole]

    def _run_step(self, step: Step, before: Result) -> Stage:
        image = before.picture
        operation = self._catalogue.operations[step.op]
        if not operation.takes(image):
            return Stage(step, error=self._unmet(operation, image))
        start = perf_counter()
        try:
            result = step.apply(operation, image)
            picture = locked(result.picture)
        except Exception as error:
            return Stage(step, error=StageError(_explained(error, operation, image)))
        display = result.display
        if display is None and picture.dtype.kind == "f":
            display = before.display
        if picture is not result.picture or display is not result.display:
            result = result._replace(picture=picture, display=display)
        return Stage(step, result, (perf_counter() - start) * 1000)

    def _unmet(self, operation: Operation, image: Image) -> StageError:
        need = next(need for need in operation.needs if not need.met(image))
        message = f"{operation.title} needs {need.value}; {need.what_came(image)}."
        mend = self._catalogue.mend(need)
        return StageError(message, Step.of(mend[0], **mend[1]) if mend else None)


def _release(stages: list[Stage], frame: Frame, budget: int, shown: int | None) -> None:
    """Let the oldest pictures go until the others take `budget` bytes; the last one stays."""
    kept = {id(frame.image): 0}
    held = 0
    for index in reversed(range(len(stages))):
        result = stages[index].result
        if result is None or result.released:
            continue
        size = kept.setdefault(id(result.picture), result.picture.nbytes)
        first, kept[id(result.picture)] = held == 0, 0
        if first or size == 0 or index == shown or held + size <= budget:
            held += size
        else:
            stages[index] = stages[index]._replace(result=result.without_picture())


def _explained(error: Exception, operation: Operation, image: Image) -> str:
    """Say in one sentence why `operation` failed; what is not meant for people is logged."""
    if isinstance(error, VisionLabError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"{operation.title} needs more memory than there is; use a smaller picture."
    log.error("%s failed on %s %s", operation.id, image.shape, image.dtype, exc_info=error)
    return (
        f"{operation.title} cannot work on this picture with these values; "
        f"change a value or switch the step off."
    )
