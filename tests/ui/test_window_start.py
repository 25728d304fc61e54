"""How the window begins: with a recipe, with a picture of any kind."""

import json

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import Qt

from visionlab.app import default_pipeline
from visionlab.core import recipe
from visionlab.operations import catalogue

CTRL = Qt.KeyboardModifier.ControlModifier


def test_the_recipe_of_the_start_is_the_file_that_is_saved_to(lab, grey, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.json"
    path.write_text(recipe.dumps(default_pipeline()))
    steps = recipe.load(path, catalogue())
    lab.window.start([str(grey[0])], steps, recipe=path.relative_to(tmp_path))
    lab.settle()
    assert lab.window.windowTitle() == "mine.json – grey.png – VisionLab"
    monkeypatch.chdir("/")
    lab.do("remove_step")
    assert lab.window.windowTitle().startswith("*mine.json")
    lab.key(Qt.Key.Key_S, CTRL)  # no dialog: the place is known
    assert len(json.loads(path.read_text())["steps"]) == len(steps) - 1
    assert not lab.window.windowTitle().startswith("*")


@pytest.mark.parametrize("source", ["grey", "pad:", "sample:camera", "colour"])
def test_the_first_steps_work_on_grey_pictures_too(lab, grey, colour, source):
    lab.window.start([{"grey": str(grey[0]), "colour": str(colour[0])}.get(source, source)],
                     default_pipeline())  # fmt: skip
    lab.until(lambda: bool(lab.painted))
    lab.settle_live() if lab.session.moving else lab.settle()
    assert lab.shown.run.error is None
    assert lab.result.ndim == 2


def test_without_a_source_nothing_is_said_of_work(lab, grey):
    lab.window.start([str(grey[0])], default_pipeline())
    lab.settle()
    lab.until(lambda: "steps" in lab.status.work.text())
    lab.do("close_source")
    assert lab.status.work.text() == ""


def test_stepping_through_a_folder_keeps_the_other_recent_ones(lab, grey, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        Pillow.fromarray(np.full((8, 8), number, np.uint8)).save(folder / f"{number}.png")
    lab.open(grey[0])
    lab.open(folder)
    for number in range(1, 12):
        lab.do("next")
        lab.until(lambda number=number: lab.session.source.title == f"{number}.png")
    assert lab.window.settings.recent == [str(folder / "11.png"), str(grey[0])]
    lab.open(folder / "3.png")  # asked for by name: one more
    assert lab.window.settings.recent[1:] == [str(folder / "11.png"), str(grey[0])]


def test_a_long_name_among_the_recent_ones_loses_its_middle(lab, tmp_path):
    path = tmp_path / ("a long name " * 12 + "end.png")
    Pillow.fromarray(np.zeros((8, 8), np.uint8)).save(path)
    lab.open(path)
    (text,) = (a.text() for a in lab.window._recent_menu.actions() if a.isVisible())
    assert "…" in text
    assert text.endswith("end.png")
    assert lab.window.fontMetrics().horizontalAdvance(text) <= 400
    lab.open("sample:coffee")
    lab.window._recent_menu.actions()[1].trigger()  # it still knows the whole name
    lab.until(lambda: lab.session.source.title == path.name)


def test_the_source_panel_leads_through_a_folder(lab, tmp_path):
    for number in range(3):
        Pillow.fromarray(np.full((8, 8), number, np.uint8)).save(tmp_path / f"{number}.png")
    panel = lab.docks.source
    lab.open(tmp_path)
    assert panel._place.text() == "1 of 3"
    lab.qtbot.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    lab.until(lambda: lab.session.source.title == "1.png")
    assert panel._place.text() == "2 of 3"
    lab.qtbot.mouseClick(panel.previous, Qt.MouseButton.LeftButton)
    lab.until(lambda: lab.session.source.title == "0.png")
    lab.do("close_source")
    assert not panel.next.isVisibleTo(panel)
