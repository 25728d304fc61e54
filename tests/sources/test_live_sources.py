"""Streams over a real connection on this computer, cameras, and the grabber beneath both."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter

import cv2
import numpy as np
import pytest

from visionlab.core.errors import SourceError
from visionlab.sources import cameras, open_source
from visionlab.sources.camera import Camera
from visionlab.sources.grabber import Grabber
from visionlab.sources.stream import Stream, without_password

RED, BLUE = (220, 30, 30), (30, 30, 220)  # RGB: left and right half of every frame


def jpeg():
    picture = np.empty((120, 160, 3), np.uint8)
    picture[:, :80], picture[:, 80:] = RED[::-1], BLUE[::-1]
    return cv2.imencode(".jpg", picture)[1].tobytes()


class Handler(BaseHTTPRequestHandler):
    """Serves MJPEG at /live, the same with faults, and things that are no video."""

    stop = threading.Event()

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
        elif self.path == "/page":
            self._begin("text/html")
            self.wfile.write(b"<html><body>Log in</body></html>")
        elif self.path == "/silent":
            self.stop.wait(20)
        else:
            self._serve_frames(10 if self.path in ("/dies", "/stalls") else 10_000)
            if self.path == "/stalls":
                self.stop.wait(20)

    def _begin(self, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def _serve_frames(self, frames):
        self._begin("multipart/x-mixed-replace; boundary=frame")
        data = jpeg()
        head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(data)
        try:
            for _ in range(frames):
                self.wfile.write(head + data + b"\r\n")
                if self.stop.wait(0.02):
                    return
        except OSError:
            pass  # the reader has gone


@pytest.fixture(scope="module")
def server():
    Handler.stop.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Handler.stop.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def impatient(monkeypatch):
    """Give streams up sooner than the program does."""
    monkeypatch.setattr("visionlab.sources.stream._TIMEOUT_MS", 600)


def test_a_stream_plays(server):
    source = open_source(f"{server}/live")
    assert isinstance(source, Stream)
    assert (source.kind, source.count, source.mirror) == ("live", 0, False)
    assert source.size == (160, 120)
    frames = [source.read() for _ in range(10)]
    indices = [frame.index for frame in frames]
    assert indices == sorted(set(indices))
    assert all(0 <= perf_counter() - frame.time < 5 for frame in frames)
    image = frames[-1].image
    assert np.abs(image[:, 8:72].astype(int) - RED).max() < 12
    assert np.abs(image[:, 88:152].astype(int) - BLUE).max() < 12
    source.mirror = True
    assert np.abs(source.read().image[:, 8:72].astype(int) - BLUE).max() < 12
    source.seek(3)
    assert source.read().index > indices[-1]
    source.close()
    source.close()


@pytest.mark.parametrize("path", ["/dies", "/stalls"])
def test_a_stream_that_falls_silent(server, refused, path, impatient):
    source = open_source(f"{server}{path}")

    def read_on():
        for _ in range(20):
            source.read()

    start = perf_counter()
    assert "ended or fallen silent" in refused(read_on)
    assert perf_counter() - start < 2
    source.close()


@pytest.mark.parametrize("path", ["/missing", "/page", "/silent"])
def test_what_is_no_stream(server, refused, path):
    start = perf_counter()
    assert "No live video" in refused(lambda: open_source(f"{server}{path}"))
    assert perf_counter() - start < 5.5  # with the program's own limits


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_an_address_that_accepts_and_says_nothing(refused, scheme, impatient):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        start = perf_counter()
        refused(lambda: open_source(f"{scheme}://127.0.0.1:{port}/video"))
        assert perf_counter() - start < 2


def test_an_address_where_nothing_listens(refused):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "127.0.0.1" in refused(lambda: open_source(f"http://127.0.0.1:{port}/"))


def test_a_recording_is_no_live_stream(refused, tmp_path):
    path = tmp_path / "v.avi"
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48)
    )
    for _ in range(30):
        writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()

    class File(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            data = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    with ThreadingHTTPServer(("127.0.0.1", 0), File) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/v.avi"
            assert "recording" in refused(lambda: open_source(address))
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/a.avi",
        "udp://127.0.0.1:1234",
        "concat://a|b",
        "http://",
        "http:///video",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "rtsp://[::1/",
    ],
)
def test_other_addresses_are_refused_at_once(refused, address):
    start = perf_counter()
    refused(lambda: open_source(address))
    assert perf_counter() - start < 0.5


def test_a_password_is_not_shown(refused):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    sentence = refused(lambda: open_source(f"http://me:secret@127.0.0.1:{port}/video"))
    assert "secret" not in sentence


def test_an_absent_camera_is_told_at_once(refused):
    missing = max((camera.index for camera in cameras()), default=-1) + 7
    start = perf_counter()
    sentence = refused(lambda: open_source(f"camera:{missing}"))
    assert perf_counter() - start < 3.5
    assert f"no camera {missing}" in sentence or "does not open" in sentence
    assert "camera:test" in sentence or "plug" in sentence


def test_the_kernel_s_list_of_cameras(tmp_path, monkeypatch):
    """Only the first node of each device delivers pictures; the others describe them."""
    for number, name, node in ((0, "Front Camera", 0), (1, "Front Camera", 1), (12, "USB Cam", 0)):
        folder = tmp_path / f"video{number}"
        folder.mkdir()
        (folder / "name").write_text(name + "\n")
        (folder / "index").write_text(f"{node}\n")
    monkeypatch.setattr("visionlab.sources.camera._NAMES", tmp_path)
    monkeypatch.setattr("visionlab.sources.camera.sys.platform", "linux")
    monkeypatch.setattr("visionlab.sources.camera.find_spec", lambda _: None)
    assert [(camera.index, camera.name) for camera in cameras()] == [
        (0, "Front Camera"),
        (12, "USB Cam"),
    ]


class Device:
    """Stands in for a camera's driver: frame n is n everywhere."""

    def __init__(self, frames=10**9, pause=0.005, stuck=None):
        self.frames, self.pause, self.stuck = frames, pause, stuck
        self.number = 0
        self.released = False

    def isOpened(self):
        return True

    def get(self, which):
        return {cv2.CAP_PROP_FRAME_WIDTH: 8, cv2.CAP_PROP_FRAME_HEIGHT: 6}.get(which, 0)

    def set(self, *_):
        return True

    def grab(self):
        time.sleep(self.pause)
        if self.stuck and self.number >= self.frames:
            self.stuck.wait(10)
        self.number += 1
        return self.number <= self.frames

    def retrieve(self):
        return True, np.full((6, 8, 3), self.number % 256, np.uint8)

    def release(self):
        self.released = True


def test_a_slow_reader_gets_the_present(monkeypatch):
    device = Device()
    grabber = Grabber(lambda: device, 1.0)
    assert grabber.wait_until_open()
    first = grabber.read()
    time.sleep(0.3)
    later = grabber.read()
    assert later[1] - first[1] > 20
    assert perf_counter() - later[2] < 0.1
    assert later[0][0, 0, 0] == (later[1] + 1) % 256
    grabber.close()
    assert device.released


def test_a_driver_that_hangs_holds_nobody():
    release = threading.Event()
    grabber = Grabber(lambda: Device(frames=3, stuck=release), 0.5)
    assert grabber.wait_until_open()
    start = perf_counter()
    while grabber.read() is not None:
        pass
    assert perf_counter() - start < 1.5
    release.set()
    grabber.close()


def test_a_driver_that_hangs_while_opening_holds_nobody():
    release = threading.Event()

    def open_slowly():
        release.wait(10)
        return Device()

    grabber = Grabber(open_slowly, 0.3)
    start = perf_counter()
    assert not grabber.wait_until_open()
    assert perf_counter() - start < 1
    release.set()
    grabber.close()


def test_a_camera_that_is_unplugged(monkeypatch, tmp_path):
    (tmp_path / "video3").touch()
    monkeypatch.setattr("visionlab.sources.camera._DEVICES", tmp_path)
    monkeypatch.setattr("visionlab.sources.camera._open", lambda *_: Device(frames=5))
    source = Camera(3, (640, 480))
    assert source.mirror
    assert source.spec == "camera:3:640x480"

    def read_on():
        for _ in range(10):
            assert source.read().image.shape == (6, 8, 3)

    with pytest.raises(SourceError, match="sends no more pictures"):
        read_on()
    source.close()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://ann:secret@cam.local:554/live", "rtsp://cam.local:554/live"),
        ("http://cam.local/video", "http://cam.local/video"),
        ("rtsp://ann:p@ss@cam.local/x", "rtsp://cam.local/x"),
        ("http://cam.local/a@b", "http://cam.local/a@b"),
        ("camera:test:640x480@30", "camera:test:640x480@30"),
        ("/home/ann@work/picture.png", "/home/ann@work/picture.png"),
    ],
)
def test_passwords_in_addresses_are_neither_shown_nor_kept(address, shown):
    assert without_password(address) == shown


def test_a_refused_address_does_not_tell_its_password():
    with pytest.raises(SourceError) as caught:
        open_source("rtsp://ann:secret@cam.local:99999/live")
    assert "secret" not in str(caught.value)
