import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from visionlab.runtime.histogram import histogram
from visionlab.ui.histogram_panel import HistogramPanel


def shown(qtbot, picture, width=700, height=120):
    panel = HistogramPanel()
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.set_histogram(histogram(picture))
    panel.show()
    qtbot.waitExposed(panel)
    qtbot.wait(10)
    return panel


def labels(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def test_statistics_of_each_channel(qtbot):
    picture = np.zeros((2, 2, 3), np.uint8)
    picture[..., 0] = [[0, 0], [4, 4]]
    panel = shown(qtbot, picture)
    texts = labels(panel)
    assert {"mean", "sd", "min", "max"} <= set(texts)
    at = texts.index("R")
    assert texts[at + 1 : at + 5] == ["2", "2", "0", "4"]


def test_channels_change(qtbot):
    panel = shown(qtbot, np.zeros((2, 2, 3), np.uint8))
    panel.set_histogram(histogram(np.full((2, 2), 7, np.uint8)))
    qtbot.waitUntil(lambda: "Grey" in labels(panel))
    texts = labels(panel)
    assert texts[texts.index("Grey") + 1 :] == ["7", "0", "7", "7"]
    assert "R" not in texts


def test_empty_state(qtbot):
    panel = HistogramPanel()
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.curves.isVisible()
    panel.set_histogram(histogram(np.zeros((2, 2), np.uint8)))
    assert panel.curves.isVisible()
    panel.set_histogram(None)
    assert not panel.curves.isVisible()


def test_hover_reads_the_bin(qtbot):
    picture = np.full((10, 10), 128, np.uint8)
    panel = shown(qtbot, picture)
    curves = panel.curves
    assert curves.reading() == "Tallest bin 100"
    qtbot.mouseMove(curves, QPoint(int((128.5 / 256) * (curves.width() - 1)), curves.height() // 2))
    assert curves.reading() == "128:  100"


def test_hover_reads_a_range_of_floats(qtbot):
    picture = np.linspace(0, 256, 100, dtype=np.float32).reshape(10, 10)
    panel = shown(qtbot, picture)
    curves = panel.curves
    qtbot.mouseMove(curves, QPoint(0, curves.height() // 2))
    assert curves.reading().startswith("0 … 1:")


def test_log_scale_shows_rare_values(qtbot):
    picture = np.zeros((100, 100), np.uint8)
    picture[0, :3] = 200
    panel = shown(qtbot, picture)

    def height_at(value):
        """Rows, of those between reading and axis, that are painted at `value`."""
        image = panel.curves.grab().toImage()
        ground = panel.palette().window().color()
        x = int((value + 0.5) / 256 * (image.width() - 1))
        rows = range(22, image.height() - 22)
        return sum(QColor(image.pixel(x, y)) != ground for y in rows)

    flat = height_at(200)
    qtbot.mouseClick(panel.log, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.log.height() // 2))
    assert panel.log.isChecked()
    assert height_at(200) > flat + 3


def test_lone_spike_does_not_flatten_the_rest(qtbot):
    picture = np.tile(np.arange(256, dtype=np.uint8), (20, 1))
    picture[:10, 1:255] = 0
    assert "Scale up to" in shown(qtbot, picture).curves.reading()
