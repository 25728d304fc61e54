"""What a person finds out about a network by covering parts of a picture by hand."""

from visionlab.deep.explain.subject import Target
from visionlab.deep.prediction import Prediction
from visionlab.runtime.answers import Predicted
from visionlab.runtime.explaining import ExplainOptions
from visionlab.runtime.hand_map import HandMap

OTHERS = 2
"""Classes that are watched beside the one in question."""


class HandStudy:
    """The answers for one picture, or one moving scene, about one class.

    Parameters
    ----------
    predicted : Predicted
        The first of the answers; it counts once it is taken.
    explain : ExplainOptions
        Says which class; the most probable one stays in question when another overtakes it.

    Attributes
    ----------
    target : Target
        The class in question.
    classes : tuple of int
        It and those that are most probable beside it.
    labels : tuple of str
        The names of all classes.
    map : HandMap
        Where the patch has been, and by how much the target's logit fell.
    reference : Prediction or None
        The answer that others are held against; None: the newest one without the patch.
    """

    def __init__(self, predicted: Predicted, explain: ExplainOptions) -> None:
        whole = _whole(predicted)
        self.target = explain.target(whole)
        likely = [one.index for one in whole.top(OTHERS + 1) if one.index != self.target.index]
        self.classes = (self.target.index, *likely[:OTHERS])
        self.labels = whole.labels
        self.map = HandMap(_size(whole), whole.box, _picture_size(predicted))
        self.reference: Prediction | None = None
        self._explain = (explain.index, explain.minus)
        self._model = whole.model_id
        self._last = predicted
        self._taken: Prediction | None = None

    def same_place(self, predicted: Predicted) -> bool:
        """Whether an answer is by the same network, and of a picture of the same size."""
        whole = _whole(predicted)
        return (
            whole.model_id == self._model
            and whole.box == self.map.box
            and _size(whole) == self.map.size
            and _picture_size(predicted) == self.map.picture
        )

    def same_question(self, predicted: Predicted, explain: ExplainOptions, moving: bool) -> bool:
        """Whether an answer adds to the former ones: about the same class and picture.

        The pictures of a moving scene count as one.
        """
        same_picture = moving or predicted.picture is self._last.picture
        return same_picture and (explain.index, explain.minus) == self._explain

    def take(self, predicted: Predicted) -> bool:
        """Note an answer; say whether it is a new one."""
        if predicted.prediction is self._taken:
            return False  # the same answer with a finer explanation
        self._taken = predicted.prediction
        last, self._last = self._last, predicted
        again = last.picture is predicted.picture and last.cover == predicted.cover
        if predicted.cover is not None and not (again and self.map.positions):
            drop = self._score(self.whole) - self._score(predicted.prediction)
            self.map.add(predicted.cover.part(*self.map.picture), drop)
        return True

    @property
    def whole(self) -> Prediction:
        """The answer that others are held against."""
        return self.reference or _whole(self._last)

    @property
    def last(self) -> Predicted:
        """The newest answer."""
        return self._last

    def is_of(self, predicted: Predicted, target: Target) -> bool:
        """Whether something computed is about the same picture, network and class."""
        return (
            predicted.picture is self._last.picture
            and predicted.prediction.model_id == self._model
            and (target.index, target.minus) == (self.target.index, self.target.minus)
        )

    def _score(self, prediction: Prediction) -> float:
        minus = 0.0 if self.target.minus is None else float(prediction.logits[self.target.minus])
        return float(prediction.logits[self.target.index]) - minus


def _whole(predicted: Predicted) -> Prediction:
    return predicted.whole or predicted.prediction


def _size(prediction: Prediction) -> tuple[int, int]:
    height, width = prediction.values.shape[1:]
    return height, width


def _picture_size(predicted: Predicted) -> tuple[int, int]:
    height, width = predicted.picture.values.shape[:2]
    return width, height
