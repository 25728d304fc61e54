"""The whole window, as a person has it before them."""

import numpy as np
import pytest
import shiboken6
from form_driver import every_kind
from person import Lab
from PIL import Image as Pillow
from PySide6.QtWidgets import QApplication, QFileDialog

from visionlab.operations import catalogue
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings
from visionlab.ui import theme
from visionlab.ui.form import Form
from visionlab.ui.main_window import MainWindow


@pytest.fixture
def make_window(qapp):
    """Return a function that opens the real window, with settings as they were left."""
    theme.set_scheme("light")
    windows = []

    def make(settings=None):
        session = Session(catalogue())
        window = MainWindow(session, settings or Settings(scheme="light"))
        windows.append(window)
        window.show()
        window.activateWindow()
        return window

    yield make
    for window in windows:
        assert window.session.close()
        # Widgets left over would be styled anew by every test that follows.
        shiboken6.delete(window)


@pytest.fixture
def window(make_window):
    """The real window, off screen, without a source."""
    return make_window()


@pytest.fixture
def lab(window, qtbot):
    """The window and hands to work it."""
    return Lab(window, qtbot)


@pytest.fixture
def answer(monkeypatch):
    """Return a function that says what a person answers to the desktop's file dialogs."""

    def give(path):
        for name in ("getSaveFileName", "getOpenFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *a, **k: (str(path), ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([str(path)], ""))
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(path))

    return give


@pytest.fixture
def grey(tmp_path):
    """A file with a smooth grey picture that has edges of every strength."""
    y, x = np.mgrid[:120, :160]
    picture = (127 + 90 * np.sin(x / 9.0) * np.cos(y / 7.0) + (x > 80) * 30).astype(np.uint8)
    path = tmp_path / "grey.png"
    Pillow.fromarray(picture).save(path)
    return path, picture


@pytest.fixture
def colour(tmp_path):
    """A file with a colour picture."""
    y, x = np.mgrid[:120, :160]
    planes = (x * 255 // 159, y * 255 // 119, (x // 20 + y // 20) % 2 * 200)
    picture = np.stack(planes, axis=2).astype(np.uint8)
    path = tmp_path / "colour.png"
    Pillow.fromarray(picture).save(path)
    return path, picture


# The form


@pytest.fixture
def empty_form(qtbot):
    theme.apply()
    form = Form()
    form.resize(280, 1000)
    with qtbot.waitExposed(form):
        form.show()
    yield form
    shiboken6.delete(form)  # at once: many left for later would slow each other down


@pytest.fixture
def form(empty_form):
    empty_form.activateWindow()
    empty_form.set_operation(every_kind, {})
    QApplication.processEvents()
    return empty_form


@pytest.fixture
def edits(form):
    """What the form tells: (name, value) for a change, "end" for the end of an edit."""
    told = []
    form.valueChanged.connect(lambda name, value: told.append((name, value)))
    form.editingFinished.connect(lambda: told.append("end"))
    return told
