"""ONNX networks through onnxruntime (extra `visionlab[onnx]`): forward only, on the CPU."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from visionlab.core.errors import ModelError
from visionlab.deep.card import Preprocess
from visionlab.deep.onnx_file import check_onnx, ends_with_softmax
from visionlab.deep.weights import check_file

MAX_WORKING_BYTES = 4 * 1024**3  # a file of some bytes can ask for any number
DTYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class OnnxNet(nn.Module):
    """A network that onnxruntime computes; it has no parameters, and so no gradients.

    Parameters
    ----------
    path : Path
        The `.onnx` file, with all its weights inside.
    preprocess : Preprocess
        What the pictures will be; the network's input must fit.
    threads : int
        Of onnxruntime; 0 leaves that to it.
    sha256 : str
        What the file must have, where it is known.

    Raises
    ------
    ModelError
        onnxruntime is not there, or the file is damaged, refers to others or does not fit.
    """

    def __init__(
        self, path: Path, preprocess: Preprocess, threads: int = 0, sha256: str = ""
    ) -> None:
        super().__init__()
        data = _read(path, sha256)
        self._probabilities = ends_with_softmax(data, path.name)
        self._session = _session(data, path.name, threads)
        try:
            inputs = [(node.name, node.shape, node.type) for node in self._session.get_inputs()]
            self._output = self._session.get_outputs()[0].name
        except (UnicodeDecodeError, IndexError) as error:
            raise ModelError(f"{path.name} is damaged, or has no output.") from error
        if len(inputs) != 1:
            raise ModelError(f"{path.name} has {len(inputs)} inputs; one picture is expected.")
        self._input, shape, kind = inputs[0]
        _check_input(shape, kind, path.name, preprocess)
        self._dtype = DTYPES[kind]
        self._one_by_one = shape[0] == 1

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, classes) of pictures (N, C, H, W); of softmax, its logarithms.

        Raises
        ------
        ModelError
            onnxruntime failed.
        """
        pictures = np.ascontiguousarray(x.numpy(), self._dtype)
        parts = np.split(pictures, len(pictures)) if self._one_by_one else [pictures]
        try:
            answers = [self._session.run([self._output], {self._input: part})[0] for part in parts]
            out = torch.from_numpy(np.concatenate(answers)).float().reshape(len(x), -1)
        except Exception as error:  # onnxruntime's own errors have no common base
            raise ModelError(f"The ONNX network failed: {_first_line(error)}.") from error
        return out.clamp(min=1e-30).log() if self._probabilities else out


def _check_input(shape: list[int | str], kind: str, file: str, preprocess: Preprocess) -> None:
    """Compare the network's input with (N, C, size, size); names stand for any number."""
    size = preprocess.size
    wanted = (1, preprocess.channels, size, size)
    fits = len(shape) == 4 and all(
        not isinstance(number, int) or number == expected
        for number, expected in zip(shape, wanted, strict=True)
    )
    if not fits or kind not in DTYPES:
        raise ModelError(
            f"{file} takes {'x'.join(map(str, shape))} {kind}; the preprocessing gives "
            f"{'x'.join(map(str, wanted))} tensor(float)."
        )


def _read(path: Path, sha256: str) -> bytes:
    check_file(path, sha256)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror}.") from error
    check_onnx(data, path.name)
    return data


def _session(data: bytes, file: str, threads: int) -> Any:
    ort = _onnxruntime()
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors come as exceptions
    # Threads that spin while they wait take the cores from the picture lane.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.add_session_config_entry("session.use_env_allocators", "1")
    try:
        return ort.InferenceSession(
            data, options, providers=["CPUExecutionProvider"], enable_fallback=0
        )
    except Exception as error:  # onnxruntime's own errors have no common base
        raise ModelError(f"{file} cannot be used: {_first_line(error)}.") from error


@cache
def _onnxruntime() -> Any:
    """Return the module, told once how much memory all networks together may take."""
    try:
        ort = import_module("onnxruntime")
    except ImportError as error:
        raise ModelError(
            "ONNX networks need onnxruntime, which is not installed; "
            'please install it with pip install "visionlab[onnx]".'
        ) from error
    where = ort.OrtMemoryInfo(
        "Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT
    )
    limit = ort.OrtArenaCfg({"max_mem": MAX_WORKING_BYTES})
    ort.create_and_register_allocator(where, limit)
    return ort


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".")
