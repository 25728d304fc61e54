"""Explanations in the network lane: heatmaps within a time budget, finer while nothing waits."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from visionlab.core.errors import VisionLabError
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target
from visionlab.deep.prediction import Prediction

if TYPE_CHECKING:
    from visionlab.deep.model import Classifier


@dataclass(frozen=True)
class Method:
    """A way to explain, with its settings.

    Attributes
    ----------
    id : str
        The explainer's.
    params : mapping
        Its parameters' values; defaults for the rest.
    layer : str
        For those that look at one; '' is the last.
    """

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    layer: str = ""


@dataclass(frozen=True)
class ExplainOptions:
    """What is to be explained, and how.

    Attributes
    ----------
    methods : tuple of Method
        Side by side; none where nobody looks.
    index : int or None
        The class to explain; None: the most probable.
    minus : int or None
        What speaks for it rather than for this class.
    budget : float
        Seconds for each picture while others wait.
    """

    methods: tuple[Method, ...] = ()
    index: int | None = None
    minus: int | None = None
    budget: float = 0.1

    def target(self, prediction: Prediction) -> Target:
        """Return what is explained of `prediction`."""
        index = int(prediction.probabilities.argmax()) if self.index is None else self.index
        return Target(index, None if self.minus == index else self.minus)

    def layers(self, possible: "Possible | None") -> tuple[str, ...]:
        """Return the names of the layers that the methods look at, as far as is known."""
        last = possible.layers[-1][0] if possible and possible.layers else ""
        looking = (one.layer or last for one in self.methods if catalogue()[one.id].takes_layer)
        return tuple(dict.fromkeys(name for name in looking if name))


@dataclass(frozen=True, eq=False)
class Explained:
    """A heatmap, so far.

    Attributes
    ----------
    method : Method
    target : Target
    prediction : Prediction
        The answer that is explained.
    heatmap : Heatmap or None
        None before the first, and where the method failed.
    seconds : float
        That it took.
    error : str
        Why there is none.
    """

    method: Method
    target: Target
    prediction: Prediction
    heatmap: Heatmap | None = None
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Possible:
    """What can be had of a network.

    Attributes
    ----------
    reasons : mapping
        Why a method cannot run, by its id.
    layers : tuple of (str, str)
        Name and shape of the layers, in the order in which they run.
    """

    reasons: Mapping[str, str]
    layers: tuple[tuple[str, str], ...]


def possible(classifier: "Classifier", prediction: Prediction) -> Possible:
    """Return what can be had of the classifier's network."""
    from visionlab.deep.explain.layers import layers
    from visionlab.deep.explain.needs import why_not

    net, subject = classifier.net, Subject.predicted(classifier, prediction)
    return Possible(
        {one.id: reason for one in catalogue() if (reason := why_not(net, one))},
        tuple(
            (x.name, f"{x.channels} x {x.height} x {x.width}") for x in layers(net, subject.values)
        ),
    )


def explained(
    classifier: "Classifier",
    prediction: Prediction,
    options: ExplainOptions,
    waits: Callable[[], bool],
) -> Generator[tuple[Explained, ...], None, None]:
    """Yield heatmaps by all methods: coarse ones within the budget, then finer ones.

    Parameters
    ----------
    classifier : Classifier
        Its network.
    prediction : Prediction
        Its answer.
    options : ExplainOptions
    waits : callable
        Whether another picture waits; then it ends as soon as the budget is spent.
    """
    subject = Subject.predicted(classifier, prediction)
    target = options.target(prediction)
    works = [_Work(method, subject, target) for method in options.methods]

    def so_far() -> tuple[Explained, ...]:
        return tuple(
            Explained(w.method, target, prediction, w.heatmap, w.seconds, w.error) for w in works
        )

    try:
        for work in works:
            while work.step() and work.seconds < options.budget / len(works):
                pass
            yield so_far()
        while any(not work.done for work in works) and not waits():
            for work in works:
                work.step()
            yield so_far()
    finally:
        for work in works:
            work.close()
        if prediction.traced is not None:
            prediction.traced.let_go()


class Refining:
    """The explanations of a still picture's answer, which go on where they were interrupted.

    Attributes
    ----------
    heats : tuple of Explained
        The explanations so far.
    """

    def __init__(
        self, classifier: "Classifier", prediction: Prediction, options: ExplainOptions
    ) -> None:
        self.heats: tuple[Explained, ...] = ()
        self._of = (prediction, options)
        self._finer = explained(classifier, prediction, options, _never)

    def explains(self, prediction: Prediction, options: ExplainOptions) -> bool:
        """Whether this is what they explain, in this way."""
        return self._of[0] is prediction and self._of[1] == options

    def so_far(self, waits: Callable[[], bool]) -> Generator[tuple[Explained, ...], None, None]:
        """Yield those that there are, then finer ones while nothing waits, coarse ones always."""
        if self.heats:
            yield self.heats
        while not (self._coarse() and waits()):
            finer = next(self._finer, None)
            if finer is None:
                return
            self.heats = finer
            yield finer

    def _coarse(self) -> bool:
        return bool(self.heats) and all(heat.heatmap or heat.error for heat in self.heats)


def _never() -> bool:
    return False


class _Work:
    """One method at work."""

    def __init__(self, method: Method, subject: Subject, target: Target) -> None:
        self.method = method
        self.heatmap: Heatmap | None = None
        self.seconds = 0.0
        self.error = ""
        self.done = False
        self._subject, self._target = subject, target
        self._maps: Generator[Heatmap, None, None] | None = None

    def step(self) -> bool:
        """Make the heatmap finer; say whether it may become finer still."""
        if self.done:
            return False
        started = perf_counter()
        try:
            if self._maps is None:
                method = self.method
                run = catalogue()[method.id]
                self._maps = run(self._subject, self._target, method.layer, **method.params)
            self.heatmap = next(self._maps)
            self.done = self.heatmap.progress >= 1
            _ = self.heatmap.rgb8  # worked out here, not in the window
        except StopIteration:
            self.done = True
        except VisionLabError as error:
            self.error, self.done = str(error), True
        self.seconds += perf_counter() - started
        return not self.done

    def close(self) -> None:
        """Leave off."""
        if self._maps is not None:
            self._maps.close()
