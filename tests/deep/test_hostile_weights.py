"""Files of weights that are armed, greedy or damaged: one sentence, nothing run, memory bounded."""

import os
import pickle
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from state_dicts import (
    Touch,
    Whole,
    archive_with,
    empty,
    members,
    pickled,
    rebuilt,
    refused,
    trained,
    write_members,
)

from visionlab.core.errors import ModelError
from visionlab.deep.weights import MAX_WEIGHTS_BYTES, load_weights

# What would run code


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("zipped", [True, False])
def test_pickles_that_run_code_are_refused_and_not_run(tmp_path, protocol, zipped):
    path, sentinel = tmp_path / "weights.pt", tmp_path / "it ran"
    evil = pickled({"fc.weight": Touch(sentinel)}, protocol)
    if zipped:
        write_members(path, archive_with(evil))
    else:
        path.write_bytes(evil)
    sentence = refused(path)
    assert "safetensors.torch.save_file" in sentence
    assert not sentinel.exists()
    pickle.loads(evil)
    assert sentinel.exists()  # so the file was armed


def test_the_name_of_what_would_run_is_said(tmp_path):
    path = tmp_path / "weights.pt"
    write_members(path, archive_with(pickled(Touch(tmp_path / "ran"))))
    assert 'loading it would run "posix.mkdir"' in refused(path).replace("nt.mkdir", "posix.mkdir")


def test_where_the_name_is_hidden_it_is_called_code(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(pickled(Touch(tmp_path / "ran"), 4))  # the name comes from the stack
    assert "loading it would run code; ask for" in refused(path)


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_modules_are_refused(tmp_path, zipped):
    path = tmp_path / "model.pt"
    torch.save(Whole(), path, _use_new_zipfile_serialization=zipped)
    sentence = refused(path)
    assert 'would run "state_dicts.Whole"' in sentence
    assert "safetensors.torch.save_file(model.state_dict()" in sentence


def test_a_checkpoint_with_a_hidden_object_is_refused(tmp_path):
    path, sentinel = tmp_path / "checkpoint.pt", tmp_path / "it ran"
    torch.save({"state_dict": trained().state_dict(), "config": Touch(sentinel)}, path)
    assert "holds more than weights" in refused(path)
    assert not sentinel.exists()


def test_torchscript_is_refused(tmp_path):
    path = tmp_path / "script.pt"
    write_members(path, archive_with(b"", extra={"archive/code/__torch__.py": b"def forward():"}))
    assert "is a TorchScript program, and is not run" in refused(path)
    write_members(path, archive_with(b"", extra={"archive/constants.pkl": b""}))
    assert "is a TorchScript program" in refused(path)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_as_pytorch_writes_it_is_refused(tmp_path):
    path = tmp_path / "script.pt"
    torch.jit.trace(torch.nn.Linear(2, 2), torch.zeros(1, 2)).save(path)
    assert "is a TorchScript program" in refused(path)


@pytest.mark.parametrize("name", ["archive_format", "models/model.json"])
def test_exported_programs_are_refused(tmp_path, name):
    path = tmp_path / "model.pt2"
    write_members(path, archive_with(b"", extra={f"archive/{name}": b"pt2"}))
    assert "is an exported program (.pt2), and is not run" in refused(path)


# What would take all the memory


def test_compressed_archives_are_refused_before_they_grow(tmp_path):
    path = tmp_path / "bomb.pt"
    bomb = archive_with(
        rebuilt(50_000_000, 50_000_000), extra={"archive/data/0": bytes(200_000_000)}
    )
    write_members(path, bomb, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    sentence = refused(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "compressed archive" in sentence
    assert peak < 5_000_000


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with resource")
def test_files_that_ask_for_memory_do_not_get_it(tmp_path):
    """In a fresh process: how far its memory ever grew can be seen there alone."""
    bytearrays = b"\x80\x02cbuiltins\nbytearray\nJ\x00\x00\x00\x30\x85R."  # of 805306368 bytes
    write_members(tmp_path / "a.pt", archive_with(bytearrays))
    for name, numbers in (("b.pt", 4), ("c.pt", 300_000_000)):
        liar = archive_with(rebuilt(numbers, 300_000_000), extra={"archive/data/0": bytes(16)})
        write_members(tmp_path / name, liar)
    code = """
import resource, sys
from pathlib import Path
from state_dicts import empty
from visionlab.core.errors import ModelError
from visionlab.deep.weights import load_weights
net = empty()
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
for name in ("a.pt", "b.pt", "c.pt"):
    try:
        load_weights(net, Path(sys.argv[1]) / name)
    except ModelError as error:
        print(error)
print(peak() / before)
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", code, tmp_path], env=environment,
                          capture_output=True, text=True, check=True)  # fmt: skip
    *sentences, growth = done.stdout.splitlines()
    assert 'would run "builtins.bytearray"' in sentences[0]
    assert "b.pt is damaged" in sentences[1]
    assert "c.pt is damaged" in sentences[2]
    assert float(growth) < 1.5  # of some 200 MB; each file asks for 800 to 1200


def test_huge_files_are_refused_unread(tmp_path):
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.truncate(MAX_WEIGHTS_BYTES + 1)  # takes no room on the disk
    assert "2.1 GB is the limit" in refused(path)


# What is damaged


@pytest.fixture(scope="module")
def good_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    net = trained()
    safetensors.torch.save_file(net.state_dict(), folder / "a.safetensors")
    torch.save(net.state_dict(), folder / "a.pt")
    torch.save(net.state_dict(), folder / "a.pth", _use_new_zipfile_serialization=False)
    return folder


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt", "a.pth"])
def test_truncated_files_are_refused(good_files, tmp_path, name):
    data = (good_files / name).read_bytes()
    path = tmp_path / name
    for length in [0, 1, 4, 8, 9, 10, 64, *np.linspace(100, len(data) - 1, 25, dtype=int)]:
        path.write_bytes(data[:length])
        refused(path)


@pytest.mark.parametrize("name", ["a.pt", "a.pth", "a.safetensors"])
@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_changed_bytes_are_a_sentence_or_harmless(good_files, tmp_path, name, data):
    contents = bytearray((good_files / name).read_bytes())
    at = data.draw(st.integers(0, len(contents) - 1))
    contents[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path / name
    path.write_bytes(contents)
    net = empty()
    try:
        load_weights(net, path)
    except ModelError:
        return
    assert all(torch.isfinite(value).all() for value in net.state_dict().values())


def test_what_pytorch_warns_of_in_a_damaged_file_is_not_told(good_files, tmp_path):
    before, after = (good_files / "a.pth").read_bytes().rsplit(b"h\x03((", 1)
    path = tmp_path / "a.pth"
    path.write_bytes(before + b"h\x44((" + after)  # not what makes tensors, but another thing
    torch.set_warn_always(True)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            assert "is damaged" in refused(path)
    finally:
        torch.set_warn_always(False)
    assert not told


def test_a_flipped_bit_among_the_numbers_of_a_zip_is_noticed(good_files, tmp_path):
    contents = members(good_files / "a.pt")
    largest = max((n for n in contents if "/data/" in n), key=lambda name: len(contents[name]))
    data = bytearray((good_files / "a.pt").read_bytes())
    at = data.find(contents[largest])
    data[at + 10] ^= 1
    path = tmp_path / "a.pt"
    path.write_bytes(data)
    assert "the checksum of" in refused(path)


def test_archives_with_odd_names_are_refused(good_files, tmp_path):
    contents, path = members(good_files / "a.pt"), tmp_path / "a.pt"
    for odd in ("a/../../etc/passwd", "/etc/passwd", "b\\..\\c", "other/data.pkl", "a"):
        write_members(path, {**contents, odd: b"x"})
        assert "none that torch.save writes" in refused(path)


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (b"hello, this is a text", "is no file of weights"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "is no file of weights"),
        (b"\xff" * 8 + b"{" + bytes(20), "is damaged, or no safetensors file"),
        (b"PK\x03\x04" + bytes(100), "is damaged, or no file of PyTorch"),
        (b"\x80\x02}.", "is damaged, or no file of PyTorch"),
    ],
)
def test_other_files_are_refused(tmp_path, contents, sentence):
    path = tmp_path / "weights.pt"
    path.write_bytes(contents)
    assert sentence in refused(path)


@pytest.mark.parametrize("thing", [[1, 2], {}, {"epoch": 3}, {"a": {"b": torch.zeros(2)}},
                                   {1: torch.zeros(2)}, torch.zeros(3)])  # fmt: skip
def test_what_is_no_state_dict_is_refused(tmp_path, thing):
    path = tmp_path / "weights.pt"
    torch.save(thing, path)
    assert "state dict" in refused(path)


def test_sparse_and_quantised_tensors_are_refused(tmp_path):
    path = tmp_path / "weights.pt"
    torch.save({**trained().state_dict(), "fc.weight": torch.eye(5, 8).to_sparse()}, path)
    assert "holds more than weights" in refused(path)


def test_missing_files_and_folders_are_a_sentence(tmp_path):
    assert refused(tmp_path / "none.pt") == "none.pt cannot be read: No such file or directory."
    assert "is no file" in refused(tmp_path)
