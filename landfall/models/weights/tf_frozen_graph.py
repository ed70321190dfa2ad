"""The constants of a frozen TensorFlow graph, read without TensorFlow.

A frozen graph is one Protocol Buffers message. Of its schema (tensorflow/core/framework: graph.proto, node_def.proto,
attr_value.proto, tensor.proto) only what a constant needs is read:

    GraphDef   1 node: NodeDef, repeated
    NodeDef    1 name, 2 op, 5 attr: map entries of 1 key, 2 AttrValue
    AttrValue  8 tensor: TensorProto
    TensorProto  1 dtype, 2 shape (2 dim, repeated: 1 size), 4 content
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landfall.models.info import WeightsError
from landfall.models.weights.protobuf import Field, fields, message, sizes

FLOAT = 1  # DT_FLOAT


def read_constants(path: Path) -> dict[str, NDArray[np.float32]]:
    """Name to value of every float32 constant of a frozen graph. Raises WeightsError if the file is not one."""
    try:
        nodes = [value for number, value in fields(memoryview(path.read_bytes())) if number == 1]
        constants = dict(found for node in nodes if (found := _constant(message(node))) is not None)
    except (IndexError, ValueError, UnicodeDecodeError) as error:
        raise WeightsError(f"{path}: no frozen TensorFlow graph ({error})") from error
    if not constants:
        raise WeightsError(f"{path}: no frozen TensorFlow graph (it holds no constants)")
    return constants


def _constant(node: memoryview) -> tuple[str, NDArray[np.float32]] | None:
    parts = list(fields(node))
    if _text(parts, 2) != "Const":
        return None
    for number, value in parts:
        entry = list(fields(message(value))) if number == 5 else []
        if entry and _text(entry, 1) == "value":
            tensors = [v for n, v in fields(message(entry[1][1])) if n == 8]
            array = _tensor(message(tensors[0])) if tensors else None
            return None if array is None else (_text(parts, 1), array)
    return None


def _tensor(tensor: memoryview) -> NDArray[np.float32] | None:
    """The values of a float32 tensor in its shape; None for any other kind of tensor."""
    parts = list(fields(tensor))
    content = [message(value) for number, value in parts if number == 4]
    if (1, FLOAT) not in parts or not content:
        return None
    shape = [size for n, value in parts if n == 2 for size in sizes(message(value))]
    return np.frombuffer(content[0], dtype="<f4").reshape(shape)


def _text(parts: list[Field], wanted: int) -> str:
    return "".join(bytes(message(value)).decode() for number, value in parts if number == wanted)
