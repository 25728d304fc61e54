"""Explanations in the whole window: real models, methods and pictures, the test camera."""

import io

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from visionlab.ui.numbers import short
from visionlab.ui.qimages import to_array

SECONDS_60 = 60_000  # for the first import of PyTorch on a busy machine


class Heat:
    """What a person does with the heatmap's panel, and sees of it."""

    def __init__(self, lab, qtbot):
        self.lab, self.qtbot = lab, qtbot
        self.panel, self.bindings = lab.docks.heat, lab.window.heats
        self.canvas = lab.docks.compare.original

    def switch(self, on=True):
        self.lab.window.commands["explain"].setChecked(on)

    def choose(self, method):
        self.panel.method.setCurrentIndex(self.panel.method.index_of(method))

    @property
    def last(self):
        predicted = self.bindings.predicted
        return predicted.heats[0] if predicted else None

    def until(self, condition):
        self.qtbot.waitUntil(condition, timeout=SECONDS_60)

    def finished(self, method):
        """Wait for the method's last map and return it."""
        self.until(
            lambda: (
                self.last is not None
                and self.last.method.id == method
                and self.last.heatmap is not None
                and self.last.heatmap.progress == 1
                and self.lab.session.network.idle()
            )
        )
        return self.last

    def seen(self):
        """Return the pixels of the canvas."""
        return to_array(self.canvas.view_image())


@pytest.fixture
def heat(lab, qtbot):
    yield Heat(lab, qtbot)
    lab.window.commands["explain"].setChecked(False)
    qtbot.waitUntil(lab.session.network.idle, timeout=SECONDS_60)


def test_a_map_comes_over_the_picture_and_goes(heat, lab):
    lab.open("sample:coffee")
    before = heat.seen()
    heat.switch()
    heat.finished("grad_cam")
    assert heat.canvas.layer("heat") is not None
    assert (heat.seen() != before).mean() > 0.1
    assert "espresso" in heat.panel.meaning.text()
    assert heat.panel.state.text().startswith("Exact")
    values = heat.last.heatmap.values
    heat.canvas.hovered.emit((300, 200))  # the middle of 600 x 400: x 32, y 32 of the map's 64
    assert heat.panel.here.text() == f"Here {short(float(values[32, 32]))}"
    heat.canvas.hovered.emit((5, 5))  # beside the square that the network sees
    assert heat.panel.here.text() == ""
    heat.choose("gradient")
    heat.finished("gradient")
    assert "gradient" in heat.panel.form.operation.id
    heat.switch(False)
    assert heat.canvas.layer("heat") is None
    lab.until(lambda: (heat.seen() == before).all())


def test_a_click_on_a_bar_explains_that_class(heat, lab, qtbot):
    lab.do("show_network")
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    bars = lab.docks.network.bars
    second = bars.bars()[1]
    row = bars.height() // bars.rows()
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(bars.width() // 2, row * 3 // 2))
    heat.until(lambda: heat.last.target.index == second.index)
    heat.until(lambda: second.label in heat.panel.meaning.text())


def test_occlusion_is_refined_to_the_exact_map(heat, lab):
    lab.open("sample:coffee")
    seen = []
    lab.session.network.predicted.connect(
        lambda p: seen.extend(h.heatmap.progress for h in p.heats if h.heatmap)
    )
    heat.choose("occlusion")
    heat.switch()
    last = heat.finished("occlusion")
    assert last.heatmap.exact
    assert seen == sorted(seen)
    assert "225" in heat.panel.state.text()  # an 8-pixel patch every 4 pixels of 64


def test_maps_of_the_test_camera_fit_the_budget_refine_when_frozen_and_go_stale(heat, lab):
    heat.choose("occlusion")
    heat.panel._set_view("budget", 20)
    lab.open("camera:test")
    heat.switch()
    maps = []
    lab.session.network.predicted.connect(lambda p: maps.extend(p.heats))
    heat.until(lambda: len([h for h in maps if h.heatmap]) > 4)
    # Every map ends with the first step that spends the budget.
    assert all(h.heatmap.progress < 1 or h.seconds < 2 for h in maps)
    assert any(h.heatmap.progress < 1 for h in maps)
    lab.do("freeze")
    heat.finished("occlusion")
    heat.until(lambda: heat.bindings.behind == 0)
    assert "Stale" not in heat.panel.state.text()
    frozen = heat.bindings.predicted.picture
    assert frozen is lab.session.last.original
    lab.do("freeze")
    heat.until(lambda: heat.bindings.predicted.picture is not frozen)
    heat.until(lambda: heat.bindings.behind > 0)  # the picture is ahead of the map again


def test_a_map_that_takes_long_is_called_stale(heat, lab, monkeypatch):
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    lab.session.network.want(False)  # nothing explains any longer
    lab.editor.add("invert")
    lab.docks.network.of.setCurrentIndex(lab.docks.network.of.index_of("result"))
    lab.settle()
    heat.until(lambda: "Stale by" in heat.panel.state.text())


def test_what_a_network_cannot_have_is_grey_and_says_why(heat, lab):
    from visionlab.runtime.explaining import Possible

    heat.panel.set_possible(Possible({"grad_cam": "it needs gradients."}, ()))
    index = heat.panel.method.index_of("grad_cam")
    item = heat.panel.method.model().item(index)
    assert not item.isEnabled()
    assert item.toolTip() == "it needs gradients."


def test_the_map_is_saved_and_its_mask_becomes_a_picture(heat, lab, answer, tmp_path):
    lab.open("sample:coffee")
    heat.switch()
    last = heat.finished("grad_cam")
    answer(tmp_path / "map.npy")
    heat.bindings._save_numpy()
    assert (np.load(tmp_path / "map.npy") == last.heatmap.values).all()
    answer(tmp_path / "map.csv")
    heat.bindings._save_csv()
    text = (tmp_path / "map.csv").read_text()
    table = np.loadtxt(io.StringIO(text), delimiter=",", dtype=np.float32)
    assert (table == last.heatmap.values).all()
    heat.bindings._open_mask()
    lab.until(lambda: lab.session.source.title == "Mask")
    lab.settle()
    mask = lab.shown.original.values
    assert mask.shape == (400, 600)
    assert set(np.unique(mask)) == {0, 255}
    assert 0.01 < (mask == 255).mean() < 0.5


def test_methods_side_by_side_on_the_same_picture(heat, lab):
    maps, dock = lab.docks.maps, lab.docks.docks["maps"]
    dock.show()
    dock.raise_()
    lab.open("sample:coffee")
    maps.add.click()  # switches Explain on
    heat.choose("gradient")
    maps.add.click()
    maps.add.click()  # is there already
    assert [method.id for method in maps.methods] == ["grad_cam", "gradient"]
    heat.until(lambda: all(pane.canvas.layer("heat") for pane in maps.panes))
    first, second = maps.panes
    assert first.legend.display() != second.legend.display()
    first.canvas.zoom_in()
    assert second.canvas.scale == first.canvas.scale
    first.closed.emit(first.method)
    assert [method.id for method in maps.methods] == ["gradient"]
    heat.until(lambda: len(heat.bindings.predicted.heats) == 1)
