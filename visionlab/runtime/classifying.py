"""The network lane: says what is on the picture that the window shows.

PyTorch is imported by the lane's thread, when a prediction is first asked for.
"""

import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from math import exp
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal, Slot

from visionlab.core.errors import ModelError
from visionlab.deep.card import Fit
from visionlab.deep.prediction import Prediction, Ranked, ranked
from visionlab.runtime.explaining import (
    Explained,
    ExplainOptions,
    Possible,
    explained,
    possible,
)
from visionlab.runtime.lane import Lane
from visionlab.runtime.paths import models_folder
from visionlab.runtime.shown import Shown, ShownPicture
from visionlab.runtime.threads import network_threads

if TYPE_CHECKING:
    from visionlab.deep.model import Classifier

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NetworkOptions:
    """What the person has chosen.

    Attributes
    ----------
    model : str
        A card's id.
    device : str
        'auto', or one of `Classifying.devices`.
    fit : {'crop', 'stretch', 'pad'} or None
        How pictures that are not square become so; None: as the card says.
    of : {'original', 'result'}
        Classify the frame itself, or the step's result that is shown.
    smoothing : float
        Moving pictures: seconds after which an old answer counts 1/e of a new one; 0: not at all.
    explain : ExplainOptions
        What is to be explained.
    """

    model: str = "pictures"
    device: str = "auto"
    fit: Fit | None = None
    of: Literal["original", "result"] = "original"
    smoothing: float = 0.0
    explain: ExplainOptions = field(default_factory=ExplainOptions)


@dataclass(frozen=True, eq=False)
class Predicted:
    """One answer.

    Attributes
    ----------
    prediction : Prediction
        Of this picture alone.
    smoothed : ndarray
        (classes,) probabilities, over the last pictures; of this one alone without smoothing.
    picture : ShownPicture
        What was classified.
    device : str
        Where the network ran.
    rate : float
        Answers a second lately; 0 where there was but one.
    notice : str
        What is to be said about the device.
    differentiable : bool
        Whether gradients can be had of the network.
    possible : Possible or None
        How the network can be explained; None where nothing is to be.
    heats : tuple of Explained
        The explanations so far.
    """

    prediction: Prediction
    smoothed: NDArray[np.float32]
    picture: ShownPicture
    device: str
    rate: float = 0.0
    notice: str = ""
    differentiable: bool = True
    possible: Possible | None = None
    heats: tuple[Explained, ...] = ()

    def top(self, k: int) -> tuple[Ranked, ...]:
        """Return the `k` most probable classes after smoothing."""
        return ranked(self.smoothed, self.prediction.labels, k)


@dataclass
class _Memory:
    """What one answer hands on to the next; used in the lane's thread alone."""

    loaded: tuple[str, str] | None = None
    refused: tuple[str, str] | None = None
    classifier: "Classifier | None" = None
    notice: str = ""
    possible: Possible | None = None
    last: Predicted | None = None
    at: float = 0.0
    intervals: list[float] = field(default_factory=list)


class Classifying(QObject):
    """Classifies what `look` is given while it is wanted; the newest picture counts.

    Parameters
    ----------
    load : callable
        Takes a model's id and a device, returns the Classifier or raises ModelError; called in
        the lane's thread, and the first to import PyTorch.
    find_devices : callable
        Returns the devices of this machine; called in the lane's thread.

    Attributes
    ----------
    devices : tuple of str
        The devices of this machine; empty until the first model is loaded.
    last : Predicted or None
        The newest answer.
    loading : bool
        A model is being loaded.

    Signals
    -------
    predicted(Predicted)
        A new answer.
    loadingChanged
        `loading` has another value, or a refused model was taken back from the options.
    failed(sentence)
        A model could not be used, and the former one stays; or its device, and the CPU goes on.
    """

    predicted = Signal(object)
    loadingChanged = Signal()
    failed = Signal(str)
    _loading = Signal(bool)
    _refused = Signal(str, str)
    _kept = Signal(object, object)

    def __init__(
        self, load: Callable[[str, str], "Classifier"], find_devices: Callable[[], tuple[str, ...]]
    ) -> None:
        super().__init__()
        self.devices: tuple[str, ...] = ()
        self.last: Predicted | None = None
        self.loading = False
        self.options = NetworkOptions()
        self._load = load
        self._find_devices = find_devices
        self._wanted = False
        self._shown: Shown | None = None
        self._moving = False
        self._memory = _Memory()
        self._lane = Lane("network")
        self._epoch = self._lane.new_epoch()
        self._lane.ready.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._loading.connect(self._set_loading, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(self._on_refused, Qt.ConnectionType.QueuedConnection)
        self._kept.connect(self._stay, Qt.ConnectionType.QueuedConnection)

    def want(self, wanted: bool) -> None:
        """Begin to classify, or leave off."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._submit()

    def choose(self, **changes: object) -> None:
        """Change some of the `NetworkOptions`."""
        options = replace(self.options, **changes)  # type: ignore[arg-type]
        if options != self.options:
            self.options = options
            self._submit()

    def look(self, shown: Shown, moving: bool) -> None:
        """Classify what is shown now; `moving` pictures are smoothed over time."""
        self._shown, self._moving = shown, moving
        self._submit()

    def let_go(self, shown: Shown) -> None:
        """Hold `shown`, whose values were let go, in place of what is shown now."""
        self._shown = shown

    @Slot()
    def forget(self) -> None:
        """Start anew: another source."""
        self._epoch = self._lane.new_epoch()
        former = self._memory
        self._memory = _Memory(former.loaded, former.refused, former.classifier, former.notice)
        self._shown = self.last = None

    def unload(self) -> None:
        """Let go of the model, whose files are gone; the next picture loads what is chosen."""
        self._memory = _Memory()

    def idle(self) -> bool:
        """Whether all that was asked for is answered."""
        return self._lane.idle()

    def request_stop(self) -> None:
        """Ask the lane to end, without waiting."""
        self._lane.request_stop()

    def stop(self, timeout: float) -> bool:
        """End the lane; say whether it ended in `timeout` seconds."""
        return self._lane.stop(timeout)

    def _submit(self) -> None:
        if self._wanted and self._shown is not None:
            picture = self._shown.original if self.options.of == "original" else self._shown.result
            if picture.released:
                return  # another result is on its way
            options, memory, moving = self.options, self._memory, self._moving
            self._lane.submit(
                lambda _: self._answers(picture, moving, options, memory), self._epoch
            )

    def _answers(
        self, picture: ShownPicture, moving: bool, options: NetworkOptions, memory: _Memory
    ) -> Generator[Predicted, None, None]:
        """Yield the answer, then its explanations, ever finer; in the lane's thread."""
        answer, explain = self._answer(picture, moving, options, memory), options.explain
        if answer is None or memory.classifier is None:
            return
        if not (explain.methods and moving):
            yield answer  # of moving pictures, answer and explanation come together
        if explain.methods:
            memory.possible = memory.possible or possible(memory.classifier, answer.prediction)
            waits = self._lane.waits
            for heats in explained(memory.classifier, answer.prediction, explain, waits):
                yield replace(answer, possible=memory.possible, heats=heats)

    def _answer(
        self, picture: ShownPicture, moving: bool, options: NetworkOptions, memory: _Memory
    ) -> Predicted | None:
        """Answer for one picture; in the lane's thread."""
        former = memory.classifier
        classifier = self._classifier(options, memory)
        if classifier is None:
            return None
        try:
            if classifier is not former:  # the first answer takes long and its time says nothing
                classifier.predict(picture.values, picture.display, options.fit)
            prediction = classifier.predict(picture.values, picture.display, options.fit)
        except ModelError as error:
            self._refused.emit(options.model, str(error))
            return None
        if classifier.notice != memory.notice:
            memory.notice = classifier.notice
            self._refused.emit(options.model, classifier.notice)
        now = perf_counter()
        answer = Predicted(
            prediction,
            _smoothed(prediction, memory, now, options.smoothing if moving else 0.0),
            picture,
            str(classifier.device),
            _rate(memory, now),
            classifier.notice,
            classifier.differentiable,
        )
        memory.last, memory.at = answer, now
        return answer

    def _classifier(self, options: NetworkOptions, memory: _Memory) -> "Classifier | None":
        """Return the model asked for, or the former one where it cannot be had."""
        asked = (options.model, options.device)
        if asked == memory.loaded:
            memory.refused = None
        if asked in (memory.loaded, memory.refused):
            return memory.classifier
        self._loading.emit(True)
        try:
            memory.classifier = self._load(*asked)
            self.devices = self.devices or self._find_devices()
            memory.loaded, memory.refused = asked, None
            memory.notice = ""
            memory.possible = memory.last = None
            memory.intervals.clear()
        except ModelError as error:
            self._refuse(memory, asked, str(error))
        except Exception:
            log.exception("a model could not be loaded")
            self._refuse(memory, asked, "")
        finally:
            self._loading.emit(False)
        return memory.classifier

    def _refuse(self, memory: _Memory, asked: tuple[str, str], sentence: str) -> None:
        """Note that a model cannot be had; in the lane's thread."""
        memory.refused = asked
        self._refused.emit(asked[0], sentence)
        if memory.loaded is not None:
            self._kept.emit(asked, memory.loaded)

    @Slot(object, object)
    def _stay(self, refused: tuple[str, str], loaded: tuple[str, str]) -> None:
        """Go back to the model that goes on, unless another one was chosen meanwhile."""
        if (self.options.model, self.options.device) == refused:
            self.choose(model=loaded[0], device=loaded[1])
            self.loadingChanged.emit()

    @Slot(bool)
    def _set_loading(self, loading: bool) -> None:
        self.loading = loading
        self.loadingChanged.emit()

    @Slot(str, str)
    def _on_refused(self, model: str, sentence: str) -> None:
        self.failed.emit(
            sentence
            or self.tr(
                'The model "{0}" failed because of a fault in the program; the log file says more.'
            ).format(model)
        )

    @Slot()
    def _take(self) -> None:
        answer = self._lane.take()
        if isinstance(answer, Predicted) and self._wanted:
            self.last = answer
            self.predicted.emit(answer)


def load_classifier(model: str, device: str) -> "Classifier":
    """Load a model by its id or file; imports PyTorch."""
    from visionlab.deep import zoo

    return zoo.load(model, device, own=models_folder(), threads=network_threads())


def find_devices() -> tuple[str, ...]:
    """Return the devices of this machine; imports PyTorch."""
    from visionlab.deep import zoo

    return zoo.available_devices()


def _smoothed(
    prediction: Prediction, memory: _Memory, now: float, seconds: float
) -> NDArray[np.float32]:
    """Return the exponential moving average of the probabilities."""
    last, new = memory.last, prediction.probabilities
    if seconds <= 0 or last is None or last.prediction.model_id != prediction.model_id:
        return new
    kept = np.float32(exp(-(now - memory.at) / seconds))
    return new + (last.smoothed - new) * kept


def _rate(memory: _Memory, now: float) -> float:
    """Return answers a second over the last second or so."""
    if memory.last is not None:
        memory.intervals.append(now - memory.at)
        while len(memory.intervals) > 2 and sum(memory.intervals[1:]) > 1:
            del memory.intervals[0]
    total = sum(memory.intervals)
    return len(memory.intervals) / total if total > 0 else 0.0
