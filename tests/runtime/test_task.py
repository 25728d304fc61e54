"""Work in a thread of its own ends in exactly one of three ways, and is told of meanwhile."""

import threading

import pytest

from visionlab.core.errors import Cancelled, DownloadError, ModelError
from visionlab.runtime.task import Task


@pytest.fixture
def run(qtbot):
    """Return a function that runs work to its end and returns all that was told."""
    tasks = []

    def to_the_end(work, meanwhile=None):
        told = []
        task = Task("test", work)
        tasks.append(task)
        task.progressed.connect(lambda *a: told.append(a))
        task.done.connect(lambda result: told.append(("done", result)))
        task.failed.connect(lambda sentence: told.append(("failed", sentence)))
        task.cancelled.connect(lambda: told.append(("cancelled",)))
        task.start()
        assert task.running
        if meanwhile:
            meanwhile(task)
        qtbot.waitUntil(lambda: not task.running)
        return told

    yield to_the_end
    assert all(task.wait(3) for task in tasks)


def test_the_result_comes_last(run):
    def work(tell, cancelled):
        assert threading.current_thread() is not threading.main_thread()
        tell("reading", 0, 3_000_000_000)
        tell("reading", 3_000_000_000, 3_000_000_000)
        return {1: "one"}

    assert run(work) == [
        ("reading", 0, 3_000_000_000), ("reading", 3_000_000_000, 3_000_000_000),
        ("done", {1: "one"}),
    ]  # fmt: skip


def test_an_error_for_people_is_told_as_it_is(run):
    def work(tell, cancelled):
        raise ModelError("This is no model.")

    assert run(work) == [("failed", "This is no model.")]


def test_a_fault_is_logged_and_told_without_its_traceback(run, caplog):
    def work(tell, cancelled):
        raise KeyError("secret")

    ((kind, sentence),) = run(work)
    assert kind == "failed"
    assert "log file" in sentence
    assert "secret" not in sentence
    assert "secret" in caplog.text


def test_work_that_asks_is_stopped(run):
    def work(tell, cancelled):
        while not cancelled():
            pass
        raise Cancelled

    assert run(work, Task.cancel) == [("cancelled",)]


def test_work_that_only_tells_is_stopped_too(run):
    begun = threading.Event()

    def work(tell, cancelled):
        while True:
            begun.set()
            tell("on", 1, 2)

    def meanwhile(task):
        begun.wait(10)
        task.cancel()

    told = run(work, meanwhile)
    assert told[-1] == ("cancelled",)


def test_what_fails_because_it_was_stopped_was_stopped(run):
    def work(tell, cancelled):
        while not cancelled():
            pass
        raise DownloadError("The server does not answer.")

    assert run(work, Task.cancel) == [("cancelled",)]


def test_much_telling_of_the_same_is_thinned_but_the_end_is_told(run):
    def work(tell, cancelled):
        for number in range(20_001):
            tell("bytes", number, 20_000)

    told = run(work)
    assert told[0] == ("bytes", 0, 20_000)
    assert told[-2:] == [("bytes", 20_000, 20_000), ("done", None)]
    assert len(told) < 5_000
