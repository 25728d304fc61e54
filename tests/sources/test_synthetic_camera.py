"""The test camera: what it draws, and when."""

import math
from time import perf_counter, sleep

import cv2
import numpy as np
import pytest

from visionlab.sources import TestCamera, open_source
from visionlab.sources.synthetic_camera import RED, SECONDS_PER_ROUND, ball

CAPTION = 90  # rows at the top of 1280 x 720 that the caption may use


def test_frames_depend_on_their_number_only():
    first, second = TestCamera((320, 240), 25), TestCamera((320, 240), 25)
    for i in (0, 7, 1000, 7):
        np.testing.assert_array_equal(first.draw(i), second.draw(i))
    assert (first.draw(3) != first.draw(4)).any()


@pytest.mark.parametrize("index", [0, 30, 45, 77])
def test_the_ball_is_where_its_formula_puts_it(index):
    camera = TestCamera((1280, 720), 30)
    camera.mirror = False
    angle = 2 * math.pi * index / 30 / SECONDS_PER_ROUND
    x, y, radius = ball(1280, 720, angle)
    assert abs(x - 1280 * (0.5 + 0.38 * math.cos(angle))) <= 0.5
    assert abs(y - 720 * (0.5 + 0.32 * math.sin(angle))) <= 0.5
    found = np.argwhere((camera.draw(index) == RED).all(axis=2))
    assert np.abs(found.mean(axis=0) - (y, x)).max() < 0.6
    assert abs(len(found) - math.pi * radius**2) < 0.03 * math.pi * radius**2


def test_mirror_flips_the_scene_and_keeps_the_caption_readable():
    camera = TestCamera((1280, 720), 30)
    assert camera.mirror
    mirrored = camera.draw(11)
    camera.mirror = False
    straight = camera.draw(11)
    np.testing.assert_array_equal(mirrored[CAPTION:], straight[CAPTION:, ::-1])
    one, other = ((p[:CAPTION, :400] > 200).all(axis=2) for p in (mirrored, straight))
    assert one.sum() > 500
    assert (one != other).sum() < 0.05 * one.sum()  # smoothed edges lie on another wall


def test_the_scene_gives_edges_circles_and_colours():
    image = TestCamera((640, 480), 30).draw(40)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    assert 0.005 < (cv2.Canny(grey, 50, 150) > 0).mean() < 0.1
    circles = cv2.HoughCircles(grey, cv2.HOUGH_GRADIENT, 1, 40, param1=150, param2=25)
    assert circles is not None
    assert image.shape == (480, 640, 3)
    assert not image.flags.writeable


def test_paced_frames_come_when_they_are_due():
    camera = TestCamera((64, 48), 100)
    frames = [camera.read() for _ in range(30)]
    assert [f.index for f in frames] == sorted({f.index for f in frames})
    for frame in frames:
        assert frame.time - frames[0].time == pytest.approx(frame.index / 100)
    assert frames[-1].time <= perf_counter() < frames[-1].time + 0.5


def test_a_late_reader_misses_frames():
    camera = TestCamera((64, 48), 50)
    first = camera.read()
    sleep(0.25)
    assert camera.read().index - first.index >= 12


def test_the_unthrottled_camera_leaves_out_none():
    camera = open_source("camera:test:64x48@max")
    start = perf_counter()
    assert [camera.read().index for _ in range(200)] == list(range(200))
    assert perf_counter() - start < 2
    assert camera.fps == 0


def test_a_frame_costs_little():
    camera = TestCamera((1280, 720))
    costs = []
    for i in range(40):
        start = perf_counter()
        camera.draw(i)
        costs.append(perf_counter() - start)
    assert min(costs) < 0.004


@pytest.mark.parametrize("size", [(16, 16), (16, 400), (1921, 33)])
def test_odd_sizes(size):
    assert TestCamera(size).draw(5).shape == (size[1], size[0], 3)
