"""Pictures saved beside the window, on a disk that is slow or full of faults."""

import os
import threading

import numpy as np
import pytest
from PIL import Image

from visionlab.runtime.saving import Saver

PICTURES = [np.full((4, 5), value, np.uint8) for value in (10, 20, 30)]


@pytest.fixture
def disk(monkeypatch):
    """An event: nothing is written until it is set."""
    ready, fsync = threading.Event(), os.fsync

    def slow(descriptor):
        assert ready.wait(20)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    yield ready
    ready.set()


@pytest.fixture
def told(qapp):
    """A saver and what it has told."""
    saver, signals = Saver(), []
    for name in ("started", "saved", "failed"):
        getattr(saver, name).connect(lambda what, name=name: signals.append((name, what)))
    yield saver, signals
    assert saver.finish()


def test_pictures_are_written_in_the_order_given(told, disk, tmp_path, qtbot):
    saver, signals = told
    paths = [tmp_path / name for name in ("a.png", "b.png", "a.png")]
    for path, picture in zip(paths, PICTURES, strict=True):
        saver.save(path, picture)
    assert signals == [("started", path) for path in paths]
    assert saver.busy
    disk.set()
    qtbot.waitUntil(lambda: not saver.busy)
    assert signals[3:] == [("saved", path) for path in paths]
    assert np.asarray(Image.open(tmp_path / "a.png"))[0, 0] == 30
    assert np.asarray(Image.open(tmp_path / "b.png"))[0, 0] == 20


def test_the_end_of_the_program_waits_but_not_for_ever(told, disk, tmp_path):
    saver, _ = told
    assert saver.finish()
    for name, picture in zip("abc", PICTURES, strict=True):
        saver.save(tmp_path / f"{name}.png", picture)
    assert not saver.finish(0.01)
    disk.set()
    assert saver.finish()
    assert sorted(path.name for path in tmp_path.glob("?.png")) == ["a.png", "b.png", "c.png"]


def test_a_fault_is_told_in_a_sentence_and_the_next_picture_is_saved(told, tmp_path, qtbot):
    saver, signals = told
    saver.save(tmp_path / "nowhere" / "a.png", PICTURES[0])
    saver.save(tmp_path / "b.png", np.zeros((2, 2, 7), np.uint8))  # which no picture can be
    saver.save(tmp_path / "c.png", PICTURES[0])
    qtbot.waitUntil(lambda: not saver.busy)
    (one, folder), (two, fault), (three, path) = signals[3:]
    assert (one, two, three) == ("failed", "failed", "saved")
    assert "There is no folder" in folder
    assert "b.png" in fault
    assert fault.endswith("see Help, Show Log File.")
    assert path == tmp_path / "c.png"
    assert not (tmp_path / "b.png").exists()
