import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from visionlab.core.errors import SourceError
from visionlab.core.image import Frame, as_image
from visionlab.core.source import Source
from visionlab.runtime.feed import Feed


class Counting(Source):
    """A source whose pixel values are its frame numbers."""

    def __init__(self, kind="video", count=10, fps=200.0, dies_at=None):
        self.kind, self.count, self.fps = kind, count, fps
        self.title = self.spec = "counting"
        self.at = 0
        self.closed = threading.Event()
        self.reader = None
        self.dies_at = dies_at

    def read(self):
        self.reader = threading.get_ident()
        if self.at == self.dies_at:
            raise SourceError("The camera was unplugged; plug it in and open it again.")
        if self.kind != "live" and self.at >= self.count:
            return None
        if self.kind == "live":
            time.sleep(1 / self.fps)
        self.at += 1
        value = 255 - self.at if self.mirror else self.at
        return Frame(as_image(np.full((2, 2), value % 256, np.uint8)), index=self.at - 1)

    def seek(self, index):
        self.at = index

    def close(self):
        self.closed.set()


class Received:
    def __init__(self, feed_of):
        self.frames = []
        self.feed = feed_of(self.take)
        self.failures = []
        self.feed.failed.connect(self.fail)

    def take(self, feed, frame):
        self.frames.append(frame)

    def fail(self, feed, sentence):
        self.failures.append(sentence)

    @property
    def indices(self):
        return [frame.index for frame in self.frames]


@pytest.fixture
def start(qapp):
    started = []

    def begin(source):
        received = Received(lambda take: Feed(lambda: source, take))
        started.append((received.feed, source))
        received.feed.start()
        return received

    yield begin
    for feed, source in started:
        assert feed.stop()
        assert source.closed.wait(3)


def test_a_still_is_delivered_once_and_pages_on_request(start, qtbot):
    received = start(Counting("still", count=3, fps=0))
    qtbot.waitUntil(lambda: received.feed.newest is not None)
    qtbot.wait(40)
    assert received.feed.newest.index == 0
    assert received.indices == []
    received.feed.seek(2)
    qtbot.waitUntil(lambda: received.indices == [2])


def test_a_video_plays_at_its_rate_and_loops(start, qtbot):
    received = start(Counting(count=10, fps=100))
    begin = time.perf_counter()
    qtbot.waitUntil(lambda: len(received.frames) >= 31)
    assert received.indices[:12] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]
    assert time.perf_counter() - begin >= 0.25


def test_pause_seek_and_play(start, qtbot):
    received = start(Counting(count=1000, fps=200))
    qtbot.waitUntil(lambda: len(received.frames) > 3)
    received.feed.set_playing(False)
    qtbot.wait(30)
    count = len(received.frames)
    qtbot.wait(50)
    assert len(received.frames) == count
    received.feed.seek(500)
    qtbot.waitUntil(lambda: received.indices[-1] == 500)
    received.feed.set_playing(True)
    qtbot.waitUntil(lambda: received.indices[-1] > 505)


def test_a_video_that_does_not_loop_ends_and_can_be_seeked(start, qtbot):
    source = Counting(count=5, fps=500)
    received = Received(lambda take: Feed(lambda: source, take))
    received.feed.loop = False
    with qtbot.waitSignal(received.feed.ended):
        received.feed.start()
    assert received.indices == [1, 2, 3, 4]
    assert not received.feed.playing
    received.feed.seek(1)
    qtbot.waitUntil(lambda: received.indices[-1] == 1)
    assert received.feed.stop()


def test_speed_changes_the_pace(start, qtbot):
    received = start(Counting(count=100000, fps=20))
    received.feed.set_speed(20.0)
    qtbot.waitUntil(lambda: len(received.frames) > 5)
    before = len(received.frames)
    qtbot.wait(300)
    assert len(received.frames) - before > 30


def test_a_frozen_camera_runs_on_unseen(start, qtbot):
    received = start(Counting("live", fps=200))
    qtbot.waitUntil(lambda: len(received.frames) > 3)
    received.feed.set_frozen(True)
    qtbot.wait(20)
    count = len(received.frames)
    qtbot.wait(100)
    assert len(received.frames) == count
    received.feed.set_frozen(False)
    qtbot.waitUntil(lambda: len(received.frames) > count)
    assert received.indices[count] > received.indices[count - 1] + 5


def test_mirror_applies_from_the_next_frame_on(start, qtbot):
    received = start(Counting("live", fps=200))
    qtbot.waitUntil(lambda: len(received.frames) > 2)
    assert received.frames[-1].image[0, 0] < 128
    received.feed.set_mirror(True)
    qtbot.waitUntil(lambda: received.frames[-1].image[0, 0] > 128)


def test_reading_happens_in_the_feeds_own_thread(start, qtbot):
    source = Counting(count=100)
    received = start(source)
    qtbot.waitUntil(lambda: len(received.frames) > 1)
    assert source.reader != threading.get_ident()


def test_a_source_that_cannot_be_opened_says_why(qtbot):
    def absent():
        raise SourceError("There is no camera 7; choose another one.")

    received = Received(lambda take: Feed(absent, take))
    received.feed.start()
    qtbot.waitUntil(lambda: received.failures == ["There is no camera 7; choose another one."])
    assert received.feed.stop()


def test_a_source_that_dies_is_closed_and_says_why(start, qtbot):
    received = start(Counting("live", fps=200, dies_at=5))
    qtbot.waitUntil(lambda: bool(received.failures))
    assert "unplugged" in received.failures[0]
    assert received.indices == [1, 2, 3, 4]


def test_a_fault_in_a_source_gives_a_sentence_and_a_log_entry(qtbot, caplog):
    def broken():
        raise KeyError("inner")

    received = Received(lambda take: Feed(broken, take))
    received.feed.start()
    qtbot.waitUntil(lambda: bool(received.failures))
    assert "log file" in received.failures[0]
    assert "KeyError" in caplog.text
    assert received.feed.stop()


def test_stop_wakes_a_paused_feed(start, qtbot):
    received = start(Counting("still", count=1, fps=0))
    qtbot.waitUntil(lambda: received.feed.newest is not None)
    begin = time.perf_counter()
    assert received.feed.stop()
    assert time.perf_counter() - begin < 1


class Damaged(Counting):
    """A source one of whose frames cannot be read."""

    def read(self):
        if self.at == 2:
            self.at += 1
            raise SourceError("Frame 2 is damaged; go on to another one.")
        return super().read()


def test_a_damaged_page_leaves_the_others(start, qtbot):
    got = start(Damaged("still", count=5, fps=0))
    got.feed.seek(2)
    qtbot.waitUntil(lambda: got.failures == ["Frame 2 is damaged; go on to another one."])
    assert not got.feed.dead
    assert got.feed.position == 2
    got.feed.seek(3)
    qtbot.waitUntil(lambda: got.indices == [3])
    got.feed.seek(1)
    qtbot.waitUntil(lambda: got.indices == [3, 1])


def test_a_damaged_frame_pauses_a_video_and_play_goes_on(start, qtbot):
    got = start(Damaged(count=6))
    qtbot.waitUntil(lambda: len(got.failures) == 1)
    assert not got.feed.playing
    assert got.feed.newest.index == 1
    got.feed.set_playing(True)
    qtbot.waitUntil(lambda: 4 in got.indices)
    assert got.indices[got.indices.index(1) + 1] == 3


def test_the_first_frame_is_shown_as_long_as_any_other(start, qtbot):
    got = start(Counting(count=4, fps=4.0))
    opened = time.perf_counter()
    qtbot.waitUntil(lambda: bool(got.frames))
    assert time.perf_counter() - opened > 0.15  # of 0.25; at once would be a few milliseconds


def test_a_frame_may_say_for_how_long_it_is_shown(start, qtbot):
    class Slow(Counting):
        def read(self):
            frame = super().read()
            return frame and replace(frame, duration=0.3 if frame.index == 1 else 0.01)

    times = []
    got = start(Slow(count=4, fps=100.0))
    got.feed.loop = False
    original = got.feed._deliver
    got.feed._deliver = lambda feed, frame: (
        times.append(time.perf_counter()),
        original(feed, frame),
    )
    qtbot.waitUntil(lambda: got.indices[-1:] == [3], timeout=5000)
    gaps = dict(zip(got.indices[1:], np.diff(times), strict=True))
    assert gaps[2] > 0.25  # after frame 1


def test_play_at_the_last_frame_begins_again_at_once(start, qtbot):
    got = start(Counting(count=5))
    got.feed.loop = False
    got.feed.set_playing(False)
    got.feed.seek(4)
    qtbot.waitUntil(lambda: got.indices[-1:] == [4])
    got.feed.set_playing(True)
    qtbot.waitUntil(lambda: 0 in got.indices[got.indices.index(4) :])
