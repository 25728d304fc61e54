"""Explanations in the whole window: real models, methods and pictures, the test camera."""

import io
from dataclasses import replace

import numpy as np
import pytest
from asker import Asker
from PySide6.QtCore import QPoint, Qt

from visionlab.ui.controls.slider import Slider
from visionlab.ui.numbers import short
from visionlab.ui.qimages import to_array


class Heat(Asker):
    """What a person sees of the heatmap too."""

    def __init__(self, lab, qtbot):
        super().__init__(lab, qtbot)
        self.bindings = lab.window.heats
        self.canvas = lab.docks.compare.original

    @property
    def last(self):
        predicted = self.bindings.predicted
        return predicted.heats[0] if predicted else None

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
    heat = Heat(lab, qtbot)
    yield heat
    heat.end()


def test_a_map_comes_over_the_picture_and_goes(heat, lab):
    lab.open("sample:coffee")
    before = heat.seen()
    heat.switch()
    heat.finished("grad_cam")
    assert heat.canvas.layer("heat") is not None
    assert (heat.seen() != before).mean() > 0.1
    assert "espresso" in heat.panel.meaning.text()
    heat.until(lambda: heat.panel.state.text().startswith("Exact"))
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
    heat.until(lambda: len(lab.docks.network.bars.bars()) > 1)
    bars = lab.docks.network.bars
    second = bars.bars()[1]
    row = bars.height() // bars.rows()
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(bars.width() // 2, row * 3 // 2))
    assert lab.window.commands["explain"].isChecked()
    heat.until(lambda: heat.last is not None and heat.last.target.index == second.index)
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
    # An 8-pixel patch every 4 pixels of 64.
    assert heat.panel.numbers.text() == "Positions 225, Computed only what a patch changes"


def test_readings_have_their_units_and_are_shown_whole(heat, lab):
    lab.open("sample:coffee")
    heat.choose("integrated_gradients")
    heat.panel.form.valueChanged.emit("steps", 8)
    heat.switch()
    found = heat.finished("integrated_gradients").heatmap.readings[2]
    shown = heat.panel.numbers
    heat.until(
        lambda: shown.text().endswith(f"Completeness error {found.value:.3g}\N{NO-BREAK SPACE}%")
    )
    assert shown.isVisibleTo(heat.panel)
    assert shown.wordWrap()


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
    heat.until(lambda: bool(heat.canvas.layer("heat") and heat.canvas.layer("heat").note))
    assert heat.canvas.layer("heat").note in heat.panel.state.text()


def test_another_model_has_classes_and_layers_of_its_own(heat, lab):
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    pictures = lab.session.network.last.prediction.labels
    heat.panel.layer.setCurrentIndex(1)
    heat.panel.minus.setCurrentIndex(heat.panel.minus.index_of(7))
    heat.panel.choose_class(150)  # there are ten digits
    heat.until(lambda: heat.last.target.index == 150)
    assert pictures[150] in heat.panel.meaning.text()
    lab.session.network.choose(model="digits")
    heat.until(lambda: lab.session.network.last.prediction.model_id == "digits")
    heat.finished("grad_cam")
    asked = lab.session.network.options.explain
    assert (asked.index, asked.minus, asked.methods[0].layer) == (None, None, "")
    assert heat.panel.target.currentText() == "The most probable"
    assert heat.panel.layer.currentText() == "The last"


def test_a_class_of_the_same_name_stays_chosen(heat):
    panel, told = heat.panel, []
    panel.set_labels(("ant", "bee", "cat"))
    panel.choose_class(2)
    panel.changed.connect(lambda: told.append(panel.target.currentData()))
    panel.set_labels(("cat", "dog"))
    assert told == [0]
    assert panel.target.currentText() == "cat"
    panel.set_labels(("dog", "cat", "ant"))
    assert told == [0, 1]


def test_a_layer_is_for_the_methods_that_look_at_one(heat, lab):
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    heat.panel.layer.setCurrentIndex(3)
    heat.finished("grad_cam")
    heat.choose("gradient")
    assert heat.finished("gradient").method.layer == ""
    heat.choose("grad_cam")
    heat.finished("grad_cam")
    assert heat.last.method.layer == heat.panel.layer.currentData() != ""


def test_without_a_picture_nothing_is_at_work(heat, lab):
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    assert heat.panel.export.isEnabled()
    lab.do("close_source")
    heat.until(lambda: heat.panel.state.text() == "No picture")
    assert not heat.panel.export.isEnabled()
    assert heat.panel.legend.display() is None


def test_a_map_that_is_not_asked_for_any_longer_is_not_called_exact(heat, lab):
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    heat.until(lambda: heat.panel.state.text().startswith("Exact"))
    heat.choose("kernel_shap")
    assert heat.panel.state.text() == "Working"
    heat.choose("grad_cam")
    heat.until(lambda: heat.panel.state.text().startswith("Exact"))


def test_a_failure_is_told_as_one(heat, lab):
    lab.open("sample:coffee")
    heat.choose("occlusion")
    heat.panel.form.valueChanged.emit("patch", 65)  # the network sees 64 x 64
    heat.switch()
    heat.until(lambda: heat.last is not None and bool(heat.last.error))
    assert heat.panel.problem.text() == heat.last.error
    assert "64 x 64" in heat.last.error
    assert heat.panel.meaning.text() == ""
    assert heat.panel.state.text() == "No map"
    heat.panel.form.valueChanged.emit("patch", 32)
    heat.finished("occlusion")
    assert heat.panel.problem.text() == ""


def test_small_patches_have_room_on_the_slider(heat):
    heat.choose("occlusion")
    heat.lab.until(heat.panel.form.ready)
    row = heat.panel.form._rows["patch"]
    slider = row.control.findChild(Slider)
    part = (slider.value() - slider.minimum()) / (slider.maximum() - slider.minimum())
    assert 0.2 < part < 0.5  # 8 of 1 to 1024, by decades


def test_the_legend_says_what_is_seen(heat, lab):
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    assert heat.panel.legend.display().cmap == "sequential"
    heat.panel._set_view("threshold", 0.7)
    for show, words in (("mask", "at least 70 %"), ("contours", "25, 50, 75 %")):
        heat.panel._set_view("show", show)
        assert heat.panel.legend.display() is None  # none of its colours can be seen
        assert words in heat.panel.meaning.text().splitlines()[0]
        assert "espresso" in heat.panel.meaning.text().splitlines()[1]
        colours = next(row for row in heat.panel._rows if row.param.name == "colours")
        assert not colours.control.isEnabled()


def test_where_one_picture_is_seen_the_map_is_on_it(heat, lab):
    lab.open("sample:coffee")
    heat.switch()
    heat.finished("grad_cam")
    compare = lab.docks.compare
    for show in ("blend", "beside"):
        heat.panel._set_view("show", show)
        lab.do("original_only")
        assert compare.original.layer("heat")
        lab.do("result_only")
        assert compare.result.layer("heat")
        assert compare.original.layer("heat") is None
        lab.do("side_by_side")
        beside = compare.result if show == "beside" else compare.original
        assert [c for c in (compare.original, compare.result) if c.layer("heat")] == [beside]


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
    assert len(maps.panes) == 2
    assert [method.id for method in maps.methods] == ["grad_cam", "gradient"]
    heat.until(lambda: all(pane.canvas.layer("heat") for pane in maps.panes))
    first, second = maps.panes
    assert first.legend.display() != second.legend.display()
    heat.panel._set_view("show", "mask")
    heat.until(lambda: first.legend.display() is None)
    heat.panel._set_view("show", "blend")
    heat.until(lambda: first.legend.display() is not None)
    assert maps.minimumSizeHint().width() < 480  # a small window has room for it
    layer = second.canvas.layer("heat")
    begun = replace(heat.bindings.predicted.heats[1], heatmap=None)  # it has no map yet
    second.show_map(heat.bindings.predicted, begun, heat.panel.view)
    assert second.canvas.layer("heat") is layer
    first.canvas.zoom_in()
    assert second.canvas.scale == first.canvas.scale
    first.closed.emit(first.method)
    assert [method.id for method in maps.methods] == ["gradient"]
    heat.until(lambda: len(heat.bindings.predicted.heats) == 1)
    heat.switch(False)
    assert second.canvas.layer("heat") is None
    assert second.canvas.picture_size.isEmpty()
    assert second.legend.display() is None
