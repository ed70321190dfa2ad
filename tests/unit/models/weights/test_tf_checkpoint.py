"""A TensorFlow checkpoint read without TensorFlow: DeepMind's small one, and tables written after LevelDB's format."""

from __future__ import annotations

import shutil
from pathlib import Path

import google_crc32c
import numpy as np
import pyarrow
import pytest

from landfall.models.info import WeightsError
from landfall.models.weights.tf_checkpoint import read_bundle

VALUES = np.arange(6, dtype="<f4").reshape(2, 3)


def varint(number: int) -> bytes:
    low = [number >> shift & 0x7F for shift in range(0, 64, 7) if number >> shift or shift == 0]
    return bytes([*[byte | 0x80 for byte in low[:-1]], low[-1]])


def masked(data: bytes) -> bytes:
    crc = google_crc32c.value(data)
    return (((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF).to_bytes(4, "little")


def block(pairs: list[tuple[bytes, bytes]], snappy: bool) -> bytes:
    """Keys share what they share with the one before."""
    content, before = b"", b""
    for key, value in pairs:
        shared = next((i for i, (a, b) in enumerate(zip(key, before, strict=False)) if a != b), len(before))
        content += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    content += bytes(4) + (1).to_bytes(4, "little")
    stored = pyarrow.compress(content, "snappy", asbytes=True) if snappy else content
    stored += bytes([snappy])
    return stored + masked(stored)


def entry(offset: int, values: np.ndarray) -> bytes:
    dimensions = b"".join(b"\x12" + varint(len(d)) + d for d in (b"\x08" + varint(n) for n in values.shape))
    size = values.nbytes
    return (
        b"\x08\x01\x12" + varint(len(dimensions)) + dimensions
        + b"\x20" + varint(offset) + b"\x28" + varint(size) + b"\x35" + masked(values.tobytes())
    )  # fmt: skip


def write_bundle(folder: Path, snappy: bool = False) -> Path:
    """A checkpoint of two tensors, layer/b and layer/bias, of the same values."""
    pairs = [
        (b"", b"\x08\x01"),
        (b"layer/b", entry(0, VALUES)),
        (b"layer/bias", entry(VALUES.nbytes, VALUES[0])),
    ]
    data = block(pairs, snappy)
    index = block([(b"z", varint(0) + varint(len(data) - 5))], False)
    handles = varint(0) + varint(0) + varint(len(data)) + varint(len(index) - 5)
    footer = handles.ljust(40, b"\0") + 0xDB4775248B80FB57.to_bytes(8, "little")
    path = folder / "toy-1.index"
    path.write_bytes(data + index + footer)
    (folder / "toy-1.data-00000-of-00001").write_bytes(VALUES.tobytes() + VALUES[0].tobytes())
    return path


@pytest.mark.parametrize("snappy", [False, True])
def test_tensors_come_back_under_their_keys_and_in_their_shapes(tmp_path, snappy):
    found = read_bundle(write_bundle(tmp_path, snappy))
    assert list(found) == ["layer/b", "layer/bias"]
    assert np.array_equal(found["layer/b"], VALUES)
    assert np.array_equal(found["layer/bias"], VALUES[0])


def spoil(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_an_altered_tensor_is_refused_by_its_key(tmp_path):
    path = write_bundle(tmp_path)
    spoil(path.with_suffix(".data-00000-of-00001"), -1)
    with pytest.raises(WeightsError, match="layer/bias: the data were altered"):
        read_bundle(path)


def test_an_altered_index_is_refused(tmp_path):
    path = write_bundle(tmp_path)
    spoil(path, 20)
    with pytest.raises(WeightsError, match=r"toy-1\.index: no index .*checksum does not fit"):
        read_bundle(path)


def test_data_cut_off_are_refused_with_the_bytes_expected(tmp_path):
    path = write_bundle(tmp_path)
    data = path.with_suffix(".data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="layer/bias: the data end after 35 bytes, before 36"):
        read_bundle(path)


def test_a_missing_file_of_data_is_named(tmp_path):
    path = write_bundle(tmp_path)
    path.with_suffix(".data-00000-of-00001").unlink()
    with pytest.raises(WeightsError, match=r"toy-1\.data-00000-of-00001: no such file"):
        read_bundle(path)


def test_a_missing_index_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"toy-1\.index: No such file"):
        read_bundle(tmp_path / "toy-1.index")


@pytest.mark.parametrize("content", [b"", b"no table", bytes(48), bytes(200)])
def test_what_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "toy-1.index"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="no index of a TensorFlow checkpoint"):
        read_bundle(path)


@pytest.mark.shared_data
def test_deepminds_small_checkpoint_cut_at_any_place_is_refused(shared_data, tmp_path):
    source = shared_data / "models" / "enformer" / "tf_checkpoint_small"
    for name in ("enformer-small-1.index", "enformer-small-1.data-00000-of-00001"):
        shutil.copy(source / name, tmp_path)
    path = tmp_path / "enformer-small-1.index"
    whole = path.read_bytes()
    for length in range(0, len(whole), 997):
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsError, match="enformer-small-1"):
            read_bundle(path)
