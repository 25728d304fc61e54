"""Pictures come in: dropped, pasted, by folder, from the gallery, from the recent ones."""

import numpy as np
import pytest
from person import mime
from PIL import Image as Pillow
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLineEdit

from visionlab.core import recipe
from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue
from visionlab.sources import samples

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def folder(tmp_path):
    """Three pictures of one value each: 1, 2 and 10, in the order in which a person counts."""
    place = tmp_path / "pictures"
    place.mkdir()
    for value in (10, 2, 1):
        flat = np.full((30, 40), value, np.uint8)
        Pillow.fromarray(flat).save(place / f"picture{value}.png")
    (place / "notes.txt").write_text("no picture")
    return place


def value(lab):
    """Return the one value of the picture on the screen."""
    assert lab.result.min() == lab.result.max()
    return int(lab.result.flat[0])


def wait_for(lab, wanted):
    lab.until(lambda: bool(lab.painted) and lab.result.flat[0] == wanted)
    lab.settle()


@pytest.mark.parametrize(
    "panel", ["compare", "operations", "steps", "form", "source", "histogram", "table", "status"]
)
def test_a_file_may_be_dropped_anywhere(lab, folder, panel):
    assert lab.drop(folder / "picture2.png", on=getattr(lab.docks, panel))
    wait_for(lab, 2)


def test_several_files_dropped_are_stepped_through(lab, folder, colour):
    assert lab.drop(folder / "picture10.png", colour[0], folder / "picture1.png")
    wait_for(lab, 10)
    lab.key(Qt.Key.Key_PageDown)
    lab.until(lambda: lab.shown.run.frame.name == "colour.png")
    lab.key(Qt.Key.Key_PageDown)
    wait_for(lab, 1)
    lab.key(Qt.Key.Key_PageDown)  # round and round
    wait_for(lab, 10)


def test_a_folder_dropped_is_stepped_through_both_ways(lab, folder):
    assert lab.drop(folder)
    wait_for(lab, 1)
    for key, wanted in ((Qt.Key.Key_PageDown, 2), (Qt.Key.Key_PageDown, 10)):
        lab.key(key)
        wait_for(lab, wanted)
    lab.key(Qt.Key.Key_PageUp)
    wait_for(lab, 2)


def test_a_file_opened_is_stepped_through_with_its_folder(lab, folder, monkeypatch):
    monkeypatch.chdir(folder)
    lab.open("picture2.png")
    lab.key(Qt.Key.Key_PageDown)
    wait_for(lab, 10)
    lab.key(Qt.Key.Key_PageUp)
    lab.key(Qt.Key.Key_PageUp)  # faster than a picture opens
    wait_for(lab, 1)


def test_a_damaged_picture_in_a_folder_is_passed(lab, folder):
    (folder / "picture2.png").write_bytes(b"\x89PNG\r\n\x1a\n and nothing more")
    lab.open(folder / "picture1.png")
    lab.key(Qt.Key.Key_PageDown)
    assert "picture2.png" in lab.refusal()
    assert value(lab) == 1
    lab.key(Qt.Key.Key_PageDown)
    wait_for(lab, 10)
    assert lab.status.message.text() == ""


def test_a_source_alone_has_no_next_one(lab, grey):
    lab.open("sample:shapes")
    assert not lab.window.commands["next"].isEnabled()
    lab.open(grey[0])
    assert not lab.window.commands["next"].isEnabled()


def test_a_recipe_dropped_becomes_the_steps(lab, grey, tmp_path):
    path = tmp_path / "dark.json"
    path.write_text(recipe.dumps(Pipeline((Step.of(catalogue()["invert"]),))))
    lab.open(grey[0])
    assert lab.drop(path)
    lab.settle()
    assert (lab.result == 255 - grey[1]).all()
    assert lab.window.windowTitle().startswith("dark.json")


def test_a_picture_and_files_are_pasted(lab, folder):
    picture = QImage(20, 10, QImage.Format.Format_RGB32)
    picture.fill(0xFF204060)
    QGuiApplication.clipboard().setImage(picture)
    lab.key(Qt.Key.Key_V, CTRL)
    lab.until(lambda: bool(lab.painted))
    assert lab.result.shape == (10, 20, 3)
    assert (lab.result == (0x20, 0x40, 0x60)).all()
    assert "Pasted picture" in lab.window.windowTitle()
    assert lab.window.settings.recent == []  # it cannot be opened again
    QGuiApplication.clipboard().setMimeData(mime(folder / "picture10.png"))
    lab.key(Qt.Key.Key_V, CTRL)
    wait_for(lab, 10)


def test_a_picture_dragged_from_a_browser_is_taken_rather_than_its_address(lab):
    picture = QImage(20, 10, QImage.Format.Format_RGB32)
    picture.fill(0xFF204060)
    data = mime(QUrl("https://pictures.invalid/cat.png"))
    data.setImageData(picture)
    assert lab.window.sources.open_mime(data, "Dropped picture")
    lab.until(lambda: bool(lab.painted))
    assert (lab.result == (0x20, 0x40, 0x60)).all()


@pytest.mark.parametrize("kind", ["nothing", "text", "no address"])
def test_a_clipboard_without_a_picture_is_explained(lab, kind):
    data = QMimeData()
    if kind == "text":
        data.setText("a cat")
    elif kind == "no address":
        data.setData("text/uri-list", b"")
    QGuiApplication.clipboard().setMimeData(data)
    lab.key(Qt.Key.Key_V, CTRL)
    assert "clipboard" in lab.refusal()


def test_every_sample_of_the_menu_opens(lab):
    menu = lab.docks.source.sample.items
    assert len(menu.actions()) == len(samples()) >= 20
    for action in menu.actions():
        before = lab.session.source
        action.trigger()
        lab.until(lambda before=before: lab.session.source is not before)
        lab.settle()
        assert lab.session.source.spec == action.data()
        assert lab.shown.run.frame.name == action.text()
        assert not lab.status.message.is_error()


def test_recent_sources_by_menu_and_keys(lab, folder, grey):
    recent = lab.window._recent_menu
    assert not recent.isEnabled()
    lab.open(folder / "picture1.png")
    lab.open(grey[0])
    lab.open("sample:shapes")
    texts = [action.text() for action in recent.actions() if action.isVisible()]
    assert [text[-8:] for text in texts] == ["e:shapes", "grey.png", "ure1.png"]
    assert lab.window.settings.recent[1:] == [str(grey[0]), str(folder / "picture1.png")]
    lab.key(Qt.Key.Key_3, CTRL)
    wait_for(lab, 1)
    assert lab.window.settings.recent[0] == str(folder / "picture1.png")
    lab.key(Qt.Key.Key_9, CTRL)  # there are only three
    wait_for(lab, 1)


def test_a_recent_file_that_is_gone_is_explained(lab, folder):
    lab.open(folder / "picture1.png")
    lab.open("sample:shapes")
    (folder / "picture1.png").unlink()
    lab.key(Qt.Key.Key_2, CTRL)
    assert "picture1.png" in lab.refusal()
    assert lab.session.source.title == "Shapes"


def test_pictures_and_a_folder_are_chosen_in_the_desktops_dialogs(lab, folder, answer):
    answer(folder / "picture10.png")
    lab.qtbot.mouseClick(lab.docks.source.picture, LEFT)
    wait_for(lab, 10)
    answer(folder)
    lab.qtbot.mouseClick(lab.docks.source.folder, LEFT)
    wait_for(lab, 1)
    answer("")  # the dialog was cancelled
    lab.do("open_files")
    lab.do("open_folder")
    wait_for(lab, 1)


@pytest.mark.parametrize("accepted", [True, False])
def test_an_address_is_typed(lab, accepted):
    def type_it():
        dialog = QApplication.activeModalWidget()
        line = dialog.findChild(QLineEdit)
        line.selectAll()
        lab.qtbot.keyClicks(line, " camera:test:160x120 ")
        lab.qtbot.keyClick(line, Qt.Key.Key_Return if accepted else Qt.Key.Key_Escape)

    QTimer.singleShot(0, type_it)
    lab.do("open_address")
    if accepted:
        lab.until(lambda: bool(lab.painted))
        assert lab.result.shape[:2] == (120, 160)
    else:
        assert lab.session.idle()
        assert lab.session.source is None


def test_close_source_leaves_the_steps_and_says_what_to_do(lab, grey):
    assert not lab.window.commands["close_source"].isEnabled()
    lab.open(grey[0])
    lab.add("contours")
    lab.key(Qt.Key.Key_W, CTRL)
    assert lab.session.source is None
    assert lab.ops == ["find_contours"]
    canvas = lab.docks.compare.original
    assert canvas.picture_size.isEmpty()
    assert "Ctrl+O" in canvas.accessibleDescription()
    assert lab.docks.table.table() is None
    assert lab.window.windowTitle() == "*VisionLab"
    lab.open(grey[0])
    lab.until(lambda: lab.docks.table.table() is lab.shown.tables[0])
