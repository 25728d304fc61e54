"""The network lane: the newest picture counts, smoothing by hand, and models that fail."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from visionlab.core.errors import ModelError
from visionlab.core.image import as_image
from visionlab.deep.prediction import Prediction, softmax
from visionlab.runtime.answers import Predicted
from visionlab.runtime.classifying import Classifying
from visionlab.runtime.covering import Cover
from visionlab.runtime.network_memory import Memory, rate, smoothed
from visionlab.runtime.shown import ShownPicture

LABELS = ("dark", "light")


def prediction(light: float, model: str = "m") -> Prediction:
    probabilities = np.array([1 - light, light], np.float32)
    seen = as_image(np.zeros((2, 2), np.uint8))
    values = np.zeros((1, 2, 2), np.float32)
    logits = np.log(probabilities + 1e-9)
    return Prediction(model, LABELS, logits, probabilities, seen, values, (0, 0, 2, 2), False, 0.01)


class Brightness:
    """A classifier whose answer is the mean of the picture."""

    def __init__(self, model="m"):
        self.model = model
        self.device = "cpu"
        self.notice = ""
        self.differentiable = True

    def predict(self, picture, display=None, fit=None, trace=False, layers=()):
        if picture.max() == 13:
            raise ModelError("This picture cannot be classified.")
        return prediction(float(picture.mean()) / 255, self.model)


def load(model, device):
    if model == "broken":
        raise ModelError('The model "broken" is damaged.')
    return Brightness(model)


@pytest.fixture
def network(qapp):
    lane = Classifying(load, lambda: ("cpu",), lambda _: None, lambda: (0.0, 0))
    yield lane
    assert lane.stop(3)


def shown(value: int, result: int | None = None) -> SimpleNamespace:
    pictures = [
        ShownPicture.of("p", as_image(np.full((4, 4), v, np.uint8)), None)
        for v in (value, value if result is None else result)
    ]
    return SimpleNamespace(original=pictures[0], result=pictures[1])


def light(network) -> float:
    return round(float(network.last.prediction.probabilities[1]) * 255)


def test_nothing_is_loaded_before_it_is_wanted(network, qtbot):
    network.look(shown(200), False)
    assert network.idle()
    network.want(True)
    qtbot.waitUntil(lambda: network.last is not None)
    assert light(network) == 200
    assert network.devices == ("cpu",)


def test_the_newest_picture_is_answered_last(network, qtbot):
    network.want(True)
    for value in range(1, 12):
        network.look(shown(value), True)
    qtbot.waitUntil(lambda: network.last is not None and light(network) == 11)


def test_original_or_result(network, qtbot):
    network.want(True)
    network.look(shown(20, result=220), False)
    qtbot.waitUntil(lambda: network.last is not None)
    assert light(network) == 20
    network.choose(of="result")
    qtbot.waitUntil(lambda: light(network) == 220)


def test_a_model_that_cannot_be_loaded_leaves_the_former_one(network, qtbot):
    sentences = []
    network.failed.connect(sentences.append)
    network.want(True)
    network.look(shown(100), False)
    qtbot.waitUntil(lambda: network.last is not None)
    network.choose(model="broken")
    qtbot.waitUntil(lambda: sentences == ['The model "broken" is damaged.'])
    network.look(shown(150), False)
    qtbot.waitUntil(lambda: light(network) == 150)
    assert network.last.prediction.model_id == "pictures"
    assert network.options.model == "pictures"  # and is what the panel names
    network.choose(model="broken")
    qtbot.waitUntil(lambda: len(sentences) == 2)  # asked for again, refused again
    network.choose(model="other")
    qtbot.waitUntil(lambda: network.last.prediction.model_id == "other")
    assert len(sentences) == 2


def test_a_refused_model_is_told_once_however_many_pictures_come(network, qtbot):
    sentences = []
    network.failed.connect(sentences.append)
    network.choose(model="broken")
    network.want(True)
    for value in range(20):
        network.look(shown(value), True)
        qtbot.waitUntil(network.idle)
    assert sentences == ['The model "broken" is damaged.']


def test_a_picture_that_fails_says_why_and_the_next_goes_on(network, qtbot):
    sentences = []
    network.failed.connect(sentences.append)
    network.want(True)
    network.look(shown(13), False)
    qtbot.waitUntil(lambda: sentences == ["This picture cannot be classified."])
    network.look(shown(90), False)
    qtbot.waitUntil(lambda: network.last is not None and light(network) == 90)


def test_loading_is_told(network, qtbot):
    states = []
    network.loadingChanged.connect(lambda: states.append(network.loading))
    network.want(True)
    network.look(shown(1), False)
    qtbot.waitUntil(lambda: states == [True, False])


def test_another_source_starts_without_an_answer(network, qtbot):
    network.want(True)
    network.look(shown(70), False)
    qtbot.waitUntil(lambda: network.last is not None)
    network.forget()
    assert network.last is None
    network.choose(of="result")  # asks nothing about the picture of before
    qtbot.wait(50)
    assert network.last is None


def test_a_patch_is_answered_beside_the_picture_without_it(network, qtbot):
    network.want(True)
    network.look(shown(200), False)
    qtbot.waitUntil(lambda: network.last is not None)
    network.choose(cover=Cover(0, 0, 2, "black"))
    qtbot.waitUntil(lambda: light(network) == 150)  # a quarter of the pixels is black
    assert network.last.cover == Cover(0, 0, 2, "black")
    assert round(float(network.last.whole.probabilities[1]) * 255) == 200
    assert (network.last.picture.values == 200).all()
    network.choose(cover=None)
    qtbot.waitUntil(lambda: light(network) == 200)
    assert network.last.cover is None
    assert network.last.whole is None


def test_a_still_picture_is_asked_about_once_however_the_patch_moves(network, qtbot):
    network.want(True)
    network.look(shown(200), False)
    qtbot.waitUntil(lambda: network.last is not None)
    whole = network.last.prediction
    for x in range(-3, 3):
        network.choose(cover=Cover(x, 0, 2, "black"))
        qtbot.waitUntil(lambda x=x: network.last.cover == Cover(x, 0, 2, "black"))
        assert network.last.whole is whole


def test_a_frozen_picture_is_answered_for_itself(network, qtbot):
    network.choose(smoothing=1000.0)
    network.want(True)
    network.look(shown(100), True)
    qtbot.waitUntil(lambda: network.last is not None)
    frozen = shown(200)
    network.look(frozen, True)
    qtbot.waitUntil(lambda: light(network) == 200)
    assert network.last.smoothed[1] * 255 < 150
    network.look(frozen, False)
    qtbot.waitUntil(lambda: round(float(network.last.smoothed[1]) * 255) == 200)


def test_another_fit_is_another_question(network, qtbot):
    network.want(True)
    network.look(shown(100), False)
    qtbot.waitUntil(lambda: network.last is not None)
    first = network.last.prediction
    network.choose(fit="pad")
    qtbot.waitUntil(lambda: network.last.prediction is not first)


def test_each_moving_picture_is_answered_with_and_without_the_patch(network, qtbot):
    network.choose(cover=Cover(0, 0, 2, "black"), smoothing=10.0)
    network.want(True)
    for value in (100, 200):
        network.look(shown(value), True)
        qtbot.waitUntil(lambda v=value: network.last is not None and light(network) == v * 3 // 4)
        assert round(float(network.last.whole.probabilities[1]) * 255) == value
        # What the patch does is seen at once, whatever is smoothed otherwise.
        assert (network.last.smoothed == network.last.prediction.probabilities).all()


def test_a_covered_picture_that_fails_says_why(network, qtbot):
    sentences = []
    network.failed.connect(sentences.append)
    network.want(True)
    picture = np.full((4, 4), 13, np.uint8)
    picture[0, 0] = 99
    looked = ShownPicture.of("p", as_image(picture), None)
    network.look(SimpleNamespace(original=looked, result=looked), False)
    qtbot.waitUntil(lambda: network.last is not None)
    network.choose(cover=Cover(0, 0, 1, "black"))
    qtbot.waitUntil(lambda: sentences == ["This picture cannot be classified."])
    assert network.last.cover is None


def predicted(light, model="m"):
    found = prediction(light, model)
    return Predicted(found, found.probabilities, None, "cpu")


def test_smoothing_is_the_exponential_average_by_hand():
    memory = Memory(last=predicted(1.0), at=10.0)
    found = smoothed(prediction(0.0), memory, 10.5, 0.5)
    assert found.tolist() == pytest.approx([1 - math.exp(-1), math.exp(-1)])
    assert smoothed(prediction(0.0), memory, 10.5, 0.0).tolist() == [1, 0]
    assert smoothed(prediction(0.0, "other"), memory, 10.5, 0.5).tolist() == [1, 0]


def test_the_rate_is_that_of_the_last_second():
    memory = Memory(last=predicted(0.5), at=0.0)
    for number in range(1, 41):
        found = rate(memory, number * 0.1)
        memory.at = number * 0.1
    assert found == pytest.approx(10)
    assert sum(memory.intervals) < 1.3


def test_softmax_with_a_temperature_by_hand():
    logits = np.array([0.0, 2.0], np.float32)
    assert softmax(logits)[1] == pytest.approx(1 / (1 + math.exp(-2)))
    assert softmax(logits, 2.0)[1] == pytest.approx(1 / (1 + math.exp(-1)))
    assert softmax(np.array([1000.0, 0.0], np.float32)).tolist() == [1, 0]
