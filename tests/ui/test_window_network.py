"""The network in the whole window: real models, a real camera scene, a digit drawn by hand."""

import math
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from visionlab.runtime.kept import kept_in
from visionlab.runtime.paths import kept_folder
from visionlab.ui.kept_dialog import KeptDialog

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SECONDS_30 = 30_000  # for the first import of PyTorch on a busy machine


@pytest.fixture
def network(lab, qtbot):
    """Return the window's network lane with its panel open."""
    lab.window.commands["show_network"].trigger()
    yield lab.window.session.network
    lab.window.session.network.want(False)  # a running camera would keep it busy
    qtbot.waitUntil(lab.window.session.network.idle, timeout=SECONDS_30)


def answered(network, qtbot, about=lambda answer: True):
    def there():
        return network.last is not None and about(network.last)

    qtbot.waitUntil(there, timeout=SECONDS_30)
    return network.last


def stroke(lab, *places, button=LEFT):
    """Drag over the pad along `places`, given in its pixels."""
    canvas = lab.window.docks.compare.original
    frame = canvas.frame_of(canvas)
    place = canvas.view.place(frame)
    at = [place.to_widget(x + 0.5, y + 0.5).toPoint() for x, y in places]
    QTest.mousePress(canvas, button, pos=at[0])
    for point in at[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, button, pos=at[-1])


def open_pad(lab, qtbot):
    lab.window.commands["open_pad"].trigger()
    qtbot.waitUntil(lambda: lab.window.session.source is not None)
    qtbot.waitUntil(lab.window.session.idle)


def choose(panel, model):
    panel.model.setCurrentIndex(panel.model.findData(model))


def circle(x, y, radius):
    angles = [math.tau * i / 40 - math.pi / 2 for i in range(41)]
    return [(x + radius * math.cos(a), y + 1.3 * radius * math.sin(a)) for a in angles]


@pytest.mark.parametrize(
    ("digit", "strokes"),
    [
        ("1", [[(140, 60), (140, 220)]]),
        ("0", [circle(140, 140, 60)]),
        ("7", [[(80, 70), (200, 70), (130, 220)]]),
        ("4", [[(100, 60), (80, 150), (200, 150)], [(175, 60), (175, 230)]]),
    ],
)
def test_a_digit_drawn_with_the_mouse_is_read(lab, network, qtbot, digit, strokes):
    panel = lab.window.docks.network
    choose(panel, "digits")
    open_pad(lab, qtbot)
    for line in strokes:
        dense = [
            (a[0] + (b[0] - a[0]) * t / 10, a[1] + (b[1] - a[1]) * t / 10)
            for a, b in pairwise(line)
            for t in range(11)
        ]
        stroke(lab, *dense)
    qtbot.waitUntil(lab.window.session.idle)
    answered(network, qtbot, lambda a: network.idle() and a.prediction.model_id == "digits")
    # The empty pad has an answer too: wait for that of the drawing.
    qtbot.waitUntil(lambda: panel.preview.seen() is not None and panel.preview.seen().max() > 200)
    qtbot.waitUntil(lambda: panel.bars.bars() and panel.bars.bars()[0].label == digit)
    assert network.last.top(1)[0].probability > 0.5
    seen = panel.preview.seen()
    assert seen.shape == (28, 28)
    assert seen[0].max() < 20  # a dark border, as MNIST has


def test_the_pad_leads_to_the_network_that_reads_digits(lab, qtbot):
    network, panel = lab.window.session.network, lab.window.docks.network
    choose(panel, "pictures")
    panel.of.setCurrentIndex(panel.of.findData("result"))
    open_pad(lab, qtbot)
    stroke(lab, *[(140, y) for y in range(60, 221, 20)])
    qtbot.mouseClick(lab.window.docks.pad.read, LEFT)
    assert lab.window.docks.is_open("network")
    answer = answered(network, qtbot, lambda a: a.prediction.model_id == "digits")
    assert answer.picture.name == lab.window.session.last.original.name
    assert panel.model.currentData() == "digits"
    assert panel.of.currentData() == "original"
    qtbot.waitUntil(network.idle, timeout=SECONDS_30)


def test_strokes_are_where_the_mouse_was_and_the_right_button_wipes(lab, qtbot):
    open_pad(lab, qtbot)
    stroke(lab, (60, 100), (150, 100), (220, 100))
    picture = lambda: lab.window.session.last.original.values  # noqa: E731
    qtbot.waitUntil(lambda: picture()[100, 150] == 255)
    assert picture()[100, 60] == 255
    assert picture()[130, 150] == 0
    stroke(lab, (140, 100), (150, 100), button=RIGHT)
    qtbot.waitUntil(lambda: picture()[100, 145] == 0)
    assert picture()[100, 60] == 255
    lab.window.docks.pad.clear.click()
    qtbot.waitUntil(lambda: not picture().any())


def test_the_tools_are_there_only_while_the_pad_is(lab, qtbot, grey):
    bar = lab.window.docks.pad
    assert not bar.isVisible()
    assert bar.minimumSizeHint().width() < 400  # the panels beside it keep their width
    open_pad(lab, qtbot)
    assert bar.isVisible()
    lab.window.sources.open(str(grey[0]))
    qtbot.waitUntil(lambda: not bar.isVisible())
    canvas = lab.window.docks.compare.original
    before = canvas.view.place(canvas.frame_of(canvas))
    QTest.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(160, 130))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(160, 130))
    assert canvas.view.place(canvas.frame_of(canvas)) != before  # dragging pans again


def test_predictions_of_the_test_camera_keep_coming(lab, network, qtbot):
    lab.window.sources.open("camera:test:320x240@30")
    first = answered(network, qtbot)
    frames = {first.picture.values.tobytes()}

    def several():
        frames.add(network.last.picture.values.tobytes())
        return len(frames) >= 5

    qtbot.waitUntil(several, timeout=SECONDS_30)
    assert network.last.rate > 0
    assert sum(network.last.smoothed) == pytest.approx(1, abs=1e-4)
    assert lab.window.docks.network.bars.bars()


def test_a_closed_panel_costs_nothing(lab, network, qtbot):
    lab.window.sources.open("camera:test:320x240@30")
    answered(network, qtbot)
    lab.window.docks.docks["histogram"].raise_()
    qtbot.waitUntil(network.idle)
    last = network.last
    count = lab.window.session.last
    qtbot.waitUntil(lambda: lab.window.session.last is not count)
    qtbot.wait(200)
    assert network.last is last


def test_a_panel_behind_another_shows_the_newest_answer_when_it_comes_back(lab, network, qtbot):
    docks = lab.window.docks
    lab.window.sources.open("camera:test:320x240@30")
    answered(network, qtbot)
    docks.docks["histogram"].raise_()
    qtbot.waitUntil(lambda: not docks.is_open("network"))
    former = docks.network.preview.grab().toImage()
    lab.window.commands["explain"].setChecked(True)
    seen = network.last
    answered(network, qtbot, lambda answer: answer is not seen)
    at = network.last
    answered(network, qtbot, lambda answer: answer is not at)
    assert docks.network.preview.grab().toImage() == former
    lab.window.commands["freeze"].trigger()
    qtbot.waitUntil(network.idle, timeout=SECONDS_30)
    lab.window.commands["show_network"].trigger()
    qtbot.waitUntil(lambda: docks.is_open("network"))
    qtbot.waitUntil(network.idle, timeout=SECONDS_30)
    longest = max(bar.probability for bar in docks.network.bars.bars())
    assert longest == pytest.approx(max(network.last.smoothed), abs=1e-6)


def test_another_model_answers_about_the_same_picture(lab, network, qtbot, grey):
    lab.window.sources.open(str(grey[0]))
    panel = lab.window.docks.network
    choose(panel, "digits")
    first = answered(network, qtbot, lambda a: a.prediction.model_id == "digits")
    choose(panel, "clothing")
    second = answered(network, qtbot, lambda a: a.prediction.model_id == "clothing")
    assert second.picture is first.picture
    assert len(second.prediction.labels) == 10
    assert panel.search.completer().model().stringList() == list(second.prediction.labels)


def test_the_result_is_classified_where_that_is_chosen(lab, network, qtbot, grey):
    lab.window.sources.open(str(grey[0]))
    panel = lab.window.docks.network
    choose(panel, "digits")
    answered(network, qtbot)
    lab.window.session.editor.add("invert")
    panel.of.setCurrentIndex(panel.of.findData("result"))
    answer = answered(network, qtbot, lambda a: np.array_equal(a.picture.values, 255 - grey[1]))
    assert answer.prediction.model_id == "digits"


def test_a_class_is_found_by_a_part_of_its_name(lab, network, qtbot, grey):
    lab.window.sources.open(str(grey[0]))
    panel = lab.window.docks.network
    choose(panel, "clothing")
    answered(network, qtbot, lambda a: a.prediction.model_id == "clothing")
    qtbot.waitUntil(lambda: bool(panel.bars.bars()))
    panel.search.setText("boot")
    assert [bar.label for bar in panel.bars.bars() if bar.pinned] == ["ankle boot"]
    panel.search.clear()
    assert not any(bar.pinned for bar in panel.bars.bars())


def test_a_search_that_finds_no_class_says_so(lab, network, qtbot, grey):
    lab.window.sources.open(str(grey[0]))
    panel = lab.window.docks.network
    choose(panel, "clothing")
    answered(network, qtbot, lambda a: a.prediction.model_id == "clothing")
    qtbot.waitUntil(lambda: bool(panel.bars.bars()))
    panel.search.setText("hat")
    assert panel._notice.isVisible()
    assert panel._notice.text() == 'No class has "hat" in its name.'
    panel.search.setText("coat")
    assert not panel._notice.isVisible()


def test_a_held_answer_marks_where_the_bars_were(lab, network, qtbot, grey):
    lab.window.sources.open(str(grey[0]))
    panel = lab.window.docks.network
    choose(panel, "digits")
    before = answered(network, qtbot, lambda a: a.prediction.model_id == "digits")
    panel.hold.click()
    lab.window.session.editor.add("invert")
    panel.of.setCurrentIndex(panel.of.findData("result"))
    answered(network, qtbot, lambda a: a is not before)
    bars = panel.bars.bars()
    assert [b.held for b in bars] == pytest.approx([float(before.smoothed[b.index]) for b in bars])


def test_an_answer_is_kept_and_found_in_the_gallery(lab, network, qtbot, grey, monkeypatch):
    lab.window.sources.open(str(grey[0]))
    choose(lab.window.docks.network, "digits")
    answer = answered(network, qtbot, lambda a: a.prediction.model_id == "digits")
    before = len(kept_in(kept_folder()))
    lab.window.commands["keep_answer"].trigger()
    kept = kept_in(kept_folder())
    assert len(kept) == before + 1
    assert kept[0].top[0].label == answer.top(1)[0].label
    assert kept[0].source == "grey.png"
    dialog = KeptDialog(kept_folder())
    qtbot.addWidget(dialog)
    assert dialog.chosen() == kept[0]
    dialog.truth.setText("a pattern")
    dialog.truth.editingFinished.emit()
    assert kept_in(kept_folder())[0].truth == "a pattern"
    dialog.delete_button.click()
    assert len(kept_in(kept_folder())) == before


def test_without_an_answer_there_is_nothing_to_keep(lab):
    lab.window.commands["keep_answer"].trigger()
    assert "no answer to keep" in lab.window.docks.status.message.text()
