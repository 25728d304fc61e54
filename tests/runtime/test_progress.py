"""When a person is told that a step takes long, with the lane and the clock in our hands."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal

from visionlab.core.pipeline import Step
from visionlab.runtime import progress
from visionlab.runtime.progress import Progress

BLUR, CANNY = Step("blur"), Step("canny")


class Lane(QObject):
    started = Signal()


@pytest.fixture
def watch(qapp, monkeypatch):
    """Return a function that plays jobs and says what was shown every 50 ms.

    A job is a list of (step, milliseconds); None for the lane standing still.
    """

    def play(*jobs, moving):
        clock = SimpleNamespace(ms=1000, job=None)
        lane = Lane()
        lane.running = lambda: None if clock.job is None else (clock.ms - clock.job) / 1000
        work = SimpleNamespace(current=None)
        monkeypatch.setattr(progress, "perf_counter", lambda: clock.ms / 1000)
        watched, seen = Progress(lane, work, SimpleNamespace(moving=moving)), []
        for job in jobs:
            clock.job = None if job is None else clock.ms
            for index, (step, ms) in enumerate(job or [(None, 500)]):
                work.current = step and (index, step)
                for _ in range(ms // 50):
                    clock.ms += 50
                    watched.look()
                    seen.append(watched.working)
        watched.stop()
        return seen

    return play


def names(seen):
    return [working and working.step and working.step.op for working in seen]


def test_a_still_is_told_of_after_a_tenth_of_a_second_and_not_after_the_end(watch):
    seen = watch([(BLUR, 300)], None, moving=False)
    assert names(seen) == [None] + ["blur"] * 5 + [None] * 10
    seconds = [working.seconds for working in seen if working]
    assert (seconds[0], seconds[-1]) == (0.1, 0.3)
    assert seconds == sorted(seconds)


def test_short_jobs_are_never_told_of(watch):
    assert set(watch(*[[(BLUR, 50)]] * 10, None, moving=False)) == {None}
    assert set(watch(*[[(BLUR, 350)]] * 5, None, moving=True)) == {None}


def test_the_sign_stays_while_long_jobs_follow_one_another(watch):
    """As when a slider is dragged, or a live picture takes a second a frame."""
    seen = names(watch(*[[(BLUR, 200)]] * 4, moving=False))
    assert seen == [None] + ["blur"] * 15
    seen = names(watch(*[[(BLUR, 1000)]] * 4, None, None, moving=True))
    assert seen[:7] == [None] * 7
    assert seen[7:80] == ["blur"] * 73
    assert seen[-1] is None


def test_a_short_job_after_a_long_one_is_not_told_of(watch):
    assert set(watch([(BLUR, 300)], None, [(BLUR, 50)], None, moving=False)[6:]) == {None}


def test_each_long_step_is_named_with_its_own_seconds(watch):
    seen = watch([(BLUR, 600), (CANNY, 400)], moving=False)
    assert names(seen)[1:12] == ["blur"] * 11
    assert names(seen)[13:] == ["canny"] * 7
    last = seen[-1]
    assert (last.index, last.seconds) == (1, 0.4)


def test_making_the_picture_ready_has_no_step(watch):
    seen = watch([(BLUR, 200), (None, 300)], moving=False)
    assert names(seen)[-1] is None
    assert seen[-1].seconds == 0.3
