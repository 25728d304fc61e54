"""The network lane: says what is on the picture that the window shows.

PyTorch is imported in the lane, when a prediction is first asked for.
"""

import logging
from collections.abc import Callable, Generator
from dataclasses import replace
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from visionlab.core.errors import ModelError
from visionlab.deep.prediction import Prediction
from visionlab.runtime.answers import NetworkOptions, Predicted
from visionlab.runtime.covering import covered
from visionlab.runtime.explaining import (
    Explained,
    ExplainOptions,
    Refining,
    explained,
    possible,
)
from visionlab.runtime.lane import Lane
from visionlab.runtime.network_memory import Memory, rate, smoothed
from visionlab.runtime.shown import Shown, ShownPicture
from visionlab.runtime.truth import Check

if TYPE_CHECKING:
    from visionlab.deep.model import Classifier

log = logging.getLogger(__name__)


class Classifying(QObject):
    """Classifies what `look` is given while it is wanted; the newest picture counts.

    Parameters
    ----------
    load : callable
        Takes a model's id and a device, returns the Classifier or raises ModelError; called in the
        lane's thread, and the first to import PyTorch.
    find_devices : callable
        Returns the devices of this machine; called in the lane's thread.
    give_threads : callable
        Takes whether the picture lane is crowded; called in the lane's thread, once there is a
        model.
    beside : callable
        Returns for how many seconds the picture lane has worked so far, and how many pictures the
        window has shown; see `Pace`.

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
        self, load: Callable[[str, str], "Classifier"], find_devices: Callable[[], tuple[str, ...]],
        give_threads: Callable[[bool], None], beside: Callable[[], tuple[float, int]],
    ) -> None:  # fmt: skip
        super().__init__()
        self.devices: tuple[str, ...] = ()
        self.last: Predicted | None = None
        self.loading = False
        self.options = NetworkOptions()
        self._load = load
        self._find_devices = find_devices
        self._give_threads = give_threads
        self._beside = beside
        self._wanted = self._moving = False
        self._shown: Shown | None = None
        self._memory = Memory()
        self._check: Check | None = None
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

    def check(self, check: Check) -> None:
        """Begin a check, which goes on while nothing else is to be done, in place of another."""
        self._stop_check()
        self._check = check
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
        self._stop_check()
        self._epoch = self._lane.new_epoch()
        former = self._memory
        self._memory = Memory(former.loaded, former.refused, former.classifier, former.notice)
        self._shown = self.last = None

    def unload(self) -> None:
        """Let go of the model, whose files are gone; the next picture loads what is chosen."""
        self._memory = Memory()

    def idle(self) -> bool:
        """Whether all that was asked for is answered."""
        return self._lane.idle()

    def request_stop(self) -> None:
        """Ask the lane to end, without waiting."""
        self._stop_check()
        self._lane.request_stop()

    def stop(self, timeout: float) -> bool:
        """End the lane; say whether it ended in `timeout` seconds."""
        self._stop_check()
        return self._lane.stop(timeout)

    def _stop_check(self) -> None:
        if self._check is not None:
            self._check.stop()

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
        self, picture: ShownPicture, moving: bool, options: NetworkOptions, memory: Memory
    ) -> Generator[Predicted, None, None]:
        """Yield the answer, then its explanations, ever finer; in the lane's thread."""
        memory.pace.begin(perf_counter(), self._beside()[1])
        if memory.classifier is not None:
            self._give_threads(moving and memory.pace.crowded)
        whole = self._whole(picture, moving, options, memory)
        explain, classifier = options.explain, memory.classifier
        if whole is None or classifier is None:
            return
        answer = whole if options.cover is None else self._covered(whole, classifier, options)
        if answer is None:
            return
        explains = options.explains(moving)
        if not (explains and moving):
            yield answer  # of moving pictures, answer and explanation come together
        if explains:
            memory.possible = memory.possible or possible(classifier, whole.prediction)
            for heats in self._heats(whole.prediction, moving, explain, memory, classifier):
                yield replace(answer, possible=memory.possible, heats=heats)
        if self._check is not None and not self._lane.waits():
            self._check.go_on(classifier, self._lane.waits)
        if moving:
            sleep(memory.pace.rest(perf_counter(), *self._beside()))
            if memory.pace.looks:
                sleep(memory.pace.look(perf_counter(), self._beside()[1]))

    def _heats(
        self, prediction: Prediction, moving: bool, explain: ExplainOptions, memory: Memory,
        classifier: "Classifier",
    ) -> Generator[tuple[Explained, ...], None, None]:  # fmt: skip
        """Return explanations, of a still picture from where they were interrupted."""
        if moving:
            return explained(classifier, prediction, explain, self._lane.waits)
        if memory.refining is None or not memory.refining.explains(prediction, explain):
            memory.refining = Refining(classifier, prediction, explain)
        return memory.refining.so_far(self._lane.waits)

    def _whole(
        self, picture: ShownPicture, moving: bool, options: NetworkOptions, memory: Memory
    ) -> Predicted | None:
        """Answer for the picture without a patch; a still one is asked about once."""
        last, asked = memory.last, (options.model, options.device)
        if last is not None and last.picture is picture and not moving:
            alone = last.smoothed is last.prediction.probabilities  # it was not smoothed
            if alone and asked == memory.loaded and options.fit == memory.fit:
                return last
        return self._answer(picture, moving, options, memory)

    def _covered(
        self, whole: Predicted, classifier: "Classifier", options: NetworkOptions
    ) -> Predicted | None:
        """Answer for the picture with the patch on it."""
        assert options.cover is not None
        seen = covered(whole.picture.shown, options.cover)
        try:
            prediction = classifier.predict(seen, None, options.fit)
        except ModelError as error:
            self._refused.emit(options.model, str(error))
            return None
        return replace(
            whole, prediction=prediction, smoothed=prediction.probabilities, cover=options.cover,
            whole=whole.prediction,
        )  # fmt: skip

    def _answer(
        self, picture: ShownPicture, moving: bool, options: NetworkOptions, memory: Memory
    ) -> Predicted | None:
        """Answer for one picture; in the lane's thread."""
        former = memory.classifier
        classifier = self._classifier(options, memory)
        if classifier is None:
            return None
        try:
            if classifier is not former:  # the first answer takes long and its time says nothing
                classifier.predict(picture.values, picture.display, options.fit)
            trace = moving and options.explains(moving)  # a still one is explained bit by bit
            layers = options.explain.layers(memory.possible) if trace else ()
            prediction = classifier.predict(
                picture.values, picture.display, options.fit, trace, layers
            )
        except ModelError as error:
            self._refused.emit(options.model, str(error))
            return None
        if classifier.notice != memory.notice:
            memory.notice = classifier.notice
            self._refused.emit(options.model, classifier.notice)
        now = perf_counter()
        answer = Predicted(
            prediction,
            smoothed(prediction, memory, now, options.smoothing if moving else 0.0),
            picture,
            str(classifier.device),
            rate(memory, now),
            classifier.notice,
            classifier.differentiable,
        )
        memory.last, memory.at, memory.fit = answer, now, options.fit
        return answer

    def _classifier(self, options: NetworkOptions, memory: Memory) -> "Classifier | None":
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
            memory.possible = memory.last = memory.refining = None
            memory.intervals.clear()
        except ModelError as error:
            self._refuse(memory, asked, str(error))
        except Exception:
            log.exception("a model could not be loaded")
            self._refuse(memory, asked, "")
        finally:
            self._loading.emit(False)
        return memory.classifier

    def _refuse(self, memory: Memory, asked: tuple[str, str], sentence: str) -> None:
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
        if isinstance(answer := self._lane.take(), Predicted) and self._wanted:
            self.last = answer
            self.predicted.emit(answer)
