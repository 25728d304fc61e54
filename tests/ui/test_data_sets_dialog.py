"""Data sets in the window: found, fetched from a server on loopback, stopped and gone on with."""

import hashlib
import threading

import pytest
from file_server import serving
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from visionlab.deep.data import catalogue
from visionlab.deep.data.catalogue import KnownSet, RemoteFile
from visionlab.runtime.paths import data_sets_folder
from visionlab.runtime.settings import Settings, load_settings
from visionlab.ui import data_sets_dialog
from visionlab.ui.data_sets_dialog import DataSetsDialog


@pytest.fixture
def server(monkeypatch):
    monkeypatch.delenv(catalogue.VARIABLE, raising=False)
    monkeypatch.setenv("no_proxy", "*")
    with serving() as running:
        digest = hashlib.sha256(running.content).hexdigest()
        shapes = KnownSet(
            "shapes", "Shapes", "1 million bytes", "CC0: nobody",
            (RemoteFile("shapes.bin", (running.url,), len(running.content), digest),),
            folders=("shapes",), marks=("shapes.bin",),
        )  # fmt: skip
        monkeypatch.setattr(data_sets_dialog, "SETS", (*catalogue.SETS, shapes))
        yield running


@pytest.fixture
def dialog(server, qtbot):
    settings = Settings()
    dialog = DataSetsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    if server.silent is not None:
        server.silent.set()
    qtbot.waitUntil(lambda: not any(row.line.running for row in dialog.rows.values()))


@pytest.fixture
def shapes(dialog):
    return dialog.rows["shapes"]


def ended(row, qtbot):
    qtbot.waitUntil(lambda: not row.line.running)


def test_every_set_says_what_it_is_where_and_how_large(dialog):
    assert list(dialog.rows) == [*(entry.id for entry in catalogue.SETS), "shapes"]
    assert dialog.rows["sklearn-digits"].place.text() == "Comes with the program"
    assert not dialog.rows["sklearn-digits"].fetch.isVisible()
    tiny = dialog.rows["tiny-imagenet"]
    assert tiny.place.text() == "Not on this computer"
    assert tiny.fetch.text() == "Fetch (248 MB)"
    assert not tiny.open.isVisible()


def test_a_set_is_fetched_and_then_lies_in_its_folder(dialog, shapes, server, qtbot):
    told = []
    dialog.fetched.connect(told.append)
    qtbot.mouseClick(shapes.fetch, Qt.MouseButton.LeftButton)
    assert shapes.fetch.text() == "Stop"
    assert shapes.line.bar.isVisible()
    ended(shapes, qtbot)
    place = data_sets_folder() / "shapes"
    assert (place / "shapes.bin").read_bytes() == server.content
    assert shapes.place.text() == f"In {place}"
    assert shapes.open.isVisible()
    assert not shapes.fetch.isVisible()
    assert told == ["Shapes"]


def test_a_broken_connection_is_a_sentence_and_the_rest_comes_later(dialog, shapes, server, qtbot):
    server.cut = 600_000
    qtbot.mouseClick(shapes.fetch, Qt.MouseButton.LeftButton)
    ended(shapes, qtbot)
    assert "broke off; try again: what is there is kept." in shapes.line.text.text()
    assert shapes.line.text.property("role") == "error"
    assert shapes.fetch.text() == "Go On (0.6 of 1.0 MB)"
    server.cut = None
    qtbot.mouseClick(shapes.fetch, Qt.MouseButton.LeftButton)
    ended(shapes, qtbot)
    assert server.asked[-1][1]["Range"] == "bytes=600000-"
    assert shapes.open.isVisible()


def test_fetching_is_stopped(dialog, shapes, server, qtbot):
    server.silent = threading.Event()
    qtbot.mouseClick(shapes.fetch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(server.asked))
    qtbot.mouseClick(shapes.fetch, Qt.MouseButton.LeftButton)
    assert shapes.line.text.text() == "Stopping…"
    server.silent.set()
    ended(shapes, qtbot)
    assert shapes.line.text.text() == "Stopped."
    assert shapes.place.text() == "Not on this computer"


def test_a_wrong_file_is_thrown_away(dialog, shapes, server, qtbot):
    server.content = b"x" * len(server.content)
    qtbot.mouseClick(shapes.fetch, Qt.MouseButton.LeftButton)
    ended(shapes, qtbot)
    assert "checksum differs" in shapes.line.text.text()
    assert shapes.fetch.text() == "Fetch (1 MB)"


def test_a_closed_dialog_goes_on_fetching(dialog, shapes, server, qtbot):
    server.silent = threading.Event()
    qtbot.mouseClick(shapes.fetch, Qt.MouseButton.LeftButton)
    dialog.reject()
    assert not dialog.isVisible()
    server.silent.set()
    ended(shapes, qtbot)
    dialog.refresh()
    assert shapes.place.text().startswith("In ")


def test_the_persons_own_folder_is_looked_into_and_remembered(dialog, shapes, qtbot, tmp_path,
                                                              monkeypatch):  # fmt: skip
    (tmp_path / "mine" / "shapes").mkdir(parents=True)
    (tmp_path / "mine" / "shapes" / "shapes.bin").touch()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a: str(tmp_path / "mine"))
    qtbot.mouseClick(dialog.choose, Qt.MouseButton.LeftButton)
    assert shapes.place.text() == f"In {tmp_path / 'mine' / 'shapes'}"
    assert dialog.folder.text() == load_settings().data_folder == str(tmp_path / "mine")
    qtbot.mouseClick(dialog.clear, Qt.MouseButton.LeftButton)
    assert shapes.place.text() == "Not on this computer"
    assert load_settings().data_folder == ""


def test_the_folder_of_the_variable_is_named_and_looked_into(dialog, shapes, tmp_path, monkeypatch):
    assert "VISIONLAB_DATA names (not set)" in dialog.note.text()
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "shapes.bin").touch()
    monkeypatch.setenv(catalogue.VARIABLE, str(tmp_path))
    dialog.refresh()
    assert shapes.place.text() == f"In {tmp_path / 'shapes'}"
    assert str(tmp_path) in dialog.note.text()


def test_the_menu_opens_one_dialog_and_opens_it_again(lab):
    lab.do("data_sets")
    (dialog,) = lab.window.findChildren(DataSetsDialog)
    assert dialog.isVisible()
    dialog.reject()
    lab.do("data_sets")
    assert lab.window.findChildren(DataSetsDialog) == [dialog]
    assert dialog.isVisible()
