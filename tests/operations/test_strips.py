"""Large pictures are worked on in strips; the answers are those of the whole picture."""

import subprocess
import sys
from threading import Barrier, active_count, current_thread, main_thread

import cv2
import numpy as np
import pytest

from visionlab.core.image import as_image
from visionlab.operations import catalogue
from visionlab.operations._strips import side_by_side, strips


@pytest.fixture(scope="module")
def large():
    """65 MB of decimal RGB, its extremes in single pixels of different strips."""
    picture = np.random.default_rng(3).random((1801, 3003, 3), np.float32)
    picture[0, 0], picture[1700, 2000] = -3, 7
    return as_image(picture)


def test_strips_cover_every_row_once_and_reach_beyond():
    picture = np.broadcast_to(np.float32(0), (5000, 2000, 3))
    parts = strips(picture, 7)
    assert len(parts) > 5
    assert [row for s in parts for row in range(s.place.start, s.place.stop)] == list(range(5000))
    for strip in parts:
        rows = np.arange(5000)[strip.rows]
        assert (rows[strip.kept] == np.arange(5000)[strip.place]).all()
        assert rows[0] == max(strip.place.start - 7, 0)
        assert rows[-1] == min(strip.place.stop + 7, 5000) - 1


def test_small_and_odd_pictures_are_one_strip():
    for shape in ((10, 20, 3), (1, 1), (3, 9_000_000)):
        assert len(strips(np.broadcast_to(np.float32(0), shape), 4)) == 1


def test_bilateral_filter_is_the_same_bit_by_bit(large):
    found = catalogue()["bilateral_filter"].function(
        large, diameter=7, sigma_colour=0.5, sigma_space=3.0
    )
    assert len(strips(large, 4)) > 2
    assert (found.picture == cv2.bilateralFilter(large, 7, 0.5, 3.0)).all()


@pytest.mark.parametrize(
    ("op", "operator"),
    [("erode", cv2.MORPH_ERODE), ("closing", cv2.MORPH_CLOSE), ("top_hat", cv2.MORPH_TOPHAT)],
)
def test_morphology_is_the_same_bit_by_bit(large, op, operator):
    found = catalogue()[op].function(large, shape="ellipse", size=9, iterations=2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    assert (found.picture == cv2.morphologyEx(large, operator, kernel, iterations=2)).all()


@pytest.fixture
def three_threads():
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    yield
    cv2.setNumThreads(before)


def test_three_threads_work_side_by_side(three_threads):
    picture = np.arange(31 * 7, dtype=np.uint8).reshape(31, 7)
    meeting = Barrier(3, timeout=20)  # passes only where three are at work at once

    def inverted(part):
        meeting.wait()
        return 255 - part

    assert (side_by_side(inverted, picture, 2, 1) == 255 - picture).all()


def test_where_it_does_not_pay_the_picture_is_worked_on_whole(three_threads):
    calls = []

    def seen(part):
        calls.append(part.shape)
        return part

    picture = np.zeros((12, 40), np.uint8)
    assert side_by_side(seen, picture, 4, 1) is picture  # strips would reach over each other
    assert side_by_side(seen, picture, 1, 161) is picture  # not that much for each of two
    assert calls == [(12, 40)] * 2
    assert (side_by_side(seen, picture, 1, 160) == picture).all()
    assert sorted(calls[2:]) == [(5, 40), (9, 40)]  # four rows, and eight; each sees one more


def test_who_asks_has_more_than_those_who_wake_for_it(three_threads):
    rows = {True: 0, False: 0}

    def noted(part):
        rows[current_thread() is main_thread()] += len(part)
        return part

    side_by_side(noted, np.zeros((1000, 10), np.uint8), 0, 1000)
    assert rows == {True: 400, False: 600}


def test_threads_wait_for_more_work(three_threads):
    picture = np.zeros((60, 60), np.uint8)
    side_by_side(np.copy, picture, 1, 10)
    before = active_count()
    for _ in range(50):
        side_by_side(np.copy, picture, 1, 10)
    assert active_count() <= before + 2  # who has just answered may not have said that it waits


def test_what_goes_wrong_in_a_strip_is_told(three_threads):
    def fails(part):
        if part[-1, 0] == 29:
            raise MemoryError("the last strip")
        return part

    picture = np.repeat(np.arange(30, dtype=np.uint8)[:, None], 9, 1)
    with pytest.raises(MemoryError, match="the last strip"):
        side_by_side(fails, picture, 1, 1)
    assert (side_by_side(np.copy, picture, 1, 1) == picture).all()


INTERRUPTED = """
import signal
import sys
from _thread import interrupt_main
from threading import Timer
import cv2, numpy as np
from visionlab.operations import catalogue
cv2.setNumThreads(3)
median = catalogue()["median_blur"].function
picture = np.random.default_rng(0).integers(0, 256, (1500, 2000, 3), dtype=np.uint8)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent may have told to ignore it
Timer(float(sys.argv[1]), interrupt_main).start()
while True:
    median(picture, ksize=31)
"""


@pytest.mark.parametrize("seconds", [0.2, 0.3, 0.4, 0.5])
def test_python_may_end_in_the_middle_of_strips(seconds):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(seconds)], capture_output=True, timeout=60
    )
    last = done.stderr.decode().split()[-1]  # and not that the process was aborted
    assert last == "KeyboardInterrupt"


@pytest.mark.parametrize("ksize", [5, 7, 31, 99])
@pytest.mark.parametrize("shape", [(1203, 1301), (601, 1000, 3), (150, 3000)])
def test_median_blur_is_the_same_pixel_by_pixel(ksize, shape, three_threads):
    picture = np.random.default_rng(ksize).integers(0, 256, shape, dtype=np.uint8)
    found = catalogue()["median_blur"].function(picture, ksize=ksize)
    assert (found.picture == cv2.medianBlur(picture, ksize)).all()
