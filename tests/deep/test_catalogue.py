"""Where data sets are found, how they are fetched, and what they hold."""

import gzip
import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from file_server import serving

from visionlab.core.errors import Cancelled, DownloadError, SourceError
from visionlab.deep.data import catalogue, digits, idx
from visionlab.deep.data.catalogue import RemoteFile, find, known, locate
from visionlab.deep.data.fetch import fetch, fetched

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
MNIST, FASHION, TINY = known("mnist"), known("fashion-mnist"), known("tiny-imagenet")


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch):
    monkeypatch.delenv(catalogue.VARIABLE, raising=False)
    monkeypatch.setenv("no_proxy", "*")


def make(folder, entry):
    for mark in entry.marks:
        path = folder / mark
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


@pytest.mark.parametrize(
    ("entry", "folder"),
    [(MNIST, "mnist"), (MNIST, "MNIST/raw"), (FASHION, "fashion-mnist"),
     (FASHION, "FashionMNIST/raw"), (TINY, "tiny-imagenet-200")],
)  # fmt: skip
def test_a_set_is_found_in_a_folder_of_sets_and_by_its_own(tmp_path, entry, folder):
    place = make(tmp_path / folder, entry)
    assert locate(entry, tmp_path) == place
    assert locate(entry, place) == place
    others = [other for other in catalogue.SETS if other != entry]
    assert [locate(other, root) for other in others for root in (tmp_path, place)] == [None] * 6


def test_files_in_a_folder_of_any_name_may_be_either(tmp_path):
    place = make(tmp_path / "lesson 1", MNIST)
    assert locate(MNIST, place) == locate(FASHION, place) == place


def test_packed_files_count_and_half_a_set_does_not(tmp_path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(b"")
    assert locate(MNIST, tmp_path) is None
    (folder / "t10k-labels-idx1-ubyte").write_bytes(b"")
    assert locate(MNIST, tmp_path) == folder


def test_the_persons_folder_comes_before_the_variable_and_the_cache(tmp_path, monkeypatch):
    folders = {name: make(tmp_path / name / "mnist", MNIST) for name in ("own", "named", "cache")}
    monkeypatch.setenv(catalogue.VARIABLE, str(tmp_path / "named"))
    assert find("mnist", tmp_path / "own", tmp_path / "cache") == folders["own"]
    assert find("MNIST", tmp_path / "none", tmp_path / "cache") == folders["named"]
    monkeypatch.delenv(catalogue.VARIABLE)
    assert find("mnist", None, tmp_path / "cache") == folders["cache"]


def test_what_to_do_is_said_in_a_sentence(tmp_path):
    with pytest.raises(SourceError) as error:
        find("tiny-imagenet-200", cache=tmp_path)
    assert "visionlab data --fetch tiny-imagenet" in str(error.value)
    assert "248 MB" in str(error.value)
    assert "VISIONLAB_DATA" in str(error.value)
    with pytest.raises(SourceError, match='no data set "cats"; there are sklearn-digits, mnist'):
        find("cats")
    with pytest.raises(SourceError, match="come with the program"):
        find("sklearn-digits")
    with pytest.raises(SourceError, match="need not be fetched"):
        fetch(known("sklearn-digits"), tmp_path)


def test_each_set_says_where_it_is_from():
    for entry in catalogue.SETS:
        assert entry.licence
        for file in entry.files:
            assert len(file.sha256) == 64
            assert file.size > 0
            assert all(url.startswith("http") and url.endswith("/") for url in file.urls)


def test_scikit_learns_digits_are_always_there():
    train = catalogue.read(known("sklearn-digits"), "train")
    test = digits.read_split("test")
    assert len(train) + len(test) == 1797
    assert train.images.shape[1:] == (1, 8, 8)
    assert int(train.images.max()) == 255
    assert train.labels == tuple("0123456789")
    # The published counts of each class (UCI, file optdigits.tes).
    counts = np.bincount(np.concatenate([train.targets, test.targets]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # The first picture's third row as published: 0 3 15 2 0 11 8 0 of 16.
    levels = np.array([0, 3, 15, 2, 0, 11, 8, 0])
    assert train.images[0, 0, 2].tolist() == np.rint(levels * 255 / 16).tolist()
    assert train.targets[0] == 0


@pytest.mark.skipif(
    not (DATA / "mnist").is_dir(), reason="the data sets are not beside the project"
)
def test_the_real_sets_are_read():
    test = catalogue.read(MNIST, "test", find("mnist", DATA))
    assert test.images.shape == (10_000, 1, 28, 28)
    # As published: 980 zeros among the 10,000.
    assert int((test.targets == 0).sum()) == 980
    fashion = catalogue.read(FASHION, "test", find("fashion-mnist", DATA))
    assert np.bincount(fashion.targets).tolist() == [1000] * 10
    assert fashion.labels == idx.CLOTHING


def idx_file(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(header + array.tobytes())


@pytest.fixture
def server():
    with serving() as running:
        yield running


def published(entry, server, contents, urls=None):
    """Return `entry` as if its makers published `contents` at the server."""
    files = tuple(
        RemoteFile(name, urls or (server.url,), len(data), hashlib.sha256(data).hexdigest())
        for name, data in contents.items()
    )
    return replace(entry, files=files)


@pytest.fixture
def tiny(server):
    """A small Tiny ImageNet, zipped as its makers do."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in (*TINY.marks, "test/images/test_0.JPEG"):
            archive.writestr(f"tiny-imagenet-200/{name}", b"x")
    server.content = packed.getvalue()
    return published(TINY, server, {"tiny-imagenet-200.zip": server.content})


def test_an_archive_is_fetched_and_unpacked_once(server, tiny, tmp_path):
    told = []
    place = fetch(tiny, tmp_path, lambda *progress: told.append(progress))
    assert place == tmp_path / "tiny-imagenet-200" == locate(tiny, tmp_path)
    assert not (place / "test").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["tiny-imagenet-200"]
    assert told[0][0] == "Fetching Tiny ImageNet"
    assert told[-1] == ("Unpacking Tiny ImageNet", 3, 3)
    assert fetch(tiny, tmp_path) == place
    assert len(server.asked) == 1


def test_a_cancelled_unpacking_goes_on_without_the_network(server, tiny, tmp_path):
    told = []
    with pytest.raises(Cancelled):
        fetch(tiny, tmp_path, lambda what, *_: told.append(what), lambda: "Unp" in str(told[-1:]))
    assert locate(tiny, tmp_path) is None
    assert fetch(tiny, tmp_path) == tmp_path / "tiny-imagenet-200"
    assert len(server.asked) == 1


def test_single_files_are_fetched_and_read(server, tmp_path):
    images = idx_file(np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28))
    server.content = images
    entry = published(MNIST, server, {"t10k-images-idx3-ubyte.gz": images})
    told = []
    assert fetch(entry, tmp_path, lambda *progress: told.append(progress)) == tmp_path / "mnist"
    assert told[-1] == ("Fetching MNIST", len(images), len(images))
    read = idx.read_idx(tmp_path / "mnist" / "t10k-images-idx3-ubyte.gz")
    assert read.shape == (2, 28, 28)
    assert server.asked[0][0] == "/t10k-images-idx3-ubyte.gz"


def test_a_second_place_serves_where_the_first_fails(server, tmp_path):
    with serving() as gone:
        gone.status = 404
        urls = (gone.url, server.url)
        entry = published(MNIST, server, {"a.gz": server.content}, urls)
        fetch(entry, tmp_path)
    assert (tmp_path / "mnist" / "a.gz").read_bytes() == server.content
    server.status = 503
    entry = published(MNIST, server, {"b.gz": server.content})
    with pytest.raises(DownloadError, match="refuses"):
        fetch(entry, tmp_path)


def test_a_changed_file_is_not_taken(server, tmp_path):
    entry = published(MNIST, server, {"a.gz": server.content[::-1]})
    with pytest.raises(DownloadError, match=r"not the a\.gz that was expected"):
        fetch(entry, tmp_path)
    assert list((tmp_path / "mnist").iterdir()) == []


def test_what_was_fetched_is_counted(tmp_path):
    cache, folder = tmp_path / "cache", tmp_path / "cache" / "mnist"
    assert fetched(MNIST, cache) == fetched(TINY, cache) == fetched(known("sklearn-digits"), cache)
    assert fetched(MNIST, cache) == 0
    folder.mkdir(parents=True)
    first, second = MNIST.files[:2]
    (folder / first.name).touch()  # there only when whole
    (folder / f".{second.name}.part").write_bytes(bytes(10))
    assert fetched(MNIST, cache) == first.size  # of the part nobody knows the version
    (folder / f".{second.name}.mark").write_text("v1")
    assert fetched(MNIST, cache) == first.size + 10
    (archive,) = TINY.files
    (cache / f".{archive.name}.part").write_bytes(bytes(20))
    (cache / f".{archive.name}.mark").write_text("v1")
    assert fetched(TINY, cache) == 20
