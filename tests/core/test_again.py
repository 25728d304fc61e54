"""What is kept while the same picture comes again, and when it is let go."""

import gc
import threading
import weakref

import numpy as np
import pytest

from visionlab.core import again
from visionlab.core.again import Again
from visionlab.core.image import as_image


def picture(value=1):
    return as_image(np.full((4, 5), value, np.uint8))


@pytest.fixture
def doubled():
    """A function that writes down what it was asked to work out."""

    def make(image, factor=2):
        made.append((int(image[0, 0]), factor))
        return image * np.uint8(factor), (image + np.uint8(factor),)

    made = []
    kept = Again(make)
    kept.made = made
    return kept


def test_from_the_second_time_on_it_is_worked_out_once(doubled):
    image = picture(3)
    answers = [doubled(image) for _ in range(5)]
    assert doubled.made == [(3, 2)] * 2  # the first time nothing is kept
    assert answers[1][0] is answers[2][0] is answers[4][0]
    for product, (total,) in answers:
        assert np.all(product == 6)
        assert np.all(total == 5)


def test_asking_whether_it_comes_again_counts_as_the_first_time(doubled):
    image = picture()
    assert not doubled.comes_again(image, 2)
    assert doubled.comes_again(image, 2)
    assert not doubled.comes_again(image, 3)
    assert not doubled.comes_again(picture(), 3)  # equal values, another picture


def test_another_parameter_is_worked_out_anew(doubled):
    image = picture(3)
    for factor in (2, 2, 4, 4, 4, 2):
        product, _ = doubled(image, factor)
        assert np.all(product == 3 * factor)
    assert doubled.made == [(3, factor) for factor in (2, 2, 4, 4, 2)]


def test_what_is_kept_is_locked_and_the_first_answer_is_not(doubled):
    image = picture()
    (first, (first_part,)), (kept, (kept_part,)) = doubled(image), doubled(image)
    assert first.flags.writeable
    assert first_part.flags.writeable
    assert not kept.flags.writeable
    assert not kept_part.flags.writeable


def test_a_picture_that_may_change_is_looked_at_anew(doubled):
    image = np.ones((4, 5), np.uint8)
    for value in (1, 2, 3):
        image[:] = value
        assert np.all(doubled(image)[0] == 2 * value)
    assert not doubled.comes_again(image)


def test_what_is_kept_goes_with_its_picture(doubled):
    image = picture()
    doubled(image)
    kept = weakref.ref(doubled(image)[0])
    gc.collect()
    assert kept() is not None
    del image
    gc.collect()
    assert kept() is None


def test_what_is_kept_goes_when_another_picture_comes(doubled):
    image, other = picture(1), picture(2)
    doubled(image)
    kept = weakref.ref(doubled(image)[0])
    doubled(other)
    gc.collect()
    assert kept() is None


def test_large_pictures_do_not_come_again(doubled, monkeypatch):
    image = picture()
    monkeypatch.setattr(again, "MOST", image.size - 1)
    for _ in range(3):
        assert doubled(image)[0].flags.writeable
        assert not doubled.comes_again(image)
    monkeypatch.setattr(again, "MOST", image.size)
    doubled(image)
    assert doubled(image) is doubled(image)


def test_threads_that_share_it_get_their_own_answers():
    triple = Again(lambda image: image * np.uint8(3))
    wrong = []

    def ask(value):
        image = picture(value)
        for _ in range(3000):
            if triple(image)[0, 0] != 3 * value:
                wrong.append(value)

    threads = [threading.Thread(target=ask, args=(value,)) for value in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
