"""``visionlab run``: what it writes, under which names, and what it never overwrites."""

import csv
import json

import cv2
import numpy as np
import pytest
import tifffile
from picture_io import load, save
from PIL import Image

GREY = ("convert_colour",)
MENDED = '{"op": "convert_colour", "params": {"source": "RGB", "target": "grey"}}'


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def grey(path):
    return cv2.cvtColor(load(path), cv2.COLOR_RGB2GRAY)


@pytest.fixture
def video(folder):
    """Five frames, each a little brighter than the one before."""
    path = folder / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"FFV1"), 10, (32, 24))
    for index in range(5):
        writer.write(np.full((24, 32, 3), 40 * index, np.uint8))
    writer.release()
    return path


def test_an_8_bit_result(visionlab, recipe, cat, folder):
    done = visionlab("run", recipe(*GREY), cat, "-o", "out")
    assert (done.code, done.err) == (0, "")
    assert names(folder / "out") == ["cat.json", "cat.png"]
    np.testing.assert_array_equal(load(folder / "out/cat.png"), grey(cat), strict=True)


def test_a_decimal_result_also_keeps_its_true_values(visionlab, recipe, cat, folder):
    assert visionlab("run", recipe(*GREY, ("sobel", {"output": "x"})), cat, "-o", "out").code == 0
    assert names(folder / "out") == ["cat.json", "cat.png", "cat.tiff"]
    expected = cv2.Sobel(grey(cat), cv2.CV_32F, 1, 0)
    np.testing.assert_array_equal(tifffile.imread(folder / "out/cat.tiff"), expected, strict=True)


def test_tables_are_csv_files(visionlab, recipe, folder):
    picture = np.zeros((20, 30), np.uint8)
    picture[5:10, 4:12] = 255
    save(folder / "box.png", picture)
    assert visionlab("run", recipe("find_contours"), "box.png", "-o", "out").code == 0
    with (folder / "out/box.1_contours.csv").open(newline="", encoding="utf-8") as file:
        header, row = csv.reader(file)
    found = dict(zip(header, row, strict=True))
    assert float(found["area (px²)"]) == 7 * 4
    assert float(found["perimeter (px)"]) == 2 * (7 + 4)
    assert (found["x (px)"], found["y (px)"]) == ("4", "5")


def test_readings_and_times_are_in_the_report(visionlab, recipe, folder):
    save(folder / "two.png", np.repeat([[10, 200]], 4, axis=0))
    steps = recipe("invert", "otsu_threshold")
    done = visionlab("run", steps, "two.png", "-o", "out", "--json")
    (report,) = done.json["pictures"]
    assert done.json["errors"] == []
    assert report == json.loads((folder / "out/two.json").read_text())
    # Inverted, the two values are 245 and 55; from 55 up to 244 all thresholds part them.
    assert report["readings"] == [{"step": 2, "name": "Threshold", "value": 55, "unit": ""}]
    assert [step["op"] for step in report["steps"]] == ["invert", "otsu_threshold"]
    assert report["ms"] == pytest.approx(sum(step["ms"] for step in report["steps"]), abs=0.002)
    assert report["ms"] > 0
    assert (report["input"], report["frame"], report["frames"]) == ("two.png", 1, 1)
    assert report["result"] == {
        "width": 2, "height": 4, "channels": 1, "type": "uint8", "shown": None,
    }  # fmt: skip
    assert [(folder / file).is_file() for file in report["files"]] == [True, True]


def test_progress(visionlab, recipe, folder):
    for name in ("a.png", "b.png"):
        save(folder / name, np.zeros((4, 4)))
    done = visionlab("run", recipe("invert"), "a.png", "b.png", "-o", "out")
    first, second = done.out.splitlines()
    assert first.startswith("[1/2] a.png -> ")
    assert second.startswith("[2/2] b.png -> ")
    assert "b.png" in second.split("->")[1]
    assert second.endswith(" ms")


def test_no_steps_and_steps_that_are_off_leave_the_picture(visionlab, cat, folder):
    off = {"op": "canny", "enabled": False}
    for number, steps in enumerate(([], [off])):
        path = folder / f"r{number}.json"
        path.write_text(json.dumps({"visionlab": 1, "steps": steps}))
        assert visionlab("run", path, cat, "-o", "out").code == 0
        np.testing.assert_array_equal(load(folder / "out/cat.png"), load(cat), strict=True)


def test_video_frames_are_numbered(visionlab, recipe, video, folder):
    done = visionlab("run", recipe("invert"), video, "-o", "out")
    assert (done.code, done.err) == (0, "")
    pictures = sorted((folder / "out").glob("*.png"))
    assert [path.name for path in pictures] == [f"clip_{n:04}.png" for n in range(1, 6)]
    assert [int(load(path).mean()) for path in pictures] == [255, 215, 175, 135, 95]
    assert done.out.splitlines()[2].startswith(f"[1/1] {video} 3/5 -> ")


def test_pages_are_numbered(visionlab, recipe, folder):
    first, second = (Image.fromarray(np.array([[level]], np.uint8)) for level in (7, 9))
    first.save(folder / "stack.tif", save_all=True, append_images=[second])
    assert visionlab("run", recipe("invert"), "stack.tif", "-o", "out").code == 0
    pages = [load(folder / f"out/stack_000{page}.png").item() for page in (1, 2)]
    assert pages == [248, 246]


def test_samples(visionlab, recipe, folder):
    assert visionlab("run", recipe("invert"), "sample:camera", "-o", "out").code == 0
    assert names(folder / "out") == ["sample_camera.json", "sample_camera.png"]


def test_folders_give_their_pictures_in_natural_order(visionlab, recipe, folder):
    for name in ("img10.png", "img2.jpg", "notes.txt"):
        save(folder / "in" / name, np.zeros((4, 4)), format="PNG")
    done = visionlab("run", recipe("invert"), "in", "-o", "out", "--json")
    inputs = [(folder / report["input"]).name for report in done.json["pictures"]]
    assert (done.code, inputs) == (0, ["img2.jpg", "img10.png"])


def test_patterns_that_the_shell_has_left(visionlab, recipe, folder):
    for name in ("a1.png", "a2.png", "b1.png", "c[1].png", "c1.png"):
        save(folder / name, np.zeros((4, 4)))
    done = visionlab("run", recipe("invert"), "a*.png", "c[1].png", "-o", "out", "--json")
    assert [report["input"] for report in done.json["pictures"]] == ["a1.png", "a2.png", "c[1].png"]
    assert "z*.png" in visionlab("run", recipe("invert"), "z*.png", "-o", "out").complaint


def test_a_note_about_the_file_is_passed_on(visionlab, recipe, folder):
    save(folder / "really.jpg", np.zeros((4, 4)), format="PNG")
    done = visionlab("run", recipe("invert"), "really.jpg", "-o", "out")
    assert (done.code, done.err) == (0, "")
    assert done.out.rstrip().endswith("This is a PNG file, though its name ends in .jpg.")


# Names


def test_inputs_of_the_same_name_keep_apart(visionlab, recipe, folder):
    paths = ["a/CAT.png", "b/cat.png", "c/Cat.bmp", "cat_2.png"]
    for level, path in enumerate(paths):
        save(folder / path, np.full((2, 2), 10 * level))
    done = visionlab("run", recipe("invert"), *paths, "-o", "out")
    assert done.code == 0
    levels = {path.stem: 255 - load(path)[0, 0] for path in (folder / "out").glob("*.png")}
    assert levels == {"CAT": 0, "cat_2": 10, "Cat_3": 20, "cat_2_2": 30}


@pytest.mark.parametrize("order", [1, -1])
def test_a_numbered_frame_and_a_picture_of_its_name_keep_apart(
    visionlab, recipe, video, folder, order
):
    save(folder / "clip_0002.png", np.full((2, 2), 7))
    paths = [video, "clip_0002.png"][::order]
    done = visionlab("run", recipe("invert"), *paths, "-o", "out", "--json")
    files = [file for report in done.json["pictures"] for file in report["files"]]
    assert len(files) == 2 * 6
    assert len(set(files)) == len(files)


@pytest.mark.parametrize("name", ["Ünï 日本 🎨.png", "two words.png", "-dash.png", "a\nb.png"])
def test_unusual_names(visionlab, recipe, folder, name):
    save(folder / name, np.zeros((4, 4)))
    done = visionlab("run", recipe("invert"), "-o", "out", "--", name)
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) == 1
    assert (folder / "out" / name).exists()


@pytest.mark.parametrize("stem", ["a" * 250, "ü" * 125])
def test_the_longest_names(visionlab, recipe, folder, stem):
    save(folder / f"{stem}.png", np.zeros((8, 8)))
    done = visionlab("run", recipe("find_contours"), f"{stem}.png", "-o", "out", "--json")
    assert (done.code, done.err) == (0, "")
    (report,) = done.json["pictures"]
    assert len(names(folder / "out")) == len(report["files"]) == 3


# What is never overwritten


def test_an_input_in_the_output_folder(visionlab, recipe, cat):
    before = cat.read_bytes()
    complaint = visionlab("run", recipe("invert"), "cat.png", "-o", ".").complaint
    assert '"cat.png"' in complaint
    assert "another folder" in complaint
    assert cat.read_bytes() == before


def test_an_input_that_comes_later(visionlab, recipe, folder, cat):
    before = cat.read_bytes()
    save(folder / "cat.bmp", np.zeros((4, 4)))
    done = visionlab("run", recipe("invert"), "cat.bmp", "cat.png", "-o", ".")
    assert done.code == 2
    assert cat.read_bytes() == before


def test_the_recipe(visionlab, recipe, folder):
    save(folder / "cat.bmp", np.zeros((4, 4)))
    path = recipe("invert", name="cat.json")
    before = path.read_text()
    assert "cat.json" in visionlab("run", path, "cat.bmp", "-o", ".").complaint
    assert path.read_text() == before


def test_a_second_run_replaces_the_results_of_the_first(visionlab, recipe, cat, folder):
    for steps in (GREY, ("invert",)):
        assert visionlab("run", recipe(*steps), cat, "-o", "out").code == 0
    np.testing.assert_array_equal(load(folder / "out/cat.png"), 255 - load(cat))


# What goes wrong with one input


def test_others_go_on_and_each_failure_has_one_line(visionlab, recipe, cat, folder):
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("no picture")
    data = save(folder / "whole.png", np.random.default_rng(1).integers(0, 255, (40, 40)))
    (folder / "cut.png").write_bytes(data.read_bytes()[:700])
    bad = ["missing.png", "empty.png", "text.png", "cut.png"]
    done = visionlab("run", recipe("invert"), *bad, cat, "-o", "out", "--json")
    assert done.code == 2
    lines = done.err.splitlines()
    assert [name in line for name, line in zip(bad, lines, strict=True)] == [True] * 4
    assert [report["input"] for report in done.json["pictures"]] == [str(cat)]
    errors = [f"visionlab: {error['error']}" for error in done.json["errors"]]
    assert ([error["input"] for error in done.json["errors"]], errors) == (bad, lines)


def test_inputs_of_the_same_name_are_told_apart(visionlab, recipe, folder):
    for path in ("a/cat.png", "b/cat.png"):
        (folder / path).parent.mkdir()
        (folder / path).touch()
    done = visionlab("run", recipe("invert"), "a/cat.png", "b/cat.png", "-o", "out")
    first, second = done.err.splitlines()
    assert "a/cat.png" in first
    assert "b/cat.png" in second


def test_a_step_that_cannot_work_names_the_one_that_mends_it(visionlab, recipe, cat):
    complaint = visionlab("run", recipe("invert", "canny"), cat, "-o", "out").complaint
    assert complaint.startswith(f"{cat}: step 2: Canny edges needs one channel")
    assert complaint.endswith(f"put {MENDED} before it.")


@pytest.mark.parametrize("spec", ["camera:0", "camera:test", "http://127.0.0.1:9/x", "rtsp://h/x"])
def test_live_sources_are_refused_and_not_opened(visionlab, recipe, spec):
    assert f'"{spec}" is live' in visionlab("run", recipe("invert"), spec, "-o", "out").complaint


def test_a_folder_without_pictures(visionlab, recipe, folder):
    (folder / "none").mkdir()
    assert "none" in visionlab("run", recipe("invert"), "none", "-o", "out").complaint


def test_a_file_that_is_no_picture_by_its_nature(visionlab, recipe):
    assert "device" in visionlab("run", recipe("invert"), "/dev/null", "-o", "out").complaint


def test_a_single_pixel(visionlab, recipe, folder):
    save(folder / "dot.png", [[9]])
    steps = recipe("gaussian_blur", "sobel", "convert_depth", "canny", "find_contours")
    assert visionlab("run", steps, "dot.png", "-o", "out").code == 0
    assert load(folder / "out/dot.png").tolist() == [[0]]


# What goes wrong with the output


@pytest.mark.parametrize("output", ["cat.png", "cat.png/below"])
def test_an_output_folder_that_is_a_file(visionlab, recipe, cat, output):
    complaint = visionlab("run", recipe("invert"), cat, "-o", output).complaint
    assert f'The output folder "{output}" cannot be used' in complaint


def test_an_output_that_is_a_folder(visionlab, recipe, cat, folder):
    (folder / "out/cat.png").mkdir(parents=True)
    assert "out/cat.png" in visionlab("run", recipe("invert"), cat, "-o", "out").complaint


# What goes wrong with the recipe


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "empty"),
        ("{", "JSON"),
        ("[]", "JSON object"),
        ('{"visionlab": 2, "steps": []}', "newer"),
        ('{"visionlab": 1, "steps": [{"op": "teleport"}]}', '"teleport"'),
        ('{"visionlab": 1, "steps": [{"op": "box_blur", "params": {"ksize": "3"}}]}', "number"),
        ('{"visionlab": 1, "steps": [{"op": "box_blur", "params": {"ksize": 101}}]}', "99"),
        ('{"visionlab": 1, "steps": [{"op": "box_blur", "params": {"ksize": NaN}}]}', "finite"),
        ('{"visionlab": 1, "steps": [{"op": "box_blur", "params": {"size": 3}}]}', '"size"'),
        ('{"visionlab": 1, "steps": [], "colour": "red"}', '"colour"'),
    ],
    ids=lambda value: value[-30:],
)
def test_a_faulty_recipe(visionlab, cat, folder, text, named):
    (folder / "r.json").write_text(text)
    complaint = visionlab("run", "r.json", cat, "-o", "out").complaint
    assert complaint.startswith("r.json: ")
    assert named in complaint
    assert not (folder / "out").exists()


@pytest.mark.parametrize("path", ["missing.json", ".", "cat.png", "x" * 300])
def test_a_recipe_that_cannot_be_read(visionlab, cat, path):
    assert path in visionlab("run", path, cat, "-o", "out").complaint


def test_a_recipe_with_windows_habits(visionlab, recipe, cat, folder):
    path = recipe("invert")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b", ", b",\r\n"))
    assert visionlab("run", path, cat, "-o", "out").code == 0


def test_orientation_and_transparency(visionlab, recipe, folder):
    turned = Image.Exif()
    turned[0x0112] = 6
    save(folder / "t.png", np.array([[[1, 2, 3, 0], [4, 5, 6, 255]]]), exif=turned)
    assert visionlab("run", recipe("invert"), "t.png", "-o", "out").code == 0
    assert load(folder / "out/t.png").tolist() == [[[254, 253, 252]], [[251, 250, 249]]]
