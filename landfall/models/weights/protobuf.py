"""The fields of a Protocol Buffers message, read without its schema.

Wire format: protobuf.dev/programming-guides/encoding. The modules that read a file define the meaning of each number.
"""

from __future__ import annotations

from collections.abc import Iterator

Field = tuple[int, int | memoryview]
"""Number of a field, and its value: a whole number, or the bytes of a text or of a message within."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
WIDTH = {FIXED64: 8, FIXED32: 4}


def fields(content: memoryview) -> Iterator[Field]:
    """The fields of a message in their order. Raises ValueError or IndexError if it is not one."""
    at = 0
    while at < len(content):
        tag, at = varint(content, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = varint(content, at)
            yield number, value
            continue
        if kind == BYTES:
            length, at = varint(content, at)
        elif kind in WIDTH:
            length = WIDTH[kind]
        else:
            raise ValueError(f"no field can be of kind {kind}")
        if at + length > len(content):
            raise ValueError("it ends within a field")
        inside = content[at : at + length]
        yield number, inside if kind == BYTES else int.from_bytes(inside, "little")
        at += length


def message(value: int | memoryview) -> memoryview:
    """The bytes of a field that is a message or a text. Raises ValueError for a number."""
    if isinstance(value, int):
        raise ValueError("a number where a message was expected")
    return value


def sizes(shape: memoryview) -> Iterator[int]:
    """The sizes of a tensor, from TensorFlow's TensorShapeProto (2 dim, repeated: 1 size)."""
    for number, dimension in fields(shape):
        if number == 2:
            yield from (size for n, size in fields(message(dimension)) if n == 1 and isinstance(size, int))


def varint(content: memoryview, at: int) -> tuple[int, int]:
    """A whole number of seven bits a byte, lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
