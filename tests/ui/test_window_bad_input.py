"""Bad input through the window: one sentence, the last good picture stays, work goes on."""

import socket
import struct
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue


def png(path):
    Pillow.fromarray(np.arange(48 * 64, dtype=np.uint8).reshape(48, 64)).save(path)
    return path.read_bytes()


def missing(path):
    return path / "missing.png"


def empty(path):
    (path / "empty.png").write_bytes(b"")
    return path / "empty.png"


def truncated(path):
    data = png(path / "whole.png")
    (path / "truncated.png").write_bytes(data[: len(data) // 2])
    return path / "truncated.png"


def corrupt(path):
    data = bytearray(png(path / "whole.png"))
    data[len(data) // 2] ^= 0xFF
    (path / "corrupt.png").write_bytes(data)
    return path / "corrupt.png"


def huge(path):
    """A picture whose header claims 60,000 by 60,000 pixels."""
    data = png(path / "whole.png")
    at = data.index(b"IHDR") + 4
    head = b"IHDR" + struct.pack(">II", 60_000, 60_000) + data[at + 8 : at + 13]
    checked = head + struct.pack(">I", zlib.crc32(head))
    (path / "huge.png").write_bytes(data[: at - 4] + checked + data[at + 17 :])
    return path / "huge.png"


def no_picture(path):
    (path / "letter.png").write_text("Dear reader, this is no picture at all.")
    return path / "letter.png"


def no_video(path):
    (path / "film.mp4").write_bytes(b"\0\0\0\x20ftypisom" + bytes(200))
    return path / "film.mp4"


def empty_folder(path):
    (path / "nothing").mkdir()
    return path / "nothing"


def binary_name(path):
    return "a\0b.png"


def absent_camera(path):
    return "camera:99"


def odd_camera(path):
    return "camera:first"


def unknown_sample(path):
    return "sample:unicorn"


def dead_stream(path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}/live.mjpg"


def no_stream(path):
    return "gopher://127.0.0.1/pictures"


SOURCES = (
    missing, empty, truncated, corrupt, huge, no_picture, no_video, empty_folder, binary_name,
    absent_camera, odd_camera, unknown_sample, dead_stream, no_stream,
)  # fmt: skip

RECIPES = {
    "no file": None,
    "empty": "",
    "no JSON": "{",
    "no recipe": "[1, 2]",
    "unknown key": '{"visionlab": 1, "steps": [], "author": "me"}',
    "unknown operation": '{"visionlab": 1, "steps": [{"op": "sharpen"}]}',
    "unknown parameter": '{"visionlab": 1, "steps": [{"op": "invert", "params": {"by": 1}}]}',
    "wrong type": '{"visionlab": 1, "steps": [{"op": "canny", "params": {"ksize": "3"}}]}',
    "out of range": '{"visionlab": 1, "steps": [{"op": "canny", "params": {"ksize": 99}}]}',
    "NaN": '{"visionlab": 1, "steps": [{"op": "gaussian_blur", "params": {"sigma": NaN}}]}',
    "newer version": '{"visionlab": 2, "steps": []}',
    "binary": b"\xff\xfe\x00\x01",
}


@pytest.fixture
def mjpeg():
    """A network camera on this computer, which dies on demand."""

    class Camera(BaseHTTPRequestHandler):
        alive = threading.Event()

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            value = 0
            while self.alive.is_set():
                value = (value + 8) % 256
                _, data = cv2.imencode(".jpg", np.full((48, 64, 3), value, np.uint8))
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                try:
                    self.wfile.write(head.encode() + data.tobytes() + b"\r\n")
                except OSError:
                    return
                threading.Event().wait(0.02)

        def log_message(self, *_):
            pass

    Camera.alive.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/live.mjpg", Camera.alive.clear
    Camera.alive.clear()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def busy(lab, grey):
    """A window with a picture and a step, both of which must stay."""
    lab.open(grey[0])
    lab.add("canny")
    lab.picture = grey[1]
    return lab


def still_works(lab):
    """Check that picture and steps are as they were, and that the window goes on working."""
    edges = cv2.Canny(lab.picture, 50, 150)
    assert lab.ops == ["canny"]
    assert lab.session.source.title == "grey.png"
    assert (lab.result == edges).all()
    lab.add("invert")
    assert (lab.result == 255 - edges).all()
    lab.open("sample:shapes")
    assert not lab.status.message.is_error()


@pytest.mark.parametrize("make", SOURCES, ids=lambda make: make.__name__)
def test_a_faulty_source_is_explained_and_harms_nothing(busy, tmp_path, make):
    busy.window.sources.open(str(make(tmp_path)))
    busy.refusal()
    busy.until(busy.session.idle)
    still_works(busy)


@pytest.mark.parametrize("text", RECIPES.values(), ids=RECIPES)
def test_a_faulty_recipe_is_explained_and_harms_nothing(busy, answer, tmp_path, text):
    path = tmp_path / "faulty.json"
    if isinstance(text, str):
        path.write_text(text)
    elif text:
        path.write_bytes(text)
    answer(path)
    busy.do("open_recipe")
    assert "faulty.json" in busy.refusal()
    still_works(busy)


def test_the_first_source_may_be_faulty(lab, tmp_path, grey):
    lab.window.start([str(tmp_path / "missing.png")], Pipeline())
    assert "missing.png" in lab.refusal()
    lab.open(grey[0])
    assert (lab.result == grey[1]).all()


def test_a_stream_that_dies_leaves_its_last_picture(lab, mjpeg):
    address, die = mjpeg
    lab.window.sources.open(address)
    lab.until(lambda: len(lab.painted) > 2)
    assert not lab.docks.transport.size_menu.isVisible()  # a stream's size is its own
    die()
    lab.qtbot.waitUntil(lambda: lab.status.message.is_error(), timeout=8000)
    lab.refusal()
    lab.until(lambda: lab.session.idle())
    assert not lab.session.moving
    lab.until(lambda: not lab.status.rate.isVisible())
    before = lab.result
    lab.add("invert")
    assert (lab.result == 255 - before).all()
    assert lab.shown.histogram is not None


@pytest.mark.parametrize("channels", [1, 3])
def test_one_pixel_goes_through_every_operation(lab, tmp_path, channels):
    shape = (1, 1, 3) if channels == 3 else (1, 1)
    Pillow.fromarray(np.full(shape, 200, np.uint8)).save(tmp_path / "one.png")
    for name in ("histogram", "plot", "views"):
        lab.docks.docks[name].raise_()
    lab.open(tmp_path / "one.png")
    for op in catalogue().operations.values():
        lab.editor.load(Pipeline((Step.of(op),)))
        lab.settle()
        error = lab.shown.run.error
        assert error is None or error.message.endswith("."), op.id
        assert lab.result.size >= 1
    assert not lab.status.message.is_error()


def test_an_operation_that_fails_says_so_on_its_card_and_on_the_picture(lab, colour):
    lab.open(colour[0])
    lab.add("canny")
    lab.until(lambda: "needs one channel" in lab.docks.compare.result.accessibleDescription())
    lab.do("toggle_step")
    lab.settle()
    assert "needs" not in lab.docks.compare.result.accessibleDescription()
