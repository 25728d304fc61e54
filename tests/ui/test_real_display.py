"""The program on an X display, seen from outside: the pixels on the screen."""

import os
import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage

from visionlab.app import default_pipeline
from visionlab.sources.synthetic_camera import RED

pytestmark = [
    pytest.mark.xdisplay,
    pytest.mark.skipif(
        not os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM") != "xcb",
        reason="needs DISPLAY and QT_QPA_PLATFORM=xcb",
    ),
]


def screen():
    """Return what is on the whole screen, as RGB."""
    image = QGuiApplication.primaryScreen().grabWindow(0).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def result_box(picture):
    """Return left, top, width, height of the edge picture: a large area of pure black, or None.

    What touches the rim of the screen is the desktop.
    """
    black = (picture == 0).all(axis=2).astype(np.uint8)
    whole = cv2.morphologyEx(black, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(whole)
    high, wide = black.shape
    for left, top, width, height, area in sorted(stats[1:].tolist(), key=lambda s: -s[4]):
        inside = left > 0 and top > 0 and left + width < wide and top + height < high
        if inside and width > 200 and area > 0.5 * width * height:
            return left, top, width, height
    return None


def ball_in(picture):
    """Return centre and radius of the largest red disc, or None."""
    red = (np.abs(picture.astype(int) - RED).max(axis=2) < 24).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(red)
    if len(stats) < 2:
        return None
    best = 1 + np.argmax(stats[1:, cv2.CC_STAT_AREA])
    return (*centres[best], np.sqrt(stats[best, cv2.CC_STAT_AREA] / np.pi))


def roundness(edges, x, y, radius):
    """Return the share of a circle's directions in which an edge lies on it."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    hits = 0
    for angle in angles:
        at = [
            (round(y + r * np.sin(angle)), round(x + r * np.cos(angle)))
            for r in np.arange(radius - 3, radius + 3.5, 0.5)
        ]
        hits += any(
            0 <= v < edges.shape[0] and 0 <= u < edges.shape[1] and edges[v, u] for v, u in at
        )
    return hits / len(angles)


@pytest.fixture
def program(qapp, tmp_path):
    """The program with the test camera, in a process of its own."""
    command = [sys.executable, "-m", "visionlab", "camera:test:640x480@30"]
    process = subprocess.Popen(
        [*command, "--size", "1440x900", "--scheme", "light"],
        env={**os.environ, "VISIONLAB_HOME": str(tmp_path / "home")},
    )
    yield process
    process.kill()
    process.wait()


def test_the_program_shows_the_scene_and_its_edges_live(program):
    deadline = time.monotonic() + 20
    while (box := result_box(screen())) is None:
        assert time.monotonic() < deadline, "no edge picture appeared"
        time.sleep(0.1)
    left, top, width, height = box
    shots = []
    for _ in range(2):
        shots.append(screen())
        time.sleep(0.3)
    result = [shot[top : top + height, left : left + width] for shot in shots]
    # Beside the result, and as large: the original.
    original = [shot[top : top + height, left - width - 40 : left] for shot in shots]

    edges = (result[0] > 64).all(axis=2)  # thin lines are dimmer where the picture is reduced
    assert 0.005 < edges.mean() < 0.3
    x, y, radius = ball_in(original[0])
    assert radius == pytest.approx(48 * width / 640, rel=0.1)
    # The ball's outline is among the edges, at the same place of the other pane.
    places = np.arange(x - 40, x + 1)
    there = max(roundness(edges, place, y, radius) for place in places)
    elsewhere = max(roundness(edges, place, (y + height / 2) % height, radius) for place in places)
    assert there > 0.75 > 0.5 > elsewhere
    other = ball_in(original[1])
    assert np.hypot(other[0] - x, other[1] - y) > 2
    assert (result[0] != result[1]).any()

    program.send_signal(signal.SIGTERM)
    assert program.wait(timeout=10) == 0
    time.sleep(0.1)
    assert result_box(screen()) is None


def test_every_frame_of_the_test_camera_is_painted(lab):
    lab.window.resize(1440, 900)
    lab.window.start(["camera:test:640x480@30"], default_pipeline())
    lab.until(lambda: len(lab.painted) > 5)
    seen, start = len(lab.painted), time.perf_counter()
    lab.qtbot.wait(3000)
    rate = (len(lab.painted) - seen) / (time.perf_counter() - start)
    assert rate >= 0.9 * 30
