"""Folders of pictures, one for each class."""

import numpy as np
import pytest
from PIL import Image

from visionlab.core.errors import Cancelled, SourceError
from visionlab.core.image import Display, Frame, as_image
from visionlab.deep.card import Preprocess
from visionlab.deep.data.folder import read_folder

GREY = Preprocess(4, 1, (0.5,), (0.5,), resize=4)


def read(path):
    """As the program's readers do it, with Pillow alone."""
    try:
        return Frame(as_image(np.asarray(Image.open(path))))
    except OSError as error:
        raise SourceError(f'"{path.name}" is damaged') from error


@pytest.fixture
def folder(tmp_path):
    for name, shades in (("dark", (10, 20)), ("light", (200,))):
        (tmp_path / name).mkdir()
        for number, shade in enumerate(shades):
            picture = np.full((6, 8, 3), shade, np.uint8)
            Image.fromarray(picture).save(tmp_path / name / f"{number}.png")
    return tmp_path


def test_folders_are_the_classes_in_alphabetical_order(folder):
    data, problems = read_folder(folder, GREY, read)
    assert data.labels == ("dark", "light")
    assert data.targets.tolist() == [0, 0, 1]
    assert data.images.shape == (3, 1, 4, 4)
    assert data.images[:, 0, 0, 0].tolist() == [10, 20, 200]
    assert problems == []


def test_given_labels_set_the_order_whatever_the_case(folder):
    data, _ = read_folder(folder, GREY, read, ("Light", "Medium", "Dark"))
    assert data.targets.tolist() == [2, 2, 0]
    assert data.labels == ("Light", "Medium", "Dark")


def test_a_damaged_picture_is_left_out_and_named(folder):
    (folder / "dark" / "broken.png").write_bytes(b"no picture")
    (folder / "dark" / "notes.txt").write_text("not looked at")
    data, problems = read_folder(folder, GREY, read)
    assert len(data) == 3
    assert len(problems) == 1
    assert "broken.png" in problems[0]


@pytest.mark.parametrize("labels", [("light", "dim"), ("a",)])
def test_a_folder_that_names_no_class_is_refused(folder, labels):
    with pytest.raises(SourceError, match='"dark" names none of the classes'):
        read_folder(folder, GREY, read, labels)


def test_a_folder_without_classes_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no folders"):
        read_folder(tmp_path, GREY, read)
    with pytest.raises(SourceError, match="cannot be read"):
        read_folder(tmp_path / "missing", GREY, read)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no picture"):
        read_folder(tmp_path, GREY, read)


def test_decimal_values_are_taken_as_they_are_shown(folder):
    def deep(path):
        return Frame(as_image(np.full((4, 4), 30_000, np.float32)), display=Display(0, 60_000))

    data, _ = read_folder(folder, GREY, deep)
    assert set(data.images.flatten().tolist()) <= {127, 128}


def test_hidden_folders_are_no_classes_and_files_need_a_pictures_name(folder):
    (folder / ".cache").mkdir()
    (folder / "dark" / "0.JPEG").write_bytes((folder / "dark" / "0.png").read_bytes())
    data, _ = read_folder(folder, GREY, read)
    assert data.labels == ("dark", "light")
    assert len(data) == 4


def test_progress_and_cancelling(folder):
    told = []
    read_folder(folder, GREY, read, progress=lambda *done: told.append(done))
    assert told == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        read_folder(folder, GREY, read, cancelled=lambda: True)
