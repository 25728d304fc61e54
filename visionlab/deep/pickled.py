"""State dicts of `torch.save`: looked at without running anything, then loaded `weights_only`.

A pickle is a program: loading one may run any code. `weights_only` stops that, but still lets a
file of some bytes take gigabytes. So the names that the pickle asks for are compared with the few
that tensors need, and the zip around it is checked, before PyTorch sees the file.
"""

import pickletools
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from visionlab.core.errors import ModelError

MAX_PICKLE_BYTES = 16_000_000  # names and shapes; the numbers lie outside
MAX_MEMBERS = 100_000
LEGACY_PICKLES = 5  # before PyTorch 1.6: magic number, version, system, object, storages' keys
WRAPPERS = ("state_dict", "model", "model_state_dict")
CONVERT = (
    "ask for the weights alone, saved with "
    'safetensors.torch.save_file(model.state_dict(), "model.safetensors")'
)
_STORAGES = ("Float", "Half", "BFloat16", "Double", "Long", "Int", "Short", "Char", "Byte", "Bool")
NAMES = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    *(f"torch {kind}Storage" for kind in _STORAGES),
}


def read_state_dict(path: Path, zipped: bool) -> dict[str, Tensor]:
    """Return the tensors of a `.pt` or `.pth` file, which stay on the disk as far as they can.

    Parameters
    ----------
    path : Path
        The file.
    zipped : bool
        Whether it is of PyTorch 1.6 or later.

    Raises
    ------
    ModelError
        The file holds code or objects other than tensors, is compressed, damaged, or no state
        dict.
    """
    try:
        if zipped:
            _check_zip(path)
        else:
            _check_legacy(path)
        with warnings.catch_warnings():  # a damaged file has PyTorch warn of what is in it
            warnings.simplefilter("ignore")
            loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except (ModelError, OSError):
        raise
    except Exception as error:  # a damaged file can fail anywhere in the readers
        raise ModelError(f"{path.name} is damaged, or no file of PyTorch.") from error
    return _state_dict(loaded, path.name)


def _check_zip(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_kind([member.filename for member in members], path.name)
        size = path.stat().st_size
        packed = any(
            member.compress_type != zipfile.ZIP_STORED
            or member.flag_bits & 1
            or member.file_size != member.compress_size
            for member in members
        )
        if packed or sum(member.file_size for member in members) > size:
            raise ModelError(
                f"{path.name} is a compressed archive, and those can grow a thousandfold; "
                "save the weights with torch.save or as .safetensors."
            )
        pickles = [member for member in members if member.filename.endswith("/data.pkl")]
        if len(pickles) != 1 or pickles[0].file_size > MAX_PICKLE_BYTES:
            raise ModelError(f"{path.name} is an archive, but none that torch.save writes.")
        _check_pickles(BytesIO(archive.read(pickles[0])), 1, path.name)
        if (damaged := archive.testzip()) is not None:
            raise ModelError(f'{path.name} is damaged: the checksum of "{damaged}" is wrong.')


def _check_kind(names: list[str], file: str) -> None:
    """Refuse archives that are programs, and names that point elsewhere."""
    if any("/code/" in name or name.endswith("constants.pkl") for name in names):
        raise ModelError(f"{file} is a TorchScript program, and is not run; {CONVERT}.")
    if any(name.endswith(("archive_format", ".json")) for name in names):
        raise ModelError(f"{file} is an exported program (.pt2), and is not run; {CONVERT}.")
    parts = [part for name in names for part in name.replace("\\", "/").split("/")]
    tops = {name.partition("/")[0] for name in names}
    odd = ".." in parts or len(tops) != 1 or not all("/" in name[1:] for name in names)
    if odd or len(set(names)) != len(names) or len(names) > MAX_MEMBERS:
        raise ModelError(f"{file} is an archive, but none that torch.save writes.")


def _check_legacy(path: Path) -> None:
    with path.open("rb") as file:
        _check_pickles(BytesIO(file.read(MAX_PICKLE_BYTES)), LEGACY_PICKLES, path.name)


def _check_pickles(stream: BytesIO, count: int, file: str) -> None:
    """Refuse pickles that name anything but tensors; nothing is run."""
    for _ in range(count):
        for opcode, argument, _ in pickletools.genops(stream):
            named = argument if opcode.name in ("GLOBAL", "INST") else None
            if opcode.name == "STACK_GLOBAL" or (named is not None and named not in NAMES):
                what = f'"{str(named).replace(" ", ".")[:80]}"' if named else "code"
                raise ModelError(
                    f"{file} holds more than weights: loading it would run {what}; {CONVERT}."
                )


def _state_dict(loaded: Any, file: str) -> dict[str, Tensor]:
    """Take the state dict out of the wrappers that training scripts put around it."""
    for key in WRAPPERS:
        if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if not isinstance(loaded, dict) or not loaded:
        raise ModelError(f"{file} holds no state dict; {CONVERT}.")
    for key, value in loaded.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            raise ModelError(
                f'{file} is no state dict: its "{str(key)[:80]}" is no tensor; {CONVERT}.'
            )
    return loaded
