"""A small network, and files of weights for it: good ones and bad ones."""

import io
import os
import pickle
import zipfile

import pytest
import torch

from visionlab.core.errors import ModelError
from visionlab.deep.nets.architectures import build
from visionlab.deep.weights import load_weights

ARGUMENTS = {"in_channels": 3, "classes": 5, "widths": [4, 8], "blocks": 1}


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


class Whole(torch.nn.Module):
    """Saved as an object, as some people do."""

    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(2, 2)


def members(path):
    """Return the names and contents of an archive."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def write_members(path, contents, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)


def archive_with(pickled, *, extra=None):
    """Return the members of a `.pt` file with this pickle in it."""
    return {"archive/data.pkl": pickled, "archive/version": b"3\n", **(extra or {})}


def rebuilt(numbers, size, key="w"):
    """Return a pickle of one tensor: a storage of `numbers` floats, seen as `size` of them."""

    def text(value):
        return b"X" + len(value).to_bytes(4, "little") + value.encode()

    def integer(value):
        return b"J" + value.to_bytes(4, "little")

    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu")
    storage += integer(numbers) + b"tQ"
    arguments = b"(" + storage + integer(0) + integer(size) + b"\x85" + integer(1) + b"\x85\x89"
    arguments += b"ccollections\nOrderedDict\n)Rt"
    return b"\x80\x02}" + text(key) + b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"Rs."


def pickled(thing, protocol=2):
    stream = io.BytesIO()
    pickle.Pickler(stream, protocol).dump(thing)
    return stream.getvalue()


def trained(seed=0):
    """A network whose numbers are all its own, those of normalisation too."""
    net = build("residual", ARGUMENTS).eval()
    draw = torch.Generator().manual_seed(seed)
    for value in net.state_dict().values():
        if value.is_floating_point():
            value.copy_(torch.rand(value.shape, generator=draw) + 0.1)
    return net


def empty():
    with torch.device("meta"):
        return build("residual", ARGUMENTS)


def refused(path, sha256=""):
    with pytest.raises(ModelError) as caught:
        load_weights(empty(), path, sha256)
    sentence = str(caught.value)
    assert sentence.endswith((".", "?"))
    assert "\n" not in sentence
    return sentence
