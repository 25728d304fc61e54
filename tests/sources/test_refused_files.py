"""What cannot be read is refused in one sentence, fast, and in little memory."""

import io
import os
import subprocess
import sys
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from known_files import colour_photo, png_bytes, png_chunk
from PIL import Image

from visionlab.core.errors import SourceError
from visionlab.core.image import Frame
from visionlab.sources import open_source
from visionlab.sources.picture import PictureFile

PHOTO = colour_photo(120, 160)
TURNED = Image.Exif()
TURNED[0x0112] = 6


def encoded(kind, array=PHOTO, **options):
    file = io.BytesIO()
    Image.fromarray(array).save(file, kind, **options)
    return file.getvalue()


def read(path):
    source = open_source(str(path))
    try:
        return source.read()
    finally:
        source.close()


def test_missing(tmp_path, refused):
    assert "There is no file" in refused(lambda: read(tmp_path / "nothing.png"))


def test_missing_folder(tmp_path, refused):
    assert "There is no file" in refused(lambda: read(tmp_path / "nowhere" / "nothing.png"))


def test_folder(tmp_path, refused):
    assert "is a folder" in refused(lambda: PictureFile(tmp_path))


def test_empty(write, refused):
    assert "is empty" in refused(lambda: read(write("a.png", b"")))


@pytest.mark.parametrize("spec", ["", "\0", "a\0b.png", "x" * 5000])
def test_impossible_names(spec, refused):
    refused(lambda: open_source(spec))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_does_not_hang(tmp_path, refused):
    os.mkfifo(tmp_path / "pipe.png")
    assert "pipe" in refused(lambda: read(tmp_path / "pipe.png"))


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are kept otherwise there")
def test_forbidden(write, refused, monkeypatch):
    path = write("secret.png", encoded("PNG"))
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read all

        def forbid(self, *_):
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "open", forbid)
    assert "may not read" in refused(lambda: read(path))


ARCHIVE = io.BytesIO()
with zipfile.ZipFile(ARCHIVE, "w") as _archive:
    _archive.writestr("a.txt", "hello")


@pytest.mark.parametrize(
    ("name", "data", "named"),
    [
        ("notes.txt", b"Dear all,\nhere is no picture.\n", "text"),
        ("notes.jpg", "Grüße, keine Bilder hier.\n".encode() * 300, "text"),
        ("a.zip", ARCHIVE.getvalue(), "zip"),
        ("a.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "HEIC"),
        ("a.png", b"%PDF-1.7\n" + bytes(100), "PDF"),
        ("a.jpg", bytes(range(256)) * 4, "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "damaged PNG"),
        ("page.html", b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("song.mp3", b"ID3\x04" + bytes(200), "sound"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_not_a_picture(write, refused, name, data, named):
    sentence = refused(lambda: read(write(name, data)))
    assert named in sentence
    assert name in sentence


@pytest.mark.parametrize("part", [0.5, 0.9, 0.98])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP", "PPM", "AVIF"])
def test_truncated(write, refused, kind, part):
    data = encoded(kind)
    path = write(f"cut.{kind.lower()}", data[: int(len(data) * part)])
    assert "cut" in refused(lambda: read(path))


@pytest.mark.parametrize("photometric", ["minisblack", "rgb"])
def test_truncated_deep_tiff(write, refused, photometric):
    shape = (40, 50) if photometric == "minisblack" else (40, 50, 3)
    file = io.BytesIO()
    tifffile.imwrite(file, np.ones(shape, np.float32), photometric=photometric)
    data = file.getvalue()
    assert "cut off" in refused(lambda: read(write("cut.tif", data[:-1000])))


def test_truncated_deep_png(write, refused):
    rows = np.random.default_rng(0).integers(0, 255, 40 * 50 * 6, dtype=np.uint8).tobytes()
    data = png_bytes(50, 40, 16, 2, rows)
    assert "cut off" in refused(lambda: read(write("cut.png", data[:-100])))


def test_too_few_rows_in_a_whole_png(write, refused):
    """The checksums are right, but there is less than the header says."""
    whole, short = (png_bytes(50, rows, 16, 0, bytes(rows * 100)) for rows in (40, 20))
    assert "damaged" in refused(lambda: read(write("short.png", whole[:33] + short[33:])))


@pytest.mark.parametrize(
    "size", [(10_001, 10_000), (65535, 65535), (2**31 - 1, 2**31 - 1), (1, 100_000_001)]
)
def test_more_than_100_megapixels(write, refused, size):
    sentence = refused(lambda: read(write("huge.png", huge_png(*size))))
    assert "megapixels" in sentence or "damaged" in sentence


def huge_png(width, height, depth=8, colour_type=2):
    """Build a PNG whose header claims much and whose data hold nothing."""
    small = png_bytes(1, 1, depth, colour_type, bytes(8))
    claim = width.to_bytes(4) + height.to_bytes(4) + bytes([depth, colour_type, 0, 0, 0])
    return small[:8] + png_chunk(b"IHDR", claim) + small[33:]


def false_length_png():
    """Build a PNG of 149 bytes whose IDAT claims to be 2 GB long."""
    begin = b"\x89PNG\r\n\x1a\n" + png_chunk(
        b"IHDR", (9000).to_bytes(4) + (9000).to_bytes(4) + bytes([16, 6, 0, 0, 0])
    )
    data = begin + (0x7FFFFFFF).to_bytes(4) + b"IDAT"
    return data + bytes(149 - len(data))


def hostile_tiffs():
    """Yield TIFF files that claim much and hold little."""
    for dtype, bits in ((np.float64, 64), (np.uint16, 16), (np.uint8, 8)):
        file = io.BytesIO()
        tifffile.imwrite(file, np.zeros((2, 2), dtype), photometric="minisblack")
        data = bytearray(file.getvalue())
        with tifffile.TiffFile(io.BytesIO(bytes(data))) as tiff:
            tags = tiff.pages[0].tags
            for name in ("ImageWidth", "ImageLength", "RowsPerStrip"):
                tag = tags[name]
                size = 4 if tag.dtype == 4 else 2
                data[tag.valueoffset : tag.valueoffset + size] = (9999).to_bytes(size, "little")
        yield f"claims{bits}.tif", bytes(data)


def huge_webp():
    """Build a WebP whose canvas is wider than the format allows."""
    data = bytearray(encoded("WEBP", exif=TURNED))
    data[24:30] = (5_000_000).to_bytes(3, "little") + (11).to_bytes(3, "little")
    return bytes(data)


HOSTILE = [
    ("false_length.png", false_length_png()),
    ("deep.png", huge_png(9000, 9000, 16, 6)),
    ("plain.png", huge_png(9000, 9000)),
    *hostile_tiffs(),
    ("a.pgm", b"P5 9999 9999 65535\n" + bytes(50)),
    ("a.bmp", encoded("BMP")[:18] + (9000).to_bytes(4, "little") * 2 + encoded("BMP")[26:200]),
    ("a.webp", huge_webp()),
    ("a.gif", encoded("GIF")[:6] + b"\xff" * 4 + encoded("GIF")[10:]),
]

PROBE = """
import resource, sys, time
from visionlab.core.errors import SourceError
from visionlab.sources import open_source
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    start = time.perf_counter()
    try:
        open_source(path).read()
        outcome = "read"
    except SourceError:
        outcome = "refused"
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) // 1024
    print(path.split("/")[-1], outcome, round(time.perf_counter() - start, 2), peak)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told in other units")
def test_false_headers_cost_neither_time_nor_memory(write):
    paths = [str(write(name, data)) for name, data in HOSTILE]
    run = subprocess.run(
        [sys.executable, "-c", PROBE, *paths], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    for line in run.stdout.splitlines():
        _, outcome, seconds, megabytes = line.split()
        assert float(seconds) < 1.0, line
        assert int(megabytes) < 500, line
        assert outcome == "refused", line


VALID = {
    "a.png": encoded("PNG", PHOTO[:40, :50]),
    "p.png": png_bytes(3, 2, 8, 3, bytes(6), png_chunk(b"PLTE", bytes(9))),
    "deep.png": png_bytes(5, 4, 16, 6, bytes(range(160))),
    "a.jpg": encoded("JPEG", PHOTO[:40, :50], exif=TURNED),
    "a.bmp": encoded("BMP", PHOTO[:10, :12]),
    "a.gif": encoded("GIF", PHOTO[:20, :22]),
    "a.webp": encoded("WEBP", PHOTO[:40, :50]),
    "a.tif": encoded("TIFF", PHOTO[:10, :12]),
    "lzw.tif": encoded("TIFF", PHOTO[:10, :12], compression="tiff_lzw"),
    "a.ppm": encoded("PPM", PHOTO[:10, :12]),
    "deep.tif": cv2.imencode(".tiff", PHOTO[:10, :12].astype(np.uint16) * 99)[1].tobytes(),
    "float.tif": cv2.imencode(".tiff", PHOTO[:10, :12].astype(np.float32))[1].tobytes(),
    "deep.pgm": b"P5 2 1 1023\n\x01\x02\x03\x04",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mutants")


@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(sorted(VALID)),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6
    ),
    early=st.booleans(),
    keep=st.floats(0.3, 1),
)
def test_any_damage_gives_a_frame_or_a_sentence(folder, name, changes, early, keep):
    data = bytearray(VALID[name])
    for place, value in changes:
        span = min(len(data), 120) if early else len(data)
        data[int(place * span)] = value
    if keep < 0.7:
        del data[int(len(data) * keep * 1.4) :]
    path = folder / name
    path.write_bytes(data)
    start = perf_counter()
    with suppress(SourceError):
        frame = read(path)
        assert isinstance(frame, Frame)
        assert frame.image.dtype in (np.uint8, np.float32)
    assert perf_counter() - start < 3


def test_a_still_is_decoded_without_copies_beyond_need(write):
    path = write("large.png", encoded("PNG", np.zeros((2000, 3000, 3), np.uint8)))
    read(path)
    tracemalloc.start()
    frame = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.5 * frame.image.nbytes
