"""Answers with and without a patch, gathered for one picture and class."""

from types import SimpleNamespace

import numpy as np
import pytest

from visionlab.deep.explain.subject import Target
from visionlab.deep.prediction import Prediction, softmax
from visionlab.runtime.answers import Predicted
from visionlab.runtime.covering import Cover
from visionlab.runtime.explaining import ExplainOptions
from visionlab.runtime.hand_study import HandStudy

LABELS = ("cat", "dog", "cup", "hat")


def picture(width=4, height=4):
    return SimpleNamespace(values=np.zeros((height, width, 3), np.uint8))


PICTURE = picture()


def prediction(*logits, model="m", box=(0, 0, 4, 4)):
    numbers = np.array(logits, np.float32)
    values = np.zeros((3, 4, 4), np.float32)
    return Prediction(model, LABELS, numbers, softmax(numbers), None, values, box, False, 0.0)


WHOLE = prediction(1, 5, 2, 0)


def answer(found=WHOLE, cover=None, of=PICTURE, whole=WHOLE):
    return Predicted(
        found, found.probabilities, of, "cpu", cover=cover, whole=whole if cover else None
    )


def test_the_class_in_question_and_the_next_two():
    assert HandStudy(answer(), ExplainOptions()).classes == (1, 2, 0)
    assert HandStudy(answer(), ExplainOptions(index=3)).classes == (3, 1, 2)
    # A patch that another class gains by does not change what is in question.
    study = HandStudy(answer(prediction(9, 1, 1, 1), Cover(0, 0, 1)), ExplainOptions())
    assert study.classes == (1, 2, 0)


def test_the_drop_is_that_of_the_logit_below_the_answer_without_the_patch():
    study = HandStudy(answer(), ExplainOptions())
    assert study.take(answer())
    assert study.map.positions == 0
    assert study.take(answer(prediction(1, 3.5, 2, 0), Cover(0, 0, 2)))
    assert study.take(answer(prediction(1, 6, 2, 0), Cover(2, 2, 9)))
    expected = np.zeros((4, 4))
    expected[:2, :2], expected[2:, 2:] = 1.5, -1
    assert study.map.values.tolist() == expected.tolist()


def test_rather_than_another_class():
    study = HandStudy(answer(), ExplainOptions(index=1, minus=2))
    study.take(answer(prediction(1, 4, 3, 0), Cover(0, 0, 4)))  # 5 - 2 before, 4 - 3 now
    assert (study.map.values == 2).all()


def test_an_answer_counts_once():
    study = HandStudy(answer(), ExplainOptions())
    found = prediction(1, 4, 2, 0)
    assert study.take(answer(found, Cover(0, 0, 1)))
    assert not study.take(answer(found, Cover(0, 0, 1)))  # again, with a finer explanation
    assert study.take(answer(prediction(1, 4, 2, 0), Cover(0, 0, 1)))
    assert study.map.positions == 1  # the patch has not moved
    live = picture()
    assert study.take(answer(prediction(1, 3, 2, 0), Cover(0, 0, 1), of=live))
    assert study.map.values[0, 0] == pytest.approx((1 + 2) / 2)


def test_a_held_reference_stands_in_for_the_uncovered_answer():
    study = HandStudy(answer(), ExplainOptions())
    study.reference = prediction(1, 10, 2, 0)
    study.take(answer(prediction(1, 4, 2, 0), Cover(0, 0, 4)))
    assert (study.map.values == 6).all()
    assert study.whole is study.reference


def test_when_answers_belong_together():
    study = HandStudy(answer(), ExplainOptions())
    other = picture()
    assert study.same_question(answer(), ExplainOptions(), moving=False)
    assert not study.same_question(answer(of=other), ExplainOptions(), moving=False)
    assert study.same_question(answer(of=other), ExplainOptions(), moving=True)
    assert not study.same_question(answer(), ExplainOptions(index=1), moving=True)
    assert study.same_place(answer(of=other))
    assert not study.same_place(answer(of=picture(5, 4)))
    assert not study.same_place(answer(prediction(1, 5, 2, 0, model="n")))
    assert not study.same_place(answer(prediction(1, 5, 2, 0, box=(0, 0, 4, 2))))


def test_what_a_computed_map_must_be_about():
    study = HandStudy(answer(), ExplainOptions())
    assert study.is_of(answer(), Target(1))
    assert not study.is_of(answer(), Target(2))
    assert not study.is_of(answer(), Target(1, minus=2))
    assert not study.is_of(answer(of=picture()), Target(1))
