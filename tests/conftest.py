"""What all tests share."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest

from visionlab.core.image import Frame, as_image
from visionlab.runtime.garbage import collect

gc.disable()


@pytest.fixture(autouse=True)
def garbage_ends_here():
    """Let no other thread collect garbage with Qt's objects in it: it could wait for ever."""
    yield
    collect()


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Keep the program's own files out of the person's folders."""
    monkeypatch.setenv("VISIONLAB_HOME", str(tmp_path / "home"))


@pytest.fixture
def rgb_frame():
    """A small colour picture with structure."""
    y, x = np.mgrid[:48, :64]
    picture = np.stack([x * 4, y * 5, (x // 8 + y // 8) % 2 * 200], axis=2)
    return Frame(as_image(picture.astype(np.uint8)), name="rgb")
