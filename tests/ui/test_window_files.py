"""What a person makes is saved: recipes, pictures, tables, views; and nothing is lost unasked."""

import csv
import json

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
Button = QMessageBox.StandardButton


@pytest.fixture
def asked(monkeypatch):
    """Return a list of the questions asked; the person answers what `asked.answer` says."""

    class Asked(list):
        answer = Button.Cancel

    questions = Asked()

    def question(parent, title, text, *_):
        questions.append(text)
        return questions.answer

    monkeypatch.setattr(QMessageBox, "question", question)
    return questions


def test_an_8_bit_result_is_saved_exactly(lab, colour, answer, tmp_path):
    path, picture = colour
    lab.open(path)
    lab.add("invert")
    answer(tmp_path / "result.png")
    lab.key(Qt.Key.Key_E, CTRL)
    lab.until(lambda: "Saved result.png" in lab.status.message.text())
    assert (np.asarray(Pillow.open(tmp_path / "result.png")) == 255 - picture).all()
    assert not lab.status.message.is_error()


def test_a_float_result_is_saved_exactly_as_tiff(lab, grey, answer, tmp_path):
    lab.open(grey[0])
    lab.add("laplacian")
    assert lab.result.dtype == np.float32
    assert lab.result.min() < 0
    answer(tmp_path / "result.tiff")
    lab.do("save_result")
    lab.saved()
    saved = np.asarray(Pillow.open(tmp_path / "result.tiff"))
    assert saved.dtype == np.float32
    assert (saved == lab.result).all()


def test_a_result_without_an_ending_becomes_a_png(lab, grey, answer, tmp_path):
    lab.open(grey[0])
    answer(tmp_path / "v1.2 result")
    lab.do("save_result")
    lab.saved()
    assert (np.asarray(Pillow.open(tmp_path / "v1.2 result.png")) == grey[1]).all()


def test_a_recipes_name_keeps_its_dots(lab, answer, tmp_path):
    lab.add_unseen("invert")
    (tmp_path / "edges.json").write_text("precious")
    answer(tmp_path / "edges.v2")
    lab.do("save_recipe")
    assert (tmp_path / "edges.json").read_text() == "precious"
    assert json.loads((tmp_path / "edges.v2.json").read_text())["steps"][0]["op"] == "invert"


def test_an_ending_that_was_added_overwrites_nothing_unasked(lab, answer, asked, tmp_path):
    lab.add_unseen("invert")
    taken = tmp_path / "edges.json"
    taken.write_text("precious")
    answer(tmp_path / "edges")  # the desktop's dialog asked about this name only
    lab.do("save_recipe")
    assert "edges.json" in asked[0]
    assert taken.read_text() == "precious"
    asked.answer = Button.Yes
    lab.do("save_recipe")
    assert json.loads(taken.read_text())["visionlab"] == 1


def test_a_table_is_saved_as_csv(lab, answer, tmp_path):
    lab.open("sample:shapes")
    for words in ("convert colour", "otsu", "contours"):
        lab.add(words)
    table = lab.shown.tables[0]
    lab.until(lambda: lab.docks.table.table() is table)
    answer(tmp_path / "shapes.csv")
    lab.do("save_table")
    with (tmp_path / "shapes.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    assert tuple(head) == table.columns
    assert len(rows) == len(table.rows) > 0
    numbers = [[float(cell) for cell in row] for row in rows]
    assert np.allclose(numbers, np.array(table.rows, float))


def test_without_a_table_there_is_none_to_save(lab, grey):
    lab.open(grey[0])
    assert not lab.window.commands["save_table"].isEnabled()


def test_copy_view_copies_what_is_seen(lab, grey):
    lab.open(grey[0])
    lab.key(Qt.Key.Key_C, CTRL)
    image = QGuiApplication.clipboard().image()
    assert image.size() == lab.docks.compare.size()
    assert "clipboard" in lab.status.message.text()


def test_rows_are_copied_from_the_table_that_has_the_keyboard(lab):
    lab.open("sample:shapes")
    for words in ("convert colour", "otsu", "contours"):
        lab.add(words)
    lab.docks.docks["table"].raise_()
    lab.until(lambda: lab.docks.table.table() is lab.shown.tables[0])
    lab.docks.table.view.selectRow(0)
    lab.docks.table.view.setFocus()
    lab.key(Qt.Key.Key_C, CTRL)
    area = lab.shown.tables[0].rows[0][0]
    assert QGuiApplication.clipboard().text().split("\t")[0] == str(area)


def test_a_view_is_saved_and_opened_as_the_picture(lab, grey, answer, tmp_path):
    lab.open(grey[0])
    lab.docks.docks["views"].raise_()
    lab.add("frequency")
    lab.until(lambda: lab.docks.views.view() is not None)
    view = lab.docks.views.view()
    answer(tmp_path / "view.tiff")
    lab.qtbot.mouseClick(lab.docks.views.save, LEFT)
    lab.saved()
    saved = cv2.imread(str(tmp_path / "view.tiff"), cv2.IMREAD_UNCHANGED)
    assert (saved == view.values).all()
    before = lab.session.source
    lab.qtbot.mouseClick(lab.docks.views.open, LEFT)
    lab.until(lambda: lab.session.source is not before)
    lab.settle()
    assert (lab.shown.original.values == view.values).all()
    assert view.name in lab.window.windowTitle()


@pytest.mark.parametrize("command", ["save_recipe", "save_result", "save_table"])
def test_a_cancelled_dialog_changes_nothing(lab, answer, command):
    lab.open("sample:shapes")
    for words in ("convert colour", "otsu", "contours"):
        lab.add(words)
    lab.until(lambda: lab.docks.table.table() is not None)
    answer("")
    lab.do(command)
    assert lab.editor.modified
    assert not lab.status.message.is_error()


@pytest.mark.parametrize("command", ["save_recipe", "save_result", "save_table"])
def test_a_place_that_takes_no_file_is_explained(lab, answer, tmp_path, command):
    lab.open("sample:shapes")
    for words in ("convert colour", "otsu", "contours"):
        lab.add(words)
    lab.until(lambda: lab.docks.table.table() is not None)
    (tmp_path / "file").write_text("")
    endings = {"save_recipe": "json", "save_result": "png", "save_table": "csv"}
    answer(tmp_path / "file" / f"below.{endings[command]}")
    lab.do(command)
    lab.refusal()
    assert lab.editor.modified


def test_an_unknown_picture_format_is_explained(lab, grey, answer, tmp_path):
    lab.open(grey[0])
    answer(tmp_path / "result.xyz")
    lab.do("save_result")
    assert ".png" in lab.refusal()


def test_a_write_protected_file_is_kept_and_explained(lab, grey, answer, tmp_path):
    lab.open(grey[0])
    kept = tmp_path / "kept.png"
    kept.write_bytes(b"keep")
    kept.chmod(0o444)
    answer(kept)
    lab.do("save_result")
    assert "write-protected" in lab.refusal()
    kept.chmod(0o644)
    assert kept.read_bytes() == b"keep"


# Which file the steps are saved to


def recipe_of(*ops):
    return json.dumps({"visionlab": 1, "steps": [{"op": op} for op in ops]})


def ops_in(path):
    return [step["op"] for step in json.loads(path.read_text())["steps"]]


@pytest.fixture
def two_recipes(lab, tmp_path):
    """Two recipes, opened one after the other."""
    paths = tmp_path / "a.json", tmp_path / "b.json"
    for path, op in zip(paths, ("invert", "canny"), strict=True):
        path.write_text(recipe_of(op))
        lab.window.recipes.open(str(path))
    return paths


def test_steps_that_undo_brings_back_are_saved_to_their_own_file(lab, two_recipes):
    a, b = two_recipes
    lab.key(Qt.Key.Key_Z, CTRL)
    assert lab.ops == ["invert"]
    assert lab.window.windowTitle().startswith("a.json")
    lab.editor.add("median_blur")
    lab.key(Qt.Key.Key_S, CTRL)
    assert ops_in(a) == ["invert", "median_blur"]
    assert ops_in(b) == ["canny"]


def test_redo_goes_back_to_the_later_file(lab, two_recipes):
    a, b = two_recipes
    lab.key(Qt.Key.Key_Z, CTRL)
    lab.key(Qt.Key.Key_Y, CTRL)
    assert lab.window.windowTitle().startswith("b.json")
    lab.editor.add("median_blur")
    lab.key(Qt.Key.Key_S, CTRL)
    assert ops_in(a) == ["invert"]
    assert ops_in(b) == ["canny", "median_blur"]


def test_steps_that_are_in_no_file_are_asked_for_one_after_undo_too(lab, answer, tmp_path):
    lab.editor.add("invert")
    lab.editor.mark_saved()
    other = tmp_path / "other.json"
    other.write_text(recipe_of("canny"))
    lab.window.recipes.open(str(other))
    lab.key(Qt.Key.Key_Z, CTRL)
    answer(tmp_path / "mine.json")
    lab.key(Qt.Key.Key_S, CTRL)
    assert ops_in(other) == ["canny"]
    assert ops_in(tmp_path / "mine.json") == ["invert"]


def test_undo_after_save_as_stays_with_the_new_file(lab, two_recipes, answer, tmp_path):
    _, b = two_recipes
    lab.editor.add("median_blur")
    answer(tmp_path / "c.json")
    lab.do("save_recipe_as")
    lab.key(Qt.Key.Key_Z, CTRL)
    assert lab.window.windowTitle().startswith("*c.json")
    lab.key(Qt.Key.Key_S, CTRL)
    assert ops_in(tmp_path / "c.json") == ops_in(b) == ["canny"]


# Unsaved steps


def test_an_unchanged_recipe_is_not_asked_about(lab, asked):
    assert lab.window.close()
    assert asked == []


def test_cancel_keeps_the_window_open(lab, grey, asked):
    lab.open(grey[0])
    lab.add("invert")
    assert not lab.window.close()
    assert len(asked) == 1
    assert lab.window.isVisible()
    lab.add("median")  # and the window goes on working
    assert lab.ops == ["invert", "median_blur"]


def test_discard_closes_without_saving(lab, asked):
    lab.add_unseen("invert")
    asked.answer = Button.Discard
    assert lab.window.close()


def test_save_saves_and_closes(lab, asked, answer, tmp_path):
    lab.add_unseen("invert")
    asked.answer = Button.Save
    answer(tmp_path / "kept.json")
    assert lab.window.close()
    assert json.loads((tmp_path / "kept.json").read_text())["steps"][0]["op"] == "invert"


def test_save_that_was_cancelled_keeps_the_window_open(lab, asked, answer):
    lab.add_unseen("invert")
    asked.answer = Button.Save
    answer("")
    assert not lab.window.close()


@pytest.mark.parametrize("command", ["new_recipe", "open_recipe"])
def test_other_steps_are_asked_about_too(lab, asked, answer, tmp_path, command):
    other = tmp_path / "other.json"
    other.write_text('{"visionlab": 1, "steps": []}')
    answer(other)
    lab.add_unseen("invert")
    lab.do(command)
    assert len(asked) == 1
    assert lab.ops == ["invert"]
    asked.answer = Button.Discard
    lab.do(command)
    assert lab.ops == []


def test_undo_back_to_the_saved_steps_is_no_change(lab, asked):
    lab.add_unseen("invert")
    lab.key(Qt.Key.Key_Z, CTRL)
    assert lab.window.close()
    assert asked == []
