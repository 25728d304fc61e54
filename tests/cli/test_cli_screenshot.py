"""``visionlab --screenshot``: the very window, drawn without a display."""

import numpy as np
import pytest
from picture_io import load, save


def picture_area(pixels):
    """Return the middle of the window, where the pictures are."""
    height, width = pixels.shape[:2]
    return pixels[height // 4 : height * 2 // 3, width // 4 : width * 3 // 4, :3]


def test_the_first_picture(command, folder):
    done = command("--screenshot", "shot.png")
    assert (done.code, done.err) == (0, "")
    pixels = load(folder / "shot.png")
    assert pixels.shape[:2] == (900, 1440)
    assert len(np.unique(picture_area(pixels).reshape(-1, 3), axis=0)) > 1000
    lines = done.out.splitlines()
    assert lines[1] == "Source: Coffee, 600 x 400 pixels"
    steps = ("Convert colour space", "Gaussian blur", "Canny edges")
    for number, (line, title) in enumerate(zip(lines[2:], steps, strict=True), 1):
        assert line.startswith(f"Step {number}: {title}: ")
        assert line.endswith(" ms")


def test_source_recipe_and_size(command, folder, recipe):
    save(folder / "red.png", np.full((60, 90, 3), (200, 30, 20)))
    done = command(
        "red.png", "--screenshot", "a.PNG", "--size", "1100x700", "--recipe", recipe("invert")
    )
    assert (done.code, done.err) == (0, "")
    pixels = load(folder / "a.PNG")
    assert pixels.shape[:2] == (700, 1100)
    colours = {tuple(colour) for colour in picture_area(pixels).reshape(-1, 3)}
    assert {(200, 30, 20), (55, 225, 235)} <= colours  # the picture and its negative
    assert "Source: red.png, 90 x 60 pixels" in done.out
    assert "Step 1: Invert: " in done.out


def test_a_moving_source_and_readings(command, folder, recipe):
    done = command(
        "--screenshot", "cam.png", "camera:test:320x240@30", "--scheme", "dark",
        "--recipe", recipe("convert_colour", "otsu_threshold"),
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert "320 x 240 pixels" in done.out
    assert "\nThreshold: " in done.out
    assert load(folder / "cam.png")[:20].mean() < 100  # the menu bar of the dark scheme


def test_a_source_that_fails(command, folder):
    assert "missing.png" in command("missing.png", "--screenshot", "shot.png").complaint
    assert not (folder / "shot.png").exists()


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("--screenshot", "shot.jpg"), ".png"),
        (("--screenshot", "shot"), ".png"),
        (("--screenshot", "nowhere/shot.png"), '"nowhere"'),
        (("--screenshot", "taken.png"), '"taken.png" is a folder'),
        (("--screenshot", "a.png", "--size", "10x10"), "10x10"),
        (("--screenshot", "a.png", "--size", "99999x99999"), "99999x99999"),
        (("--screenshot", "a.png", "--recipe", "missing.json"), "missing.json"),
    ],
)
def test_what_is_refused_before_anything_is_drawn(visionlab, folder, args, named):
    (folder / "taken.png").mkdir()
    assert named in visionlab(*args).complaint


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("none", '"none"'),
        ("x" * 300, "too long"),
        ("camera:9999", "9999"),
        ("ftp://h/x", "ftp"),
    ],
)
def test_sources_that_give_no_picture(visionlab, qapp, folder, source, named):
    (folder / "none").mkdir()
    assert named in visionlab(source, "--screenshot", "a.png").complaint
    assert not (folder / "a.png").exists()
