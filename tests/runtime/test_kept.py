"""Kept answers: picture, classes and heatmaps, and nothing that lies elsewhere."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from PIL import Image as Pillow

from visionlab.core.image import as_image
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Target
from visionlab.deep.prediction import Prediction
from visionlab.runtime.answers import Predicted
from visionlab.runtime.covering import Cover
from visionlab.runtime.explaining import Explained, Method
from visionlab.runtime.kept import Kept, KeptClass, discard, keep, kept_in, set_truth
from visionlab.runtime.shown import ShownPicture

HALVES = np.repeat([0.0, 1.0], 8).reshape(2, 8).astype(np.float32)  # rows: none, most


def predicted(seen, *heatmaps):
    found = Prediction(
        "m", ("a", "b"), np.array([0, 1], np.float32), np.array([0.25, 0.75], np.float32), seen,
        np.zeros((1, *seen.shape[:2]), np.float32), (0, 0, 8, 2), False, 0.01,
    )  # fmt: skip
    picture = ShownPicture.of("p", as_image(np.full((4, 4), 7, np.uint8)), None)
    heats = tuple(Explained(Method("cam"), Target(1), found, heatmap) for heatmap in heatmaps)
    return Predicted(found, found.probabilities, picture, "cpu", heats=heats)


def grey(value):
    return as_image(np.full((2, 8), value, np.uint8))


def test_a_heatmap_is_kept_over_what_the_network_saw(tmp_path):
    keep(tmp_path, predicted(grey(100), Heatmap(HALVES, "Where it is bright, it matters.")), "s")
    (kept,) = kept_in(tmp_path)
    (heat,) = kept.heats
    assert (heat.method, heat.meaning) == ("cam", "Where it is bright, it matters.")
    rows = np.array(Pillow.open(tmp_path / heat.picture))[:, 0].tolist()
    # Half of 100, and half of the ends of the sequential map: (13, 14, 50) and (250, 232, 90).
    assert rows == [[56, 57, 75], [175, 166, 95]]
    assert kept.top[0] == KeptClass("b", 0.75)


def test_a_heatmap_of_another_size_is_kept_alone(tmp_path):
    keep(tmp_path, predicted(as_image(np.zeros((5, 5), np.uint8)), Heatmap(HALVES, "m.")), "s")
    (heat,) = kept_in(tmp_path)[0].heats
    assert np.array(Pillow.open(tmp_path / heat.picture))[1, 0].tolist() == [250, 232, 90]


def test_an_answer_for_a_covered_picture_is_kept_with_the_patch(tmp_path):
    found = replace(predicted(grey(100)), cover=Cover(1, 0, 2, "black"))
    picture = np.array(Pillow.open(keep(tmp_path, found, "s")))
    assert picture.tolist() == [[7, 0, 0, 7], [7, 0, 0, 7], [7, 7, 7, 7], [7, 7, 7, 7]]


def test_what_failed_leaves_no_heatmap(tmp_path):
    keep(tmp_path, predicted(grey(0), None), "s")
    assert kept_in(tmp_path)[0].heats == ()


def test_all_of_it_is_deleted(tmp_path):
    keep(tmp_path, predicted(grey(0), Heatmap(HALVES, "m.")), "s")
    (kept,) = kept_in(tmp_path)
    assert set_truth(tmp_path, kept, " an owl ").heats == kept.heats
    discard(tmp_path, kept)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("field", ["picture", "heat"])
def test_names_of_files_elsewhere_are_left_out(tmp_path, field):
    folder = tmp_path / "kept"
    keep(folder, predicted(grey(0), Heatmap(HALVES, "m.")), "s")
    (path,) = folder.glob("*.json")
    data = msgspec.json.decode(path.read_bytes())
    (tmp_path / "precious.png").write_bytes(b"mine")
    entry = data if field == "picture" else data["heats"][0]
    entry["picture"] = "../precious.png"
    path.write_bytes(msgspec.json.encode(data))
    assert kept_in(folder) == []


def test_answers_of_before_there_were_heatmaps_are_read(tmp_path):
    Pillow.new("L", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "a.json").write_text(
        '{"picture": "a.png", "taken": "t", "source": "s", "model": "m", "top": []}'
    )
    assert kept_in(tmp_path) == [Kept("a.png", "t", "s", "m", ())]
