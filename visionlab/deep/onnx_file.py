"""ONNX files, looked at before onnxruntime sees them: nothing may refer to other files.

An ONNX file is a protocol buffer; the numbers below are the fields of `onnx.proto3`.
"""

from collections.abc import Iterator
from typing import TypeAlias

from visionlab.core.errors import ModelError

Field: TypeAlias = tuple[int, "memoryview | int"]  # number and value
Shape: TypeAlias = tuple[int, ...]

# Which fields of a message hold messages that may hold tensors.
INNER = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "training": {1: "graph", 2: "graph"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
EXTERNAL_DATA, DATA_LOCATION = 13, 14  # of a tensor
MAX_DEPTH = 64
MAX_FIELDS = 2_000_000


def check_onnx(data: bytes, file: str) -> None:
    """Refuse what is no ONNX model, and models that read other files.

    Raises
    ------
    ModelError
        One sentence about what was found.
    """
    if data[4:8] == b"ORTM":  # onnxruntime would read it in its own format
        raise ModelError(f"{file} is a model in onnxruntime's own format; .onnx is expected.")
    try:
        fields = list(_walk(memoryview(data), "model", MAX_DEPTH))
    except (ValueError, IndexError) as error:
        raise ModelError(f"{file} is damaged, or no ONNX model.") from error
    if any(kind == "tensor" and _is_external(field) for kind, field in fields):
        raise ModelError(
            f"{file} keeps weights in other files, which are not read; save it as one file, "
            'with onnx.save_model(model, "model.onnx", save_as_external_data=False).'
        )
    if not any(kind == "model" and number == 7 for kind, (number, _) in fields):
        raise ModelError(f"{file} is no ONNX model: it holds no graph.")


def ends_with_softmax(data: bytes, file: str) -> bool:
    """Whether the model's first output is probabilities instead of logits.

    Raises
    ------
    ModelError
        The model is damaged.
    """
    made_by: dict[str, str] = {}  # operator type by the name of its output
    outputs: list[str] = []
    try:
        graph = next(value for number, value in _fields(memoryview(data)) if number == 7)
        for number, value in _fields(_message(graph)):
            if number == 1:
                operator = next(iter(_texts(value, 4)), "")
                made_by |= dict.fromkeys(_texts(value, 2), operator)
            elif number == 12:
                outputs += _texts(value, 1)
    except (ValueError, IndexError) as error:
        raise ModelError(f"{file} is damaged, or no ONNX model.") from error
    return bool(outputs) and made_by.get(outputs[0]) == "Softmax"


def declared_shapes(data: bytes, file: str) -> tuple[list[Shape], list[Shape]]:
    """Return the shapes of the inputs and of the outputs; -1 stands for any number.

    Raises
    ------
    ModelError
        The model is damaged.
    """
    inputs: dict[str, Shape] = {}
    outputs: list[Shape] = []
    weights: set[str] = set()  # old models list these among the inputs
    try:
        graph = next(value for number, value in _fields(memoryview(data)) if number == 7)
        for number, value in _fields(_message(graph)):
            if number == 5:
                weights |= set(_texts(value, 8))
            elif number == 11:
                inputs[next(iter(_texts(value, 1)), "")] = _shape(value)
            elif number == 12:
                outputs.append(_shape(value))
    except (ValueError, IndexError, StopIteration) as error:
        raise ModelError(f"{file} is damaged, or no ONNX model.") from error
    return [shape for name, shape in inputs.items() if name not in weights], outputs


def _shape(value: "memoryview | int") -> Shape:
    """Return the shape in a ValueInfo: type, its tensor type, its shape, its dimensions."""
    inner = _message(value)
    for field in (2, 1, 2):
        inner = _message(next((v for n, v in _fields(inner) if n == field), memoryview(b"")))
    dimensions = [_message(v) for n, v in _fields(inner) if n == 1]
    numbers = [next((v for n, v in _fields(d) if n == 1), -1) for d in dimensions]
    return tuple(number if isinstance(number, int) else -1 for number in numbers)


def _walk(message: memoryview, kind: str, depth: int) -> Iterator[tuple[str, Field]]:
    """Yield all fields of a message and of what it holds, with the kind of message."""
    if depth == 0:
        raise ValueError("too deep")
    for number, value in _fields(message):
        yield kind, (number, value)
        inner = INNER.get(kind, {}).get(number)
        if inner:
            yield from _walk(_message(value), inner, depth - 1)


def _is_external(field: Field) -> bool:
    number, value = field
    return number == EXTERNAL_DATA or (number == DATA_LOCATION and value != 0)


def _fields(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message; ValueError or IndexError where it is damaged."""
    at = 0
    for _ in range(MAX_FIELDS):
        if at == len(message):
            return
        key, at = _varint(message, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if wire == 2:
            length, at = _varint(message, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("unknown wire type")
        if length > len(message) - at:
            raise ValueError("truncated")
        yield key >> 3, message[at : at + length]
        at += length
    raise ValueError("too many fields")


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends."""
    number = 0
    for shift in range(0, 70, 7):
        byte = message[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise ValueError("number too long")


def _message(value: "memoryview | int") -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message is expected")
    return value


def _texts(message: "memoryview | int", wanted: int) -> list[str]:
    return [
        bytes(_message(value)).decode(errors="replace")
        for number, value in _fields(_message(message))
        if number == wanted
    ]
