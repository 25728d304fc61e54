"""The window works on while a picture is saved, and closes when it is."""

import os
import threading

import numpy as np
import pytest
from PIL import Image as Pillow


@pytest.fixture
def disk(monkeypatch):
    """A disk that takes what the window writes, and other threads' when `ready` is set."""

    class Disk:
        def __init__(self):
            self.ready = threading.Event()
            self.full = False

        def sync(self, descriptor):
            if threading.current_thread() is not threading.main_thread():
                assert self.ready.wait(20)
                if self.full:
                    raise OSError(28, "No space left on device")
            fsync(descriptor)

    fsync, slow = os.fsync, Disk()
    monkeypatch.setattr(os, "fsync", slow.sync)
    yield slow
    slow.ready.set()


def test_the_window_works_on_while_a_picture_is_saved(lab, grey, answer, disk, tmp_path):
    lab.open(grey[0])
    answer(tmp_path / "result.png")
    lab.do("save_result")
    assert lab.status.message.text() == "Saving result.png…"
    lab.add("invert")
    assert (lab.result == 255 - grey[1]).all()
    assert not (tmp_path / "result.png").exists()
    disk.ready.set()
    lab.until(lambda: lab.status.message.text() == "Saved result.png")
    assert (np.asarray(Pillow.open(tmp_path / "result.png")) == grey[1]).all()


def test_saving_twice_in_a_row_saves_the_later_picture(lab, grey, answer, disk, tmp_path):
    lab.open(grey[0])
    for name in ("same.png", "other.png"):
        answer(tmp_path / name)
        lab.do("save_result")
    lab.add("invert")
    answer(tmp_path / "same.png")
    lab.do("save_result")
    disk.ready.set()
    lab.saved()
    assert (np.asarray(Pillow.open(tmp_path / "other.png")) == grey[1]).all()
    assert (np.asarray(Pillow.open(tmp_path / "same.png")) == 255 - grey[1]).all()
    files = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert files == {"grey.png", "same.png", "other.png"}


def test_closing_waits_for_what_is_being_saved(lab, grey, answer, disk, tmp_path):
    lab.open(grey[0])
    answer(tmp_path / "result.png")
    lab.do("save_result")
    lab.do("quit")
    assert lab.window.isVisible()
    disk.ready.set()
    lab.until(lambda: not lab.window.isVisible())
    assert (np.asarray(Pillow.open(tmp_path / "result.png")) == grey[1]).all()


def test_a_picture_that_was_not_saved_keeps_the_window_open(lab, grey, answer, disk, tmp_path):
    lab.open(grey[0])
    answer(tmp_path / "result.png")
    lab.do("save_result")
    assert not lab.window.close()
    disk.full = True
    disk.ready.set()
    assert "No space left" in lab.refusal()
    assert lab.window.isVisible()
    assert not (tmp_path / "result.png").exists()
    assert lab.window.close()
