"""Downloads, from a real server on loopback."""

import hashlib
import socket
import threading

import pytest
from file_server import serving

from visionlab.core.errors import Cancelled, DownloadError
from visionlab.deep import download as module
from visionlab.deep.download import download


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with serving() as running:
        yield running


@pytest.fixture
def target(tmp_path):
    return tmp_path / "new folder" / "data.bin"


def checksum(server):
    return hashlib.sha256(server.content).hexdigest()


def get(server, target, **options):
    return download(server.url + "data.bin", target, checksum(server), **options)


def cut_off(server, target, after=300_000):
    """Leave the first `after` bytes of a download that broke off."""
    server.cut = after
    with pytest.raises(DownloadError, match=r"broke off; try again: what is there is kept"):
        get(server, target)
    server.cut = None
    assert not target.exists()


def files_beside(target):
    return sorted(path.name for path in target.parent.iterdir())


def test_a_file_is_fetched_whole_with_progress(server, target):
    told = []
    assert get(server, target, progress=lambda *done: told.append(done)) == target
    assert target.read_bytes() == server.content
    assert files_beside(target) == ["data.bin"]
    assert told[-1] == (len(server.content), len(server.content))
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_an_existing_file_is_replaced_only_by_a_checked_one(server, target):
    target.parent.mkdir()
    target.write_bytes(b"old")
    with pytest.raises(DownloadError, match=r"not the data\.bin that was expected"):
        download(server.url, target, "0" * 64)
    assert target.read_bytes() == b"old"
    assert files_beside(target) == ["data.bin"]
    get(server, target)
    assert target.read_bytes() == server.content


def test_the_first_digits_of_a_checksum_will_do(server, target):
    download(server.url, target, checksum(server)[:8].upper())
    with pytest.raises(DownloadError, match="checksum"):
        download(server.url, target, "0123456")
    download(server.url, target, "")


@pytest.mark.parametrize("mark", ["etag", "modified"])
def test_a_broken_download_goes_on_where_it_stopped(server, target, mark):
    if mark == "modified":
        server.etag, server.modified = "", "Wed, 21 Oct 2015 07:28:00 GMT"
    cut_off(server, target)
    told = []
    get(server, target, progress=lambda *done: told.append(done))
    assert target.read_bytes() == server.content
    _, headers = server.asked[-1]
    assert headers["Range"] == "bytes=300000-"
    assert told[0][0] > 300_000
    assert told[-1] == (len(server.content), len(server.content))
    assert files_beside(target) == ["data.bin"]


def test_a_changed_file_is_fetched_anew(server, target):
    cut_off(server, target)
    server.content, server.etag = server.content[::-1], '"v2"'
    get(server, target)
    assert target.read_bytes() == server.content


@pytest.mark.parametrize(
    "manner", ["ignores ranges", "tells another range", "has weak tags", "has no rest"]
)
def test_a_server_that_cannot_resume_gives_the_whole(server, target, manner):
    if manner == "has weak tags":
        server.etag = 'W/"v1"'
    cut_off(server, target)
    server.ranges = manner != "ignores ranges"
    server.tells_ranges_right = manner != "tells another range"
    if manner == "has no rest":  # all has come, and the program was killed before it could check
        (target.parent / ".data.bin.part").write_bytes(server.content)
    get(server, target)
    assert target.read_bytes() == server.content
    assert files_beside(target) == ["data.bin"]


def test_without_a_length_the_end_is_the_end(server, target):
    server.length = False
    told = []
    get(server, target, progress=lambda *done: told.append(done))
    assert target.read_bytes() == server.content
    assert told[-1] == (len(server.content), None)


def test_cancelling_keeps_what_is_there(server, target):
    told = []
    with pytest.raises(Cancelled):
        get(server, target, progress=lambda *done: told.append(done), cancelled=lambda: bool(told))
    assert not target.exists()
    kept = (target.parent / ".data.bin.part").stat().st_size
    assert 0 < kept < len(server.content)
    get(server, target)
    assert server.asked[-1][1]["Range"] == f"bytes={kept}-"
    assert target.read_bytes() == server.content
    with pytest.raises(Cancelled):
        get(server, target, cancelled=lambda: True)
    assert len(server.asked) == 2  # not even asked


@pytest.mark.parametrize("length", [True, False])
def test_what_is_too_large_is_not_fetched(server, target, length):
    server.length = length
    with pytest.raises(DownloadError, match=r"larger than the 1 MB .* not fetched"):
        get(server, target, max_bytes=len(server.content) - 1)
    assert files_beside(target) == []
    get(server, target, max_bytes=len(server.content))


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "There is no http://.* any more"), (403, "refuses the file"), (503, "try again later")],
)
def test_a_refusal_is_told(server, target, status, words):
    server.status = status
    with pytest.raises(DownloadError, match=words):
        get(server, target)


@pytest.mark.parametrize("url", ["ftp://a/b", "file:///etc/passwd", "/etc/passwd", "", "c:\\x"])
def test_other_addresses_are_refused(target, url):
    with pytest.raises(DownloadError, match="must begin with http"):
        download(url, target, "")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_server_cannot_lead_to_other_addresses(server, target, url):
    server.redirect = url
    with pytest.raises(DownloadError):
        get(server, target)
    assert not target.exists()


def test_a_redirection_on_the_web_is_followed(server, target):
    with serving() as other:
        other.redirect = server.url
        download(other.url, target, checksum(server))
    assert target.read_bytes() == server.content


def test_no_network_is_told(target, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/x", "http://nowhere.invalid/x"):
        with pytest.raises(DownloadError, match="cannot be reached; check the network"):
            download(url, target, "")
    assert not target.parent.exists()


@pytest.mark.parametrize("url", ["http://[::1", "http://a:b/", "http://127.0.0.1/a b"])
def test_nonsense_is_told(target, url, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(DownloadError):
        download(url, target, "")


def test_what_is_no_web_server_is_told(target, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            connection.recv(1000)
            connection.sendall(b"220 mail.example ready\r\n")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(DownloadError, match="cannot be fetched"):
            download(f"http://127.0.0.1:{listener.getsockname()[1]}/", target, "")
        thread.join()


def test_a_silent_server_is_given_up(server, target, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT", 0.2)
    server.silent = threading.Event()
    with pytest.raises(DownloadError, match="does not answer"):
        get(server, target)


def test_a_full_disk_is_told_and_freed(server, target, tmp_path):
    full = "/dev/full"
    target.parent.mkdir()
    try:
        (target.parent / ".data.bin.part").symlink_to(full)
    except OSError:
        pytest.skip("no links here")
    if not (target.parent / ".data.bin.part").exists():
        pytest.skip(f"there is no {full}")
    with pytest.raises(DownloadError, match=r"has no room for data\.bin; make room"):
        get(server, target)
    assert files_beside(target) == []


def test_too_little_room_is_told_before_the_disk_is_full(server, target):
    server.cut = 10
    server.content = Claim(10**18)
    with pytest.raises(DownloadError, match="no room"):
        download(server.url, target, "", max_bytes=10**19)


class Claim(bytes):
    """Few bytes that say they are many."""

    def __new__(cls, length):
        self = super().__new__(cls, 100)
        self.length = length
        return self

    def __len__(self):
        return self.length

    def __getitem__(self, key):
        return self


def test_a_folder_that_cannot_be_written_to_is_told(server, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DownloadError, match=r"cannot be written: .*choose another folder"):
        get(server, tmp_path / "file" / "data.bin")
