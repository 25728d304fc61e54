"""Whether a heatmap is true: curves, randomised weights and noise, measured piece by piece."""

import logging
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from visionlab.core.errors import Cancelled, VisionLabError
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.explainer import Explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject
from visionlab.runtime.explaining import Explained

if TYPE_CHECKING:
    from visionlab.deep.explain.faithfulness import Comparison, Randomised
    from visionlab.deep.model import Classifier

log = logging.getLogger(__name__)

DRAWS = 3
"""Random maps that the map is compared with."""

POINTS = 6
"""Depths to which the weights are randomised."""

SAMPLES = 4
"""Noisy pictures."""

PIECES = (1 + DRAWS + 1) + (1 + POINTS) + (1 + SAMPLES)
"""Pairs of curves, and runs of the method."""


@dataclass(frozen=True)
class Truth:
    """What is known so far of a map.

    Attributes
    ----------
    explained : Explained
        The map.
    progress : float
        0..1.
    comparison : Comparison or None
        Insertion and deletion curves.
    randomised : tuple of Randomised
        The same method on networks that have lost more and more.
    sensitivity : float or None
        The largest change under small noise, relative to the map.
    verdict : str
        One line, at the end.
    problems : tuple of str
        Why something could not be measured.
    ended, stopped : bool
        Whether nothing more will come; and, if so, because that was asked for.
    """

    explained: Explained
    progress: float = 0.0
    comparison: "Comparison | None" = None
    randomised: "tuple[Randomised, ...]" = ()
    sensitivity: float | None = None
    verdict: str = ""
    problems: tuple[str, ...] = ()
    ended: bool = False
    stopped: bool = False


class Check:
    """The check of one map. `go_on` belongs to the thread that runs the network.

    Parameters
    ----------
    explained : Explained
        A finished map.
    tell : callable
        Takes a Truth each time that more is known; the last one has `ended`.
    """

    def __init__(self, explained: Explained, tell: Callable[[Truth], None]) -> None:
        self._truth = Truth(explained)
        self._tell = tell
        self._stop = threading.Event()
        self._pieces: Generator[Truth, None, None] | None = None

    def stop(self) -> None:
        """Ask it to end, from any thread and without waiting."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stop.is_set()

    def go_on(self, classifier: "Classifier", leave: Callable[[], bool]) -> None:
        """Measure until all is known; leave off between two pieces where `leave` says so."""
        if self._truth.ended:
            return
        try:
            if self._pieces is None:
                subject = Subject.predicted(classifier, self._truth.explained.prediction)
                self._pieces = measured(subject, self._truth.explained, self._watch)
            self._watch(self._truth.progress)
            for truth in self._pieces:
                self._truth = truth
                self._tell(truth)
                if leave():
                    return
            self._end()
        except Cancelled:
            self._end(stopped=True)
        except Exception:
            log.exception("the check of a heatmap failed")
            self._end("The check failed because of a fault in the program; see the log file.")

    def _watch(self, progress: float) -> None:
        if self._stop.is_set():
            raise Cancelled
        if progress > self._truth.progress:
            self._truth = replace(self._truth, progress=progress)
            self._tell(self._truth)

    def _end(self, problem: str = "", *, stopped: bool = False) -> None:
        from visionlab.deep.explain.verdict import verdict

        truth = self._truth
        problems = (*truth.problems, problem) if problem else truth.problems
        said = verdict(truth.comparison, truth.randomised, truth.sensitivity)
        self._truth = replace(truth, verdict=said, problems=problems, ended=True, stopped=stopped)
        self._pieces = None
        self._tell(self._truth)


def measured(
    subject: Subject, explained: Explained, watch: Callable[[float], None]
) -> Generator[Truth, None, None]:
    """Yield what is known of a map, ever more: curves, then randomised weights, then noise.

    Parameters
    ----------
    subject : Subject
        What the map explains.
    explained : Explained
        The map.
    watch : callable
        Takes the progress, 0..1, many times within a piece; what it raises ends the work.
    """
    from visionlab.deep.explain.faithfulness import compare, randomised, sensitivity

    heatmap, method, target = explained.heatmap, explained.method, explained.target
    assert heatmap is not None
    importance = heatmap.importance
    done = 0

    def watched(*args: Any, **params: Any) -> Iterator[Heatmap]:
        nonlocal done
        run = cast(Generator[Heatmap, None, None], own.function(*args, **params))
        with closing(run):
            for found in run:
                watch((done + found.progress) / PIECES)
                yield found
        done += 1

    own = catalogue()[method.id]
    explainer: Explainer = replace(own, function=watched)
    how = (subject, target, explainer, method.layer, method.params)

    def curves() -> Iterator[dict[str, Any]]:
        nonlocal done
        for found in compare(subject, target, importance, draws=DRAWS, watch=beat):
            done += 1
            yield {"comparison": found}

    def beat() -> None:
        watch(done / PIECES)

    def forgetful() -> Iterator[dict[str, Any]]:
        maps: tuple[Randomised, ...] = ()
        for one in randomised(*how, most=POINTS):
            maps = (*maps, one)
            yield {"randomised": maps}

    def shaken() -> Iterator[dict[str, Any]]:
        yield {"sensitivity": sensitivity(*how, samples=SAMPLES)}

    truth = Truth(explained)
    for part in (curves, forgetful, shaken):
        try:
            for found in part():
                truth = replace(truth, progress=done / PIECES, **found)
                yield truth
        except (VisionLabError, RuntimeError, MemoryError) as error:
            truth = replace(truth, problems=(*truth.problems, _sentence(error)))
    yield replace(truth, progress=1.0)


def _sentence(error: Exception) -> str:
    if isinstance(error, VisionLabError):
        return str(error)
    reason = (str(error).splitlines() or ["too little memory"])[0].rstrip(".")  # PyTorch's own
    return f"A part of the check failed: {reason}."
