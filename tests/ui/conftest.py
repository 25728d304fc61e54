"""The whole window, as a person has it before them."""

import numpy as np
import pytest
import shiboken6
from asker import Hand
from form_driver import every_kind, show
from person import Lab
from PIL import Image as Pillow
from PySide6.QtWidgets import QApplication, QFileDialog
from step_cards import CATALOGUE, THREE

from visionlab.operations import catalogue
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings
from visionlab.ui import theme
from visionlab.ui.form import Form
from visionlab.ui.main_window import MainWindow
from visionlab.ui.steps_panel import StepsPanel


@pytest.fixture(autouse=True, scope="session")
def empty_clipboard(qapp):
    """Leave nothing of Python's in the clipboard: Qt would free it after Python has ended."""
    yield
    qapp.clipboard().clear()


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
def hand(lab, qtbot):
    """The window and a hand for the patch."""
    hand = Hand(lab, qtbot)
    yield hand
    hand.end()


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


@pytest.fixture
def contours(lab):
    """The outlines of the sample shapes, the table in front."""
    lab.open("sample:shapes")
    for words in ("convert colour", "otsu", "invert", "contours"):
        lab.add(words)
    lab.docks.docks["table"].raise_()
    lab.until(lambda: lab.docks.table.table() is lab.shown.tables[0])
    return lab


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
def form(qtbot, empty_form):
    empty_form.activateWindow()
    show(qtbot, empty_form, every_kind)
    QApplication.processEvents()
    return empty_form


@pytest.fixture
def edits(form):
    """What the form tells: (name, value) for a change, "end" for the end of an edit."""
    told = []
    form.valueChanged.connect(lambda name, value: told.append((name, value)))
    form.editingFinished.connect(lambda: told.append("end"))
    return told


# The steps


@pytest.fixture
def steps_panel(qtbot):
    """The panel of step cards with three steps."""
    theme.apply()
    panel = StepsPanel(CATALOGUE)
    panel.resize(280, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.set_pipeline(THREE)
    panel.set_selected(1)
    QApplication.processEvents()
    yield panel
    shiboken6.delete(panel)


@pytest.fixture
def wishes(steps_panel):
    """What the panel asks for: (signal, *arguments)."""
    told = []
    for name in ("selected", "toggled", "moved", "duplicated", "removed", "mendRequested"):
        getattr(steps_panel, name).connect(lambda *a, name=name: told.append((name, *a)))
    for name in ("addRequested", "operationDropped", "viewRequested"):
        getattr(steps_panel, name).connect(lambda *a, name=name: told.append((name, *a)))
    return told
