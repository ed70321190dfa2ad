"""A checkpoint of TensorFlow 2 (Sonnet), read without TensorFlow.

A checkpoint is a bundle: ``NAME.index``, a sorted table from a tensor's key to where it lies, and the tensors
themselves, raw, in ``NAME.data-00000-of-00001``. The table has LevelDB's format (its
``doc/table_format.md``), the entries have TensorFlow's (``tensorflow/core/protobuf/tensor_bundle.proto``):

    BundleHeaderProto  1 num_shards, 2 endianness        (under the empty key)
    BundleEntryProto   1 dtype, 2 shape, 3 shard_id, 4 offset, 5 size, 6 crc32c (masked, of the tensor's bytes)

Everything that carries a checksum is checked by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import google_crc32c
import numpy as np
import pyarrow
from numpy.typing import NDArray

from landfall.models.info import WeightsError
from landfall.models.weights.protobuf import fields, message, sizes, varint

FOOTER, MAGIC = 48, 0xDB4775248B80FB57
TRAILER = 5  # bytes after each block of the table: its compression, and a checksum
RAW, SNAPPY = 0, 1
MASK = 0xA282EAD8
KINDS: dict[int, np.dtype[np.float32] | np.dtype[np.int64]] = {1: np.dtype("<f4"), 9: np.dtype("<i8")}
"""DT_FLOAT and DT_INT64; other tensors (texts, the graph of objects) are not weights."""
Stored = NDArray[np.float32] | NDArray[np.int64]
Entry = dict[int, int | memoryview]


def read_bundle(index: Path) -> dict[str, Stored]:
    """Key to tensor of a checkpoint, each with the shape it was stored with, float32 or int64.

    index: the file ``NAME.index``; the tensors lie beside it. They are mapped, not copied. Raises WeightsError if a
    file is missing, truncated, altered, or not a checkpoint.
    """
    try:
        entries = dict(_entries(memoryview(index.read_bytes())))
        header = dict(fields(entries.pop("")))
    except OSError as error:
        raise WeightsError(f"{index}: {error.strerror}") from error
    except (IndexError, KeyError, ValueError) as error:
        raise WeightsError(f"{index}: no index of a TensorFlow checkpoint ({error})") from error
    if header.get(2, 0) != 0:
        raise WeightsError(f"{index}: a big-endian checkpoint, which cannot be read")
    shards = [_shard(index, number, int(header.get(1, 1))) for number in range(int(header.get(1, 1)))]
    return dict(_tensors(index, entries, shards))


def _shard(index: Path, number: int, shards: int) -> NDArray[np.uint8]:
    path = index.with_suffix(f".data-{number:05d}-of-{shards:05d}")
    if not path.is_file():
        raise WeightsError(f"{path}: no such file; it belongs to {index.name}")
    return np.memmap(path, dtype=np.uint8, mode="r")


def _tensors(
    index: Path, entries: dict[str, memoryview], shards: list[NDArray[np.uint8]]
) -> Iterator[tuple[str, Stored]]:
    for key, content in entries.items():
        entry: Entry = dict(fields(content))
        kind = KINDS.get(int(entry.get(1, 0)))
        if kind is None:
            continue
        shard = shards[int(entry.get(3, 0))]
        offset, size = int(entry.get(4, 0)), int(entry.get(5, 0))
        data = shard[offset : offset + size]
        if len(data) != size:
            raise WeightsError(
                f"{index}: {key}: the data end after {len(shard)} bytes, before {offset + size}"
            )
        if _masked(data) != entry.get(6):
            raise WeightsError(f"{index}: {key}: the data were altered: their checksum does not fit")
        yield key, data.view(kind).reshape(tuple(sizes(message(entry.get(2, memoryview(b""))))))


def _masked(data: NDArray[np.uint8] | memoryview) -> int:
    """CRC-32C rotated and moved, as LevelDB stores it (``util/crc32c.h``)."""
    crc: int = google_crc32c.value(bytes(data))
    return ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF


def _entries(table: memoryview) -> Iterator[tuple[str, memoryview]]:
    """Key to value of a LevelDB table. Raises ValueError or IndexError if it is not one."""
    footer = table[-FOOTER:]
    if len(footer) != FOOTER or int.from_bytes(footer[-8:], "little") != MAGIC:
        raise ValueError("the end of the file is not that of a table")
    after_metadata = varint(footer, varint(footer, 0)[1])[1]
    for _, handle in _pairs(_block(table, footer[after_metadata:])):
        for key, value in _pairs(_block(table, handle)):
            yield key.decode(), value


def _block(table: memoryview, handle: memoryview) -> memoryview:
    """A block of the table, from its handle (offset and size)."""
    offset, after = varint(handle, 0)
    size, _ = varint(handle, after)
    stored = table[offset : offset + size + TRAILER]
    if len(stored) != size + TRAILER:
        raise ValueError("it ends within a block")
    if _masked(stored[: size + 1]) != int.from_bytes(stored[size + 1 :], "little"):
        raise ValueError("a block was altered: its checksum does not fit")
    content, compression = stored[:size], stored[size]
    if compression == SNAPPY:
        return memoryview(pyarrow.decompress(content, varint(content, 0)[0], codec="snappy"))
    if compression != RAW:
        raise ValueError(f"a block is compressed in an unknown way ({compression})")
    return content


def _pairs(block: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Keys and values of a block; a key is stored as its difference from the previous one."""
    end = len(block) - 4 * (1 + int.from_bytes(block[-4:], "little"))
    at, key = 0, b""
    while at < end:
        shared, at = varint(block, at)
        added, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + bytes(block[at : at + added])
        yield key, block[at + added : at + added + size]
        at += added + size
