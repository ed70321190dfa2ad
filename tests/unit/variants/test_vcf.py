"""The records of a VCF as text: blocks, damaged and unusual files."""

from __future__ import annotations

import gzip
import logging
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from landfall.testing import builders
from landfall.testing.builders import call
from landfall.variants import vcf
from landfall.variants.vcf import VariantFileError, read_records

CONTIGS = {"chr1": 10_000}
HEADER = builders.vcf_text([], CONTIGS, ["P"]).encode()
LINE = b"chr1\t%d\t.\tG\tA\t50\tPASS\t.\tGT\t0/1\n"


def read(path: Path, *names: str) -> pd.DataFrame:
    return pd.concat(read_records(path, names or "P"), ignore_index=True)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "in.vcf"
    path.write_bytes(content)
    return path


def test_blank_lines_are_no_records(tmp_path):
    lines = [b"\n", LINE % 1, b"\n", b"  \t \n", LINE % 2, b"\r\n", LINE % 3, b"\n", b"\n"]
    found = read(written(tmp_path, HEADER + b"".join(lines)))
    assert found["pos"].tolist() == ["1", "2", "3"]
    assert found["record"].tolist() == [1, 2, 3]


def test_carriage_returns_are_no_part_of_a_line(tmp_path):
    """At the ends of lines, within a header line and within a record."""
    header = HEADER.replace(b'Description="low"', b'Description="lo\rw"').replace(b"\n", b"\r\n")
    found = read(written(tmp_path, header + (LINE % 1).replace(b"PASS", b"PA\rSS").replace(b"\n", b"\r\n")))
    assert found.loc[0, ["chrom", "filter", "call"]].tolist() == ["chr1", "PASS", "0/1"]
    assert len(found) == 1


@pytest.mark.parametrize("block", [1 << 20, 1, 7])
def test_bytes_that_are_not_utf8_are_read_as_latin1_and_told_once(tmp_path, monkeypatch, caplog, block):
    monkeypatch.setattr(vcf, "BLOCK_BYTES", block)
    header = HEADER.replace(b"low", b"faibl\xe9").replace(b"\tP\n", b"\tP\xe9\n")
    line = b"chr1\t5\tS\xfcd;\xc3\xbcber\tG\tA\t50\tPASS\tNAME=caf\xe9\xff\tGT\t0/1\n"
    path = written(tmp_path, header + line + (LINE % 9).replace(b"50", b"\xe950"))
    found = read(path, "Pé")
    assert found["id"].tolist() == ["Süd;über", "."]
    assert found.loc[0, "info"] == "NAME=caféÿ"
    assert [m for m in caplog.messages if "not UTF-8" in m] == [
        f"{path}: holds bytes that are not UTF-8; they are read as Latin-1"
    ]


@pytest.mark.parametrize("name", ["ID", "INFO", "POS", "record", "call", "format", "#CHROM", "chrom"])
def test_a_sample_may_have_the_name_of_a_column(tmp_path, name):
    text = builders.vcf_text([call("chr1", 5, "G", "A", "GT", "0/1", "1/1")], CONTIGS, [name, "other"])
    found = read(written(tmp_path, text.encode()), name, "other")
    assert found.loc[0, ["id", "pos", "call", "call1"]].tolist() == [".", "5", "0/1", "1/1"]


def test_a_sample_named_twice_is_refused_with_its_line(tmp_path):
    text = builders.vcf_text([call("chr1", 5, "G", "A", "GT", "0/1", "1/1")], CONTIGS, ["P", "P"])
    with pytest.raises(VariantFileError, match=r"in\.vcf: line 10: the sample P is named 2 times"):
        read(written(tmp_path, text.encode()))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("line", "columns"),
    [(b"chr1\t5\t.\tG", 4), (b"chr1\t5\t.\tG\tA\t50\tPASS\t.\tGT\t0/1\tmore\n", 11), (b"##more header\n", 1)],
)
def test_a_line_of_another_number_of_columns_is_refused_with_its_line(tmp_path, line, columns, packed):
    content = HEADER + b"\n" + LINE % 1 + line
    path = written(tmp_path, gzip.compress(content) if packed else content)
    number = HEADER.count(b"\n") + 3
    words = rf"in\.vcf: line {number}: {columns} columns, where the header has 10"
    with pytest.raises(VariantFileError, match=words):
        read(path)


def test_a_line_longer_than_any_record_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(vcf, "BLOCK_BYTES", 100)
    monkeypatch.setattr(vcf, "LINE_BYTES", 1000)
    with pytest.raises(VariantFileError, match="a line of more than"):
        read(written(tmp_path, HEADER + b"chr1\t5\t" + b"A" * 5000))


def test_a_block_ends_between_two_positions(tmp_path, monkeypatch):
    monkeypatch.setattr(vcf, "BLOCK_BYTES", 60)
    lines = [LINE % pos for pos in (1, 1, 2, 3, 3, 3, 3, 3, 4, 5, 5)]
    blocks = list(read_records(written(tmp_path, HEADER + b"".join(lines)), "P"))
    assert len(blocks) > 2
    for one, other in pairwise(blocks):
        assert one["pos"].iloc[-1] != other["pos"].iloc[0]
    whole = pd.concat(blocks)
    assert whole["pos"].tolist() == list("11233333455")
    assert whole["record"].tolist() == list(range(1, 12))


def test_records_of_many_alleles_are_given_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(vcf, "ALLELES_AT_ONCE", 10)
    lines = [(LINE % pos).replace(b"\tA\t", b"\tA,C,T\t") for pos in (1, 2, 2, 2, 2, 3, 4, 5)]
    parts = list(read_records(written(tmp_path, HEADER + b"".join(lines)), "P"))
    assert [part["pos"].tolist() for part in parts] == [["1", "2", "2", "2", "2"], ["3", "4", "5"]]
    assert [part["record"].tolist() for part in parts] == [[1, 2, 3, 4, 5], [6, 7, 8]]


@pytest.mark.parametrize("rest", [b"", b"\n", b"\n\n"])
def test_a_file_without_records_gives_none(tmp_path, rest):
    assert list(read_records(written(tmp_path, HEADER + rest), "P")) == []


def test_nothing_is_told_of_a_sound_file(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        read(written(tmp_path, HEADER.replace(b"low", "niedrig über".encode()) + LINE % 1))
    assert caplog.messages == []
