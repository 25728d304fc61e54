"""Large decimal pictures: the former result's pixels make room for the next one."""

import gc
import weakref

import numpy as np
import pytest
from PIL import Image as Pillow

from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue


@pytest.fixture
def large(lab, tmp_path):
    """The window with 67 MB of decimal RGB, brighter to the right."""
    ramp = np.linspace(0, 255, 2400).astype(np.uint8)
    path = tmp_path / "large.png"
    Pillow.fromarray(np.broadcast_to(ramp[None, :, None], (2350, 2400, 3)).copy()).save(path)
    ops = catalogue()
    lab.editor.load(
        Pipeline((Step.of(ops["convert_float"]), Step.of(ops["gaussian_blur"], ksize=3)))
    )
    lab.open(path)
    lab.editor.select(1)
    return lab


def test_the_former_values_are_let_go_before_the_next_are_made(large):
    lab, canvas = large, large.docks.compare.result
    told = []
    former = weakref.ref(lab.result)
    assert lab.result[1000, 0, 0] == 0
    lab.painted.clear()
    lab.session.released.connect(
        lambda: told.append((canvas.values, lab.window.commands["save_result"].isEnabled()))
    )
    before = canvas.view_image()
    lab.session.released.connect(lambda: told.append(canvas.view_image() == before))
    lab.editor.set_param("ksize", 31)
    lab.settle()
    assert told == [(None, False), True]  # the picture as painted stays meanwhile
    gc.collect()
    assert former() is None
    assert canvas.values is lab.result
    assert canvas.values[1000, 0, 0] > 0  # the wide blur reaches pixels that are not black
    lab.until(lambda: lab.window.commands["save_result"].isEnabled())


def test_stopped_work_leaves_the_picture_and_can_be_asked_for_again(large):
    lab = large
    lab.session.released.connect(lab.session.stop_work)
    lab.editor.set_param("ksize", 31)
    lab.until(lambda: lab.session.stopped and lab.session.idle())
    assert not lab.window.commands["save_result"].isEnabled()
    assert lab.session.last.result.released
    assert lab.docks.compare.result.view_image().pixelColor(200, 200).isValid()
    lab.session.released.disconnect(lab.session.stop_work)
    lab.session.refresh()
    lab.settle()
    assert not lab.session.last.result.released


def test_eight_bit_results_and_other_views_of_the_same_work_are_kept(large):
    lab = large
    told = []
    lab.session.released.connect(lambda: told.append(1))
    lab.session.want(histogram=True)
    lab.settle()
    assert lab.shown.histogram is not None
    lab.editor.load(Pipeline((Step.of(catalogue()["invert"]),)))
    lab.settle()
    assert told == [1]  # the decimal one
    lab.editor.load(Pipeline())
    lab.settle()
    assert told == [1]
