"""The constants of a frozen TensorFlow graph, read without TensorFlow.

A frozen graph is one Protocol Buffers message. Of its schema (tensorflow/core/framework: graph.proto, node_def.proto,
attr_value.proto, tensor.proto) only what a constant needs is read:

    GraphDef   1 node: NodeDef, repeated
    NodeDef    1 name, 2 op, 5 attr: map entries of 1 key, 2 AttrValue
    AttrValue  8 tensor: TensorProto
    TensorProto  1 dtype, 2 shape (2 dim, repeated: 1 size), 4 content

Wire format: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landfall.models.base import WeightsError

Field = tuple[int, int | memoryview]
"""Number of a field, and its value: a whole number, or the bytes of a text or of a message within."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
FLOAT = 1  # DT_FLOAT


def read_constants(path: Path) -> dict[str, NDArray[np.float32]]:
    """Name to value of every float32 constant of a frozen graph. Raises WeightsError if the file is none."""
    try:
        nodes = [value for number, value in _fields(memoryview(path.read_bytes())) if number == 1]
        constants = dict(found for node in nodes if (found := _constant(_message(node))) is not None)
    except (IndexError, ValueError, UnicodeDecodeError) as error:
        raise WeightsError(f"{path}: no frozen TensorFlow graph ({error})") from error
    if not constants:
        raise WeightsError(f"{path}: no frozen TensorFlow graph (it holds no constants)")
    return constants


def _constant(node: memoryview) -> tuple[str, NDArray[np.float32]] | None:
    fields = list(_fields(node))
    if _text(fields, 2) != "Const":
        return None
    for number, value in fields:
        entry = list(_fields(_message(value))) if number == 5 else []
        if entry and _text(entry, 1) == "value":
            tensors = [v for n, v in _fields(_message(entry[1][1])) if n == 8]
            array = _tensor(_message(tensors[0])) if tensors else None
            return None if array is None else (_text(fields, 1), array)
    return None


def _tensor(tensor: memoryview) -> NDArray[np.float32] | None:
    """The values of a float32 tensor in its shape; None for any other kind of tensor."""
    fields = list(_fields(tensor))
    content = [_message(value) for number, value in fields if number == 4]
    if (1, FLOAT) not in fields or not content:
        return None
    shape = [size for n, value in fields if n == 2 for size in _sizes(_message(value))]
    return np.frombuffer(content[0], dtype="<f4").reshape(shape)


def _sizes(shape: memoryview) -> Iterator[int]:
    for number, dimension in _fields(shape):
        if number == 2:
            yield from (size for n, size in _fields(_message(dimension)) if n == 1 and isinstance(size, int))


def _text(fields: list[Field], wanted: int) -> str:
    return "".join(bytes(_message(value)).decode() for number, value in fields if number == wanted)


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message was expected")
    return value


def _fields(message: memoryview) -> Iterator[Field]:
    """The fields of a message in their order; those of fixed width, which no constant needs, are passed over."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            yield number, value
        elif kind == BYTES:
            length, at = _varint(message, at)
            if at + length > len(message):
                raise ValueError("it ends within a field")
            yield number, message[at : at + length]
            at += length
        elif kind in (FIXED64, FIXED32):
            at += 8 if kind == FIXED64 else 4
        else:
            raise ValueError(f"no field can be of kind {kind}")


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A whole number of seven bits a byte, lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
