"""Videos, animations, pages and the test camera, played with the transport bar."""

import weakref
from time import perf_counter

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from visionlab.sources.synthetic_camera import RED, SECONDS_PER_ROUND, ball

LEFT = Qt.MouseButton.LeftButton
FRAMES, FPS = 40, 20


@pytest.fixture
def video(tmp_path):
    """Return a video whose frame i is grey of value 6 i, nearly."""
    path = tmp_path / "ramp.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (64, 48))
    for i in range(FRAMES):
        writer.write(np.full((48, 64, 3), 6 * i, np.uint8))
    writer.release()
    return path


def index(lab):
    return lab.shown.run.frame.index


def play_state(lab):
    return lab.session.feed.playing


def paused(lab, video):
    """Open the video and pause it; return which frame stayed."""
    lab.open(video)
    lab.qtbot.mouseClick(lab.docks.transport.play, LEFT)
    assert not play_state(lab)
    lab.settle()
    return index(lab)


def press_at(lab, place):
    """Press on the position slider at a place from 0 to 1."""
    slider = lab.docks.transport.slider
    at = QPoint(round(place * (slider.width() - 1)), slider.height() // 2)
    lab.qtbot.mousePress(slider, LEFT, pos=at)
    return at


def test_a_video_plays_pauses_and_goes_on(lab, video):
    lab.open(video)
    bar = lab.docks.transport
    assert bar.isVisible()
    assert bar.play.accessibleName() == "Pause"
    lab.until(lambda: index(lab) > 3)
    lab.qtbot.mouseClick(bar.play, LEFT)
    assert bar.play.accessibleName() == "Play"
    lab.settle()
    stays = index(lab)
    QTest.qWait(200)
    assert index(lab) == stays
    assert abs(int(lab.result[0, 0, 0]) - 6 * stays) <= 3
    lab.qtbot.keyClick(lab.window, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    lab.until(lambda: index(lab) > stays + 2)


def test_frames_are_stepped_one_by_one(lab, video):
    at = paused(lab, video)
    bar = lab.docks.transport
    for button, change in ((bar.next, 1), (bar.next, 1), (bar.previous, -1)):
        lab.qtbot.mouseClick(button, LEFT)
        at += change
        lab.until(lambda at=at: index(lab) == at)
        assert abs(int(lab.result[0, 0, 0]) - 6 * at) <= 3
    lab.qtbot.mouseClick(bar.first, LEFT)
    lab.until(lambda: index(lab) == 0)
    assert bar.position.text() == f"1 / {FRAMES}"


def test_the_slider_scrubs_and_the_picture_follows(lab, video):
    paused(lab, video)
    slider = lab.docks.transport.slider
    press_at(lab, 0.25)
    lab.until(lambda: abs(index(lab) - 0.25 * FRAMES) <= 2)
    lab.qtbot.mouseMove(slider, QPoint(round(0.75 * slider.width()), slider.height() // 2))
    lab.until(lambda: abs(index(lab) - 0.75 * FRAMES) <= 2)
    lab.qtbot.mouseRelease(slider, LEFT)
    lab.settle()
    assert slider.value() == index(lab)
    assert abs(int(lab.result[0, 0, 0]) - 6 * index(lab)) <= 3


def test_a_scrub_drops_no_frames(lab, video):
    lab.open(video)
    press_at(lab, 0.9)
    lab.qtbot.mouseRelease(lab.docks.transport.slider, LEFT)
    lab.until(lambda: index(lab) >= 0.85 * FRAMES)
    # A busy machine drops some; the scrub itself would be most of the video.
    assert lab.window.pictures.dropped < 0.3 * FRAMES


def test_a_video_loops_until_that_is_switched_off(lab, video):
    lab.open(video)
    bar = lab.docks.transport
    assert bar.loop.isChecked()  # as it is
    press_at(lab, 0.95)
    lab.qtbot.mouseRelease(bar.slider, LEFT)
    lab.until(lambda: index(lab) >= FRAMES - 4)
    lab.until(lambda: index(lab) < 10)
    lab.qtbot.mouseClick(bar.loop, LEFT)
    press_at(lab, 0.95)
    lab.qtbot.mouseRelease(bar.slider, LEFT)
    lab.until(lambda: bar.play.accessibleName() == "Play")
    assert not play_state(lab)
    lab.settle()
    assert index(lab) == FRAMES - 1
    lab.qtbot.mouseClick(bar.play, LEFT)  # from the beginning, like every player
    lab.until(lambda: 0 <= index(lab) < 10)


def test_loop_stays_off_for_the_next_video(lab, video):
    lab.open(video)
    lab.qtbot.mouseClick(lab.docks.transport.loop, LEFT)
    lab.open("sample:shapes")
    lab.open(video)
    assert lab.docks.transport.loop.isChecked() == lab.session.feed.loop


def test_a_video_plays_at_the_speed_chosen(lab, video):
    lab.open(video)
    menu = lab.docks.transport.speed.items
    start, begun = index(lab), perf_counter()
    next(a for a in menu.actions() if a.data() == 4.0).trigger()
    lab.until(lambda: any(shown.run.frame.index >= 34 for shown in lab.painted))
    assert perf_counter() - begun < 0.7 * (34 - start) / FPS


def test_the_histogram_is_that_of_the_frame_that_stays(lab, video):
    paused(lab, video)
    panel = lab.docks.histogram
    lab.until(lambda: panel.curves._histogram is lab.shown.histogram is not None)
    mean = lab.shown.histogram.mean[0]
    assert mean == pytest.approx(lab.result[..., 0].mean())


def test_an_edit_while_paused_works_on_the_frame_that_stays(lab, video):
    paused(lab, video)
    before = lab.result
    lab.add("invert")
    assert (lab.result == 255 - before).all()


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_an_animation_plays_as_a_video(lab, tmp_path, suffix):
    path = tmp_path / f"moving.{suffix}"
    frames = [Pillow.new("RGB", (40, 30), (60 * i, 10, 200)) for i in range(4)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50, loop=0)
    lab.open(path)
    seen = set()

    def all_seen():
        seen.add(index(lab))
        return seen == {0, 1, 2, 3}

    lab.until(all_seen)
    lab.qtbot.mouseClick(lab.docks.transport.play, LEFT)
    lab.settle()
    at = index(lab)
    lab.qtbot.mouseClick(lab.docks.transport.next, LEFT) if at < 3 else None
    lab.until(lambda: index(lab) == min(at + 1, 3))
    assert abs(int(lab.result[0, 0, 0]) - 60 * index(lab)) <= 4


def test_the_pages_of_a_tiff_are_stepped_through(lab, tmp_path):
    path = tmp_path / "pages.tiff"
    pages = [Pillow.fromarray(np.full((20 + i, 30), 50 * i, np.uint8)) for i in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    lab.open(path)
    bar = lab.docks.transport
    assert not bar.play.isVisible()
    assert not lab.window.commands["play"].isEnabled()
    for i in (1, 2):
        lab.qtbot.mouseClick(bar.next, LEFT)
        lab.until(lambda i=i: index(lab) == i)
        lab.settle()
        assert lab.result.shape == (20 + i, 30)
        assert (lab.result == 50 * i).all()
    assert not bar.next.isEnabled()
    assert bar.position.text() == "3 / 3"


def test_the_test_camera_freezes_mirrors_and_changes_its_size(lab):
    lab.open("camera:test:320x240@60")
    bar, commands = lab.docks.transport, lab.window.commands
    assert lab.result.shape == (240, 320, 3)
    assert bar.mirror.isChecked()
    assert commands["mirror"].isChecked()
    lab.until(lambda: "fps" in lab.status.rate.text())

    lab.until(lambda: ball_is_there(lab, mirrored=True))
    lab.qtbot.keyClick(lab.window, Qt.Key.Key_F)
    assert bar.freeze.isChecked()
    lab.settle()
    frame = lab.shown.run.frame
    QTest.qWait(100)
    assert lab.shown.run.frame is frame
    lab.add("invert")
    assert (lab.result == 255 - frame.image).all()
    lab.qtbot.mouseClick(bar.freeze, LEFT)
    assert not commands["freeze"].isChecked()
    lab.until(lambda: index(lab) > frame.index)

    lab.docks.compare.result.setFocus()
    lab.qtbot.keyClick(lab.window, Qt.Key.Key_M)
    assert not bar.mirror.isChecked()
    lab.until(lambda: ball_is_there(lab, mirrored=False))

    menu = bar.size_menu.items
    next(a for a in menu.actions() if a.data() == (640, 480)).trigger()
    lab.until(lambda: lab.result.shape == (480, 640, 3))
    assert lab.session.source.fps == 60  # the rest stays as it was
    assert not lab.session.feed.mirror
    assert "640" in bar.size_menu.text()
    assert lab.ops == ["invert"]


def test_the_frames_number_is_renewed_as_often_as_can_be_read_and_ends_right(lab, monkeypatch):
    lab.open("camera:test:160x120@max")
    bar, told = lab.docks.transport, []
    once = bar.set_position
    monkeypatch.setattr(
        bar, "set_position", lambda at: told.append((perf_counter(), at)) or once(at)
    )
    QTest.qWait(500)
    times = [time for time, _ in told]
    assert len(times) > 2
    assert min(np.diff(times)) > 0.025  # s; frames come every 5 ms or so
    lab.qtbot.keyClick(lab.window, Qt.Key.Key_F)
    lab.settle()
    lab.until(lambda: told[-1][1] == index(lab))


def test_the_test_cameras_rate_is_chosen_beside_its_size(lab, video):
    lab.open("camera:test:320x240@60")
    bar = lab.docks.transport
    assert bar.rate_menu.isVisibleTo(lab.window)
    assert bar.rate_menu.text().startswith("60 fps")
    actions = bar.rate_menu.items.actions()
    assert [a.text() for a in actions if a.isChecked()] == ["60 fps"]
    next(a for a in actions if a.text() == "15 fps").trigger()
    lab.until(lambda: lab.session.source.fps == 15)
    assert lab.session.source.size == (320, 240)
    next(a for a in actions if a.text() == "Unlimited fps").trigger()
    lab.until(lambda: lab.session.source.spec == "camera:test:320x240@max")
    lab.settle_live()
    assert bar.rate_menu.text().startswith("Unlimited fps")
    next(a for a in bar.size_menu.items.actions() if a.data() == (640, 480)).trigger()
    lab.until(lambda: lab.session.source.spec == "camera:test:640x480@max")
    lab.open(video)
    assert not bar.rate_menu.isVisibleTo(lab.window)


def ball_is_there(lab, *, mirrored):
    """Whether the red ball is where the scene's own formula puts it."""
    frame = lab.shown.run.frame
    height, width = frame.image.shape[:2]
    angle = 2 * np.pi * frame.index / 60 / SECONDS_PER_ROUND
    x, y, _ = ball(width, height, angle)
    if mirrored:
        x = width - 1 - x
    return tuple(frame.image[y, x]) == RED


def test_key_c_starts_a_camera(lab):
    lab.docks.compare.result.setFocus()
    lab.qtbot.keyClick(lab.window, Qt.Key.Key_C)
    lab.until(lambda: bool(lab.painted))
    assert lab.session.source.kind == "live"


def test_the_camera_menu_offers_the_test_camera(lab):
    menu = lab.docks.source.camera.items
    menu.aboutToShow.emit()
    lab.until(lambda: menu.actions()[-1].text() == "Test camera")
    menu.actions()[-1].trigger()
    lab.until(lambda: bool(lab.painted))
    assert lab.session.source.title == "Test camera"


def test_frames_of_a_hidden_window_do_not_pile_up(lab):
    lab.open("camera:test:160x120@200")
    lab.window.hide()
    lab.painted.clear()
    alive = weakref.WeakSet()
    lab.session.shown.connect(alive.add)
    serials = []
    lab.session.shown.connect(lambda shown: serials.append(shown.run.frame.index))
    lab.until(lambda: len(serials) > 30)
    assert len(alive) <= 5
    lab.window.show()
    lab.until(lambda: len(lab.painted) > 3)


def test_another_source_may_come_while_a_video_plays(lab, video, grey):
    lab.open(video)
    lab.open(grey[0])
    assert (lab.result == grey[1]).all()
    assert not lab.docks.transport.isVisible()
    QTest.qWait(150)
    assert (lab.result == grey[1]).all()
