"""Videos whose every frame carries its number as black and white bars."""

import struct

import cv2
import numpy as np
import pytest

from visionlab.core.errors import SourceError
from visionlab.sources import open_source
from visionlab.sources.video import VideoFile

WIDTH, HEIGHT, BITS = 160, 96, 8
CODECS = [
    ("MJPG", "avi"),
    ("MJPG", "mkv"),
    ("mp4v", "mp4"),
    ("mp4v", "mov"),
    ("XVID", "avi"),
    ("FFV1", "mkv"),
]


def picture_of(number):
    """Return a BGR picture with bit b of `number` in bar b, and a red lower quarter."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    bar = WIDTH // BITS
    for b in range(BITS):
        if number >> b & 1:
            picture[:, b * bar : (b + 1) * bar] = 255
    picture[HEIGHT * 3 // 4 :] = (0, 0, 220)
    return picture


def number_of(image):
    bar = WIDTH // BITS
    row = image[HEIGHT // 3].mean(axis=1)
    return sum(1 << b for b in range(BITS) if row[b * bar + bar // 2] > 128)


def write_video(path, codec="MJPG", frames=60, fps=25.0):
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), fps, (WIDTH, HEIGHT)
    )
    assert writer.isOpened()
    for i in range(frames):
        writer.write(picture_of(i))
    writer.release()
    return path


def all_frames(source):
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    return frames


@pytest.fixture(scope="module", params=CODECS, ids="-".join)
def video(request, tmp_path_factory):
    codec, suffix = request.param
    return write_video(tmp_path_factory.mktemp("video") / f"v.{suffix}", codec)


def test_it_plays_from_the_first_frame_to_the_last(video):
    source = open_source(str(video))
    assert isinstance(source, VideoFile)
    assert (source.kind, source.count, source.fps) == ("video", 60, 25.0)
    frames = all_frames(source)
    assert [number_of(frame.image) for frame in frames] == list(range(60))
    assert [frame.index for frame in frames] == list(range(60))
    assert source.read() is None
    source.close()
    source.close()


def test_every_seek_is_exact(video):
    source = VideoFile(video)
    rng = np.random.default_rng(1)
    for i in [59, 0, 58, 1, 30, 29, 28, 31, *rng.integers(0, 60, 30)]:
        source.seek(int(i))
        frame = source.read()
        assert (frame.index, number_of(frame.image)) == (i, i)
        if i < 59:
            assert number_of(source.read().image) == i + 1
    source.close()


def test_seeking_is_clamped(video):
    source = VideoFile(video)
    source.seek(1000)
    assert source.read().index == 59
    assert source.read() is None
    source.seek(-5)
    assert source.read().index == 0
    source.close()


def test_colours_are_rgb(video):
    source = VideoFile(video)
    red, green, blue = source.read().image[-4:].reshape(-1, 3).mean(axis=0)
    assert red > 190
    assert green < 40
    assert blue < 40
    source.close()


def test_mirrored(video):
    source = VideoFile(video)
    straight = source.read().image
    source.mirror = True
    source.seek(0)
    np.testing.assert_array_equal(source.read().image, straight[:, ::-1])
    source.close()


def box(data, *path):
    """Return where the MP4 box at `path` begins, and the starts of the boxes around it."""
    start, end, around = 0, len(data), []
    for name in path:
        while start < end:
            size, kind = struct.unpack_from(">I4s", data, start)
            if kind == name:
                break
            start += size
        around.append(start)
        end = start + size
        start += 8
    return around[-1], around[:-1]


def with_uneven_times(data):
    """Let the second half of an MP4's frames last three times as long as the first."""
    data = bytearray(data.replace(b"edts", b"free"))  # whose edits end with the old duration
    at, around = box(data, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts")
    size, _, _, entries, count, delta = struct.unpack_from(">I4sIIII", data, at)
    assert entries == 1
    half = count // 2
    table = struct.pack(">4sIIIIII", b"stts", 0, 2, half, delta, count - half, 3 * delta)
    data[at : at + size] = struct.pack(">I", len(table) + 4) + table
    for outer in around:
        old = struct.unpack_from(">I", data, outer)[0]
        struct.pack_into(">I", data, outer, old + len(table) + 4 - size)
    return bytes(data)


def test_a_variable_frame_rate_is_exact(tmp_path):
    path = write_video(tmp_path / "v.mp4", "mp4v")
    path.write_bytes(with_uneven_times(path.read_bytes()))
    source = VideoFile(path)
    assert source.count == 60
    assert [number_of(frame.image) for frame in all_frames(source)] == list(range(60))
    for i in (45, 10, 59, 30, 29, 31, 0, 50, 49, 20):
        source.seek(i)
        frame = source.read()
        assert (frame.index, number_of(frame.image)) == (i, i)
    source.close()


def test_a_truncated_video_plays_as_far_as_it_goes(tmp_path):
    path = write_video(tmp_path / "v.avi")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    source = VideoFile(path)
    numbers = [number_of(frame.image) for frame in all_frames(source)]
    assert 20 < len(numbers) < 40
    assert numbers == list(range(len(numbers)))
    assert abs(source.count - len(numbers)) <= 1
    source.close()


def test_a_video_without_its_table_is_refused(tmp_path, refused):
    path = write_video(tmp_path / "v.mp4", "mp4v")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 200])
    assert "v.mp4" in refused(lambda: open_source(str(path)))


def test_a_video_without_frames_is_refused(tmp_path, refused):
    path = write_video(tmp_path / "v.avi", frames=0)
    if path.exists() and path.stat().st_size:
        assert "v.avi" in refused(lambda: open_source(str(path)))


def ogg_with_sound_only():
    """Build the first page of an Ogg file that announces Vorbis sound."""
    packet = b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, 1, 44100, 0, 128000, 0, 0xB8, 1)
    return b"OggS" + struct.pack("<BBqIIIB", 0, 2, 0, 1, 0, 0, 1) + bytes([len(packet)]) + packet


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("sound.ogg", ogg_with_sound_only()),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(500)),
        ("a.mkv", b"\x1a\x45\xdf\xa3" + bytes(range(256))),
        ("a.avi", b"RIFF\0\0\0\0AVI LIST" + bytes(300)),
    ],
)
def test_no_video_inside(write, refused, name, data):
    assert name in refused(lambda: open_source(str(write(name, data))))


def test_a_picture_is_no_video(write, refused):
    ok, data = cv2.imencode(".png", np.zeros((4, 4), np.uint8))
    assert ok
    sentence = refused(lambda: VideoFile(write("film.mp4", data.tobytes())))
    assert "must be a video" in sentence


@pytest.mark.parametrize("text", ["ffconcat version 1.0\nfile v.avi\n", "#EXTM3U\nv.avi\n"])
def test_a_play_list_opens_no_other_file(tmp_path, refused, text):
    write_video(tmp_path / "v.avi", frames=3)
    (tmp_path / "list.mp4").write_text(text)
    assert "text" in refused(lambda: open_source(str(tmp_path / "list.mp4")))


def test_names_of_any_kind(tmp_path):
    source = VideoFile(write_video(tmp_path / "Ausflug – ÄÖ 動画.avi", frames=3))
    assert source.count == 3
    source.close()


def test_damage_gives_frames_or_a_sentence(tmp_path):
    good = write_video(tmp_path / "v.avi", frames=8).read_bytes()
    rng = np.random.default_rng(5)
    path = tmp_path / "mutant.avi"
    for _ in range(60):
        data = np.frombuffer(good, np.uint8).copy()
        data[rng.integers(0, 600 if rng.random() < 0.5 else len(data), 8)] = rng.integers(0, 256, 8)
        path.write_bytes(data.tobytes())
        try:
            source = open_source(str(path))
        except SourceError:
            continue
        for _ in range(12):
            try:
                if source.read() is None:
                    break
            except SourceError:
                break
        source.close()
