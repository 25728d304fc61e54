"""Weights into a network, from files that are not trusted, and back into a file.

Nothing that runs code is ever loaded: safetensors, or state dicts that `pickled` has looked at.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from visionlab.core.errors import ModelError
from visionlab.core.files import write_atomically
from visionlab.deep.pickled import CONVERT, read_state_dict

MAX_WEIGHTS_BYTES = 2 * 1024**3
FLOATS = (torch.float16, torch.bfloat16, torch.float32)
COUNTER = "num_batches_tracked"  # of batch normalisation; tells nothing about a trained network


def load_weights(net: nn.Module, path: Path, sha256: str = "") -> None:
    """Put the weights of a file into `net`, as float32 on the CPU; all of them or none.

    Parameters
    ----------
    net : Module
        Also one built on the device 'meta', which takes no memory before.
    path : Path
        `.safetensors`, or a state dict of `torch.save` (`.pt`, `.pth`); also one in a dictionary
        as "state_dict" or "model", and with "module." before its names. float16, bfloat16 or
        float32.
    sha256 : str
        What the file must have, where it is known.

    Raises
    ------
    ModelError
        The file cannot be read, is damaged or not trustworthy, or does not fit the network: the
        first difference is named.
    """
    check_file(path, sha256)
    found = read_weights(path)
    wanted = net.state_dict()
    _check_names(found, wanted)
    fitted = {key: _fitted(key, found.get(key), wanted[key]) for key in wanted}
    net.load_state_dict(fitted, assign=True)


def save_weights(net: nn.Module, path: Path) -> str:
    """Write the weights of `net` as safetensors; return the file's SHA-256.

    Matrices and convolutions are stored as float16, which halves the file; biases and the few
    numbers of normalisation stay float32.

    Raises
    ------
    ModelError
        A weight is not finite, or too large for float16.
    OSError
        The file cannot be written; nothing was changed.
    """
    stored = {}
    for key, value in net.state_dict().items():
        if key.endswith(COUNTER):
            continue
        kind = torch.float16 if value.ndim > 1 else torch.float32
        stored[key] = value.detach().cpu().to(kind).contiguous()
        if not torch.isfinite(stored[key]).all():
            raise ModelError(f'The network\'s "{key}" cannot be stored: it is not finite.')
    data = safetensors.torch.save(stored)
    write_atomically(path, data)
    return hashlib.sha256(data).hexdigest()


def read_weights(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a file as it holds them, which stay on the disk as far as they can.

    Raises
    ------
    ModelError
        The file cannot be read, is damaged or not trustworthy.
    """
    check_file(path)
    try:
        return _without_prefix(_read(path))
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror}.") from error


def check_file(path: Path, sha256: str = "") -> None:
    """Refuse files that are too large, or that were changed.

    Raises
    ------
    ModelError
        The file is not there, has more than `MAX_WEIGHTS_BYTES`, or another SHA-256.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ModelError(f"{path.name} is no file.")
        if size > MAX_WEIGHTS_BYTES:
            limit = MAX_WEIGHTS_BYTES / 1e9
            raise ModelError(f"{path.name} has {size / 1e9:.1f} GB; {limit:.1f} GB is the limit.")
        if sha256 and sha256 != file_sha256(path):
            raise ModelError(
                f"{path.name} is damaged or was changed: its SHA-256 is not the one on its card; "
                "please install or add the model again."
            )
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror}.") from error


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> dict[str, Tensor]:
    """Return the file's tensors, told by its first bytes and not by its name."""
    with path.open("rb") as file:
        head = file.read(9)
    if head[8:] == b"{":
        try:
            with safe_open(path, "pt") as tensors:
                return {key: tensors.get_tensor(key) for key in tensors.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise ModelError(f"{path.name} is damaged, or no safetensors file.") from error
    if head[:4] == b"PK\x03\x04" or head[:1] == b"\x80":
        return read_state_dict(path, zipped=head[:1] == b"P")
    raise ModelError(
        f"{path.name} is no file of weights; expected are .safetensors, or .pt and .pth with a "
        f"state dict; {CONVERT}."
    )


def _without_prefix(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Take away what `DataParallel` puts before every name."""
    prefix = "module."
    if not all(key.startswith(prefix) for key in found):
        return found
    return {key.removeprefix(prefix): value for key, value in found.items()}


def _check_names(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    for key, value in wanted.items():
        if key not in found and not key.endswith(COUNTER):
            raise ModelError(
                f'The file has no "{key}", which the network needs ({_shape(value)}); '
                "is it of another architecture?"
            )
    for key in found:
        if key not in wanted:
            raise ModelError(
                f'The file\'s "{key[:80]}" is not in the network; is it of another architecture?'
            )


def _fitted(key: str, found: Tensor | None, wanted: Tensor) -> Tensor:
    """Return what was found as the network wants it, in memory of its own."""
    if found is None:
        return torch.zeros(wanted.shape, dtype=wanted.dtype)
    if found.shape != wanted.shape:
        raise ModelError(
            f"The file's \"{key}\" is {_shape(found)}; the network's is {_shape(wanted)}."
        )
    allowed = FLOATS if wanted.is_floating_point() else (wanted.dtype,)
    if found.dtype not in allowed or found.layout != torch.strided or found.is_quantized:
        names = ", ".join(_name(kind) for kind in allowed)
        raise ModelError(f'The file\'s "{key}" is {_name(found.dtype)}; expected is {names}.')
    values = found.detach().to(wanted.dtype, copy=True, memory_format=torch.contiguous_format)
    if not torch.isfinite(values).all():
        raise ModelError(f'The file\'s "{key}" has values that are not finite.')
    return values


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "one number"


def _name(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")
