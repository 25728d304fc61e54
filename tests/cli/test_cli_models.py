"""The commands about classifiers, on real models and real data."""

from pathlib import Path

import numpy as np
import pytest
from picture_io import save

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the data sets are not beside the project"
)


def seven():
    """Draw a 7, dark on light paper."""
    picture = np.full((120, 90), 235, np.uint8)
    picture[20:32, 15:75] = 30
    for row in range(32, 105):
        column = round(63 - (row - 32) * 0.45)
        picture[row, column : column + 13] = 30
    return picture


def test_models_are_listed_with_what_they_score(visionlab):
    done = visionlab("models", "--json")
    assert done.code == 0
    models = {model["id"]: model for model in done.json["models"]}
    assert {"digits", "clothing", "pictures"} <= set(models)
    assert models["digits"]["classes"] == 10
    assert models["digits"]["scores"][0]["top1"] >= 0.994
    assert all(model["bundled"] for model in models.values())
    assert "digits" in visionlab("models").out


def test_a_digit_on_paper_is_read(visionlab, folder):
    save(folder / "seven.png", seven())
    done = visionlab("classify", "seven.png", "--model", "digits", "--top", "3", "--json")
    assert done.code == 0
    (report,) = done.json["pictures"]
    assert report["top"][0]["label"] == "7"
    assert len(report["top"]) == 3
    assert visionlab("classify", "seven.png", "--model", "digits").out.startswith("seven.png: 7 ")


def test_a_faulty_input_does_not_stop_the_others(visionlab, folder):
    save(folder / "seven.png", seven())
    done = visionlab("classify", "none.png", "seven.png", "--model", "digits", "--json")
    assert done.code == 2
    assert [report["input"] for report in done.json["pictures"]] == ["seven.png"]
    assert done.json["errors"][0]["input"] == "none.png"
    assert "none.png" in done.complaint


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("classify", "x.png", "--model", "nobody"), 'no model "nobody"'),
        (("classify", "x.png", "--top", "0"), "a number from 1"),
        (("classify",), "PATH"),
        (("evaluate", "--model", "digits", "--data", "missing"), "missing"),
        (("evaluate", "--model", "digits"), "--data"),
    ],
)
def test_wrong_wishes_get_one_sentence(visionlab, arguments, words):
    assert words in visionlab(*arguments).complaint


def test_own_folders_are_evaluated(visionlab, folder):
    for name in ("3", "7"):
        (folder / "set" / name).mkdir(parents=True)
        save(folder / "set" / name / "seven.png", seven())
    done = visionlab("evaluate", "--model", "digits", "--data", "set", "--json")
    assert done.code == 0
    assert done.json["pictures"] == 2
    assert done.json["top1"] == 0.5
    assert done.json["per_class"]["7"] == 1
    assert done.json["per_class"]["3"] == 0
    assert done.json["per_class"]["0"] is None
    assert done.json["confusion"][3][7] == 1


def test_classes_that_are_not_the_models_are_refused(visionlab, folder):
    (folder / "set" / "cat").mkdir(parents=True)
    save(folder / "set" / "cat" / "a.png", seven())
    complaint = visionlab("evaluate", "--model", "digits", "--data", "set").complaint
    assert '"cat" names none of the classes' in complaint


@needs_data
@pytest.mark.parametrize(("model", "data"), [("digits", "mnist"), ("clothing", "fashion-mnist")])
def test_the_cards_figure_comes_out_again(visionlab, model, data):
    """On 2,000 pictures drawn at random, within three standard errors of the card's figure."""
    listed = visionlab("models", "--json").json["models"]
    (card,) = (entry for entry in listed if entry["id"] == model)
    expected = card["scores"][0]["top1"]
    arguments = ("--model", model, "--data", DATA / data, "--limit", 2000, "--json")
    found = visionlab("evaluate", *arguments).json
    assert found["pictures"] == 2000
    assert found["top1"] == pytest.approx(
        expected, abs=3 * (expected * (1 - expected) / 2000) ** 0.5
    )
    assert found["top5"] > 0.99
