"""Small ONNX models written by hand: protocol buffers with the field numbers of onnx.proto3."""

import numpy as np

FLOAT, INT64 = 1, 7


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, values):
    values = np.asarray(values)
    kind = INT64 if values.dtype == np.int64 else FLOAT
    data = values.astype(np.int64 if kind == INT64 else np.float32).tobytes()
    dims = b"".join(field(1, n) for n in values.shape)
    return dims + field(2, kind) + field(8, name) + field(9, data)


def external_tensor(name, shape, location):
    dims = b"".join(field(1, n) for n in shape)
    entry = field(1, "location") + field(2, location)
    return dims + field(2, FLOAT) + field(8, name) + field(13, entry) + field(14, 1)


def value_info(name, shape, kind=FLOAT):
    dims = b"".join(field(1, field(1 if isinstance(n, int) else 2, n)) for n in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def node(op, inputs, outputs, *attributes):
    names = b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs)
    return names + field(4, op) + b"".join(field(5, a) for a in attributes)


def tensor_attribute(name, value):
    return field(1, name) + field(5, value) + field(20, 4)


def graph_attribute(name, value):
    return field(1, name) + field(6, value) + field(20, 5)


def int_attribute(name, value):
    return field(1, name) + field(3, value) + field(20, 2)


def graph(nodes, inputs, outputs, initializers=()):
    parts = [(1, nodes), (5, initializers), (11, inputs), (12, outputs)]
    body = b"".join(field(number, item) for number, items in parts for item in items)
    return field(2, "g") + body


def model(of, *more):
    opset = field(1, "") + field(2, 13)
    return field(1, 8) + field(7, of) + field(8, opset) + b"".join(more)


def linear(weight, bias, *, shape=("N", 3, 4, 4), softmax=False, initializers=None):
    """A model of the channels' means: mean over the pixels, times weight, plus bias."""
    out = "p" if softmax else "y"
    nodes = [
        node("GlobalAveragePool", ["x"], ["m"]),
        node("Flatten", ["m"], ["f"]),
        node("Gemm", ["f", "w", "b"], ["y"], int_attribute("transB", 1)),
    ]
    if softmax:
        nodes.append(node("Softmax", ["y"], ["p"]))
    weights = initializers or [tensor("w", weight), tensor("b", bias)]
    outputs = [value_info(out, (shape[0], len(bias)))]
    return model(graph(nodes, [value_info("x", shape)], outputs, weights))
