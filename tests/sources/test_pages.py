"""Files of several pages or frames step through them."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from visionlab.core.errors import SourceError
from visionlab.sources import open_source
from visionlab.sources.picture import PictureFile


def numbered(n, shape=(12, 16)):
    """Return `n` grey pages: page i is 20 * i everywhere but for one white pixel in column i."""
    pages = []
    for i in range(n):
        page = np.full(shape, 20 * i, np.uint8)
        page[3, i] = 255
        pages.append(page)
    return pages


def all_frames(source):
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    return frames


def test_tiff_pages(write):
    pages = [Image.fromarray(page) for page in numbered(5)]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    source = PictureFile(write("stack.tif", file.getvalue()))
    assert (source.kind, source.count, source.fps) == ("still", 5, 0.0)
    frames = all_frames(source)
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    for frame, page in zip(frames, numbered(5), strict=True):
        np.testing.assert_array_equal(frame.image, page)


def test_tiff_pages_of_different_size_depth_and_orientation(write):
    rng = np.random.default_rng(0)
    pages = [
        rng.integers(0, 256, (4, 6), dtype=np.uint8),
        rng.integers(0, 65536, (5, 3), dtype=np.uint16),
        rng.normal(size=(7, 2, 3)).astype(np.float32),
        rng.integers(0, 256, (3, 8, 3), dtype=np.uint8),
        rng.integers(0, 256, (2, 9), dtype=np.uint8),
    ]
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for i, page in enumerate(pages):
            turn = [(274, "H", 1, 6, True)] if i == 4 else []
            photometric = "rgb" if page.ndim == 3 else "minisblack"
            writer.write(page, photometric=photometric, extratags=turn, contiguous=False)
    pages[4] = np.rot90(pages[4], -1)
    source = PictureFile(write("mixed.tif", file.getvalue()))
    assert source.count == 5
    for i in (4, 0, 2, 1, 3, 1, 4, 0):
        source.seek(i)
        frame = source.read()
        assert frame.index == i
        np.testing.assert_array_equal(frame.image, pages[i])


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animations(write, kind):
    pages = [Image.fromarray(np.dstack([page] * 3)) for page in numbered(6)]
    options = {"lossless": True} if kind == "WEBP" else {}
    file = io.BytesIO()
    pages[0].save(
        file, kind, save_all=True, append_images=pages[1:], duration=40, loop=0, **options
    )
    source = PictureFile(write(f"moving.{kind.lower()}", file.getvalue()))
    assert (source.kind, source.count, source.fps) == ("video", 6, 25.0)
    frames = all_frames(source)
    assert len(frames) == 6
    for i in (5, 0, 3, 3, 1):
        source.seek(i)
        frame = source.read()
        assert frame.index == i
        np.testing.assert_array_equal(frame.image, np.asarray(pages[i]))
        np.testing.assert_array_equal(frame.image, frames[i].image)


def test_gif_frames_that_cover_a_part_are_put_together(write):
    """The second frame changes one pixel only; the rest must stay from the first."""
    first = np.full((8, 8, 3), (200, 30, 30), np.uint8)
    second = first.copy()
    second[5, 2] = (20, 20, 220)
    file = io.BytesIO()
    Image.fromarray(first).save(
        file, "GIF", save_all=True, append_images=[Image.fromarray(second)], duration=100
    )
    source = PictureFile(write("a.gif", file.getvalue()))
    frames = all_frames(source)
    np.testing.assert_array_equal(frames[1].image, second)
    assert source.fps == 10.0


def test_grey_animations_have_the_same_shape_throughout(write):
    pages = [Image.fromarray(page) for page in numbered(4)]
    file = io.BytesIO()
    pages[0].save(file, "GIF", save_all=True, append_images=pages[1:], duration=0)
    frames = all_frames(PictureFile(write("a.gif", file.getvalue())))
    assert {frame.image.shape for frame in frames} == {(12, 16, 3)}


def test_an_animation_cut_off_is_refused_where_it_ends(write, refused):
    rng = np.random.default_rng(0)
    pages = [Image.fromarray(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)) for _ in range(4)]
    file = io.BytesIO()
    pages[0].save(file, "PNG", save_all=True, append_images=pages[1:], duration=40)
    data = file.getvalue()
    path = write("a.png", data[: len(data) * 5 // 8])

    def read_all():
        all_frames(PictureFile(path))

    assert "a.png" in refused(read_all)


def test_an_animation_may_not_be_as_large_as_a_still(write, refused):
    pages = [Image.new("1", (6000, 5000), i % 2) for i in range(2)]
    file = io.BytesIO()
    pages[0].save(file, "GIF", save_all=True, append_images=pages[1:], duration=40)
    path = write("a.gif", file.getvalue())
    assert "25 megapixels" in refused(lambda: PictureFile(path))


def test_each_frame_of_an_animation_has_its_own_duration(tmp_path):
    shades = [Image.fromarray(np.full((8, 8), v, np.uint8)) for v in (0, 80, 160, 240)]
    for name in ("a.gif", "a.webp", "a.png"):
        shades[0].save(
            tmp_path / name, save_all=True, append_images=shades[1:], duration=[100, 1000, 200, 500]
        )
        source = open_source(str(tmp_path / name))
        durations = [source.read().duration for _ in range(source.count)]
        assert durations == pytest.approx([0.1, 1.0, 0.2, 0.5])


def test_next_to_no_duration_is_a_tenth_of_a_second_as_in_browsers(tmp_path):
    shades = [Image.fromarray(np.full((8, 8), v, np.uint8)) for v in (0, 99)]
    shades[0].save(tmp_path / "a.gif", save_all=True, append_images=shades[1:], duration=0)
    source = open_source(str(tmp_path / "a.gif"))
    assert source.read().duration == 0.1
    assert source.fps == 10


def test_a_damaged_page_leaves_the_pages_after_it(tmp_path):
    rng = np.random.default_rng(0)
    pages = [Image.fromarray(rng.integers(0, 255, (64, 64), np.uint8)) for _ in range(3)]
    path = tmp_path / "pages.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_deflate")
    with Image.open(path) as picture:
        picture.seek(1)
        offset, length = picture.tag_v2[273][0], picture.tag_v2[279][0]
    data = bytearray(path.read_bytes())
    data[offset : offset + length] = b"\xff" * length
    path.write_bytes(data)
    source = open_source(str(path))
    assert (source.read().image == np.asarray(pages[0])).all()
    with pytest.raises(SourceError, match="damaged"):
        source.read()
    assert (source.read().image == np.asarray(pages[2])).all()
