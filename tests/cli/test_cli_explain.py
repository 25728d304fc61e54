"""The command `explain`, on real models."""

import numpy as np
import pytest
from picture_io import load, save

METHODS = {
    "gradient": (), "gradient_input": (), "guided_backprop": (), "deconvnet": (),
    "integrated_gradients": ("steps=8",), "smoothgrad": ("samples=4", "of=guided backprop"),
    "grad_cam": (), "grad_cam_plus_plus": (), "score_cam": ("most=8",),
    "deeplift": ("against=noise",), "occlusion": ("patch=8", "stride=8", "shape=disc"),
    "rise": ("masks=20",), "lime": ("samples=20",), "kernel_shap": ("samples=20",),
}  # fmt: skip


@pytest.fixture
def seven(folder):
    """Draw a 7 as MNIST would."""
    picture = np.zeros((28, 28), np.uint8)
    picture[5:8, 6:21] = 250
    for row in range(8, 24):
        column = round(19 - (row - 8) * 0.5)
        picture[row, column - 1 : column + 2] = 250
    return save(folder / "seven.png", picture)


def explain(visionlab, *more, out="map.npy"):
    return visionlab("explain", "seven.png", "--model", "digits", "-o", out, *more)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_writes_a_map(visionlab, seven, folder, method):
    params = [word for text in METHODS[method] for word in ("--param", text)]
    done = explain(visionlab, "--method", method, *params, "--json")
    assert done.code == 0, done.err
    assert done.err == ""
    report, values = done.json, np.load(folder / "map.npy")
    assert values.shape == (28, 28)
    assert values.dtype == np.float32
    assert report["shape"] == [28, 28]
    assert report["method"] == method
    assert report["target"]["label"] == "7"
    assert report["target"]["probability"] > 0.9
    assert '"7"' in report["meaning"]
    assert report["lowest"] == values.min()
    assert report["highest"] == values.max()
    assert (report["layer"] is not None) == ("cam" in method)
    for text in METHODS[method]:
        name, value = text.split("=")
        assert str(report["params"][name]) == value


def test_a_table_holds_the_same_values(visionlab, seven, folder):
    for out in ("map.npy", "map.csv"):
        assert explain(visionlab, "--method", "gradient", out=out).code == 0
    table = np.loadtxt(folder / "map.csv", delimiter=",", dtype=np.float32)
    np.testing.assert_array_equal(table, np.load(folder / "map.npy"))


def test_a_picture_shows_the_map_over_what_the_network_saw(visionlab, seven, folder):
    done = explain(visionlab, "--method", "occlusion", out="map.png")
    assert done.code == 0
    assert done.out.startswith("seven.png -> map.png")
    assert "Positions: 36" in done.out
    shown = load(folder / "map.png")
    assert shown.shape == (448, 448, 3)
    assert shown[5:8, 6:21].std() < shown.std()
    strokes = shown[16 * 5 : 16 * 8, 16 * 8 : 16 * 18].mean()
    assert strokes > shown[16 * 25 :].mean() + 50  # the stroke shines through


def test_classes_are_named_or_numbered_and_subtracted(visionlab, seven, folder):
    values = {}
    for name, words in {
        "3": ("--target", "3"), "1": ("--target", "1"), "3-1": ("--target", "3", "--minus", "1"),
    }.items():  # fmt: skip
        done = explain(visionlab, "--method", "gradient_input", *words, "--json")
        assert done.json["target"]["index"] == int(name[0])
        values[name] = np.load(folder / "map.npy")
    assert done.json["target"]["minus"] == "1"
    np.testing.assert_allclose(values["3-1"], values["3"] - values["1"], atol=1e-5)


def test_labels_are_found_whatever_their_case(visionlab, folder, cat):
    arguments = ("explain", cat, "--method", "gradient", "-o", "map.npy", "--json")
    by_label = visionlab(*arguments, "--target", "egyptian CAT").json["target"]
    by_index = visionlab(*arguments, "--target", by_label["index"]).json["target"]
    assert by_label == by_index
    assert by_label["label"] == "Egyptian cat"
    complaint = visionlab(*arguments, "--target", "egyptian caf").complaint
    assert '"Egyptian cat"' in complaint
    assert "from 0 to 199; it was 200" in visionlab(*arguments, "--target", 200).complaint


def test_a_layer_can_be_named(visionlab, seven):
    arguments = ("--method", "grad_cam", "--json")
    assert explain(visionlab, *arguments).json["layer"] == "features.19"
    named = explain(visionlab, *arguments, "--layer", "features.9").json
    assert named["layer"] == "features.9"
    assert "features.9" in named["meaning"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--method", "magic"), 'no method "magic"; there are'),
        (("--method", "gradient", "--param", "over"), "write it as name=value"),
        (("--method", "gradient", "--param", "depth=3"), "has no parameter"),
        (("--method", "occlusion", "--param", "stride=0"), "Stride must be from 1"),
        (("--method", "occlusion", "--param", "patch=40"), "must fit the network's input"),
        (("--method", "gradient", "--param", "over=mean"), "one of maximum, sum"),
        (("--method", "gradient", "--target", "eleven"), 'no class "eleven"'),
        (("--method", "gradient", "--minus", "7"), "two classes"),
        (("--method", "gradient", "--layer", "fc"), "leave out the layer"),
        (("--method", "grad_cam", "--layer", "conv9"), 'no layer "conv9"'),
        (("--method", "gradient", "--model", "nobody"), 'no model "nobody"'),
        ((), "--method"),
    ],
)
def test_wrong_wishes_get_one_sentence_and_no_file(visionlab, seven, folder, arguments, words):
    assert words in explain(visionlab, *arguments).complaint
    assert not (folder / "map.npy").exists()


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("map.gif", "must end in .png, .npy, .csv"),
        ("none/map.png", 'no folder "none"'),
        ("seven.png", "would replace"),
        ("folder.npy", "is a folder"),
    ],
)
def test_outputs_that_cannot_be_are_refused(visionlab, seven, folder, out, words):
    (folder / "folder.npy").mkdir()
    before = seven.read_bytes()
    assert words in explain(visionlab, "--method", "gradient", out=out).complaint
    assert seven.read_bytes() == before


def test_pictures_that_are_not_there_are_told(visionlab, folder):
    done = visionlab("explain", "none.png", "--method", "gradient", "-o", "map.npy")
    assert "none.png" in done.complaint


def test_the_help_lists_the_methods(visionlab):
    done = visionlab("explain", "--help")
    assert done.code == 0
    assert all(method in done.out for method in METHODS)
    assert "explain" in visionlab("--help").out
