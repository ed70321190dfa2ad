"""Damaged and hostile text files, phenopackets and published tables: read, or refused within bounds."""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from landfall.audit.preflight import run
from landfall.io import errors, text_lines
from tests.unit.audit.preflight.deep_check import deep_check
from tests.unit.audit.preflight.hostile import bgzip_bytes, whole_check
from tests.unit.audit.preflight.input_case import add, case, deep, edit, packet, quick  # noqa: F401 (case: a fixture)

pytestmark = pytest.mark.usefixtures("case")

ODD_TEXT: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf",
    "nothing odd": b"",
}
TEXT_FILES = ("family.ped", "regions.bed", "panel.txt", "samples.tsv")


@pytest.mark.parametrize("mark", ODD_TEXT.values(), ids=ODD_TEXT)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_end_of_a_line_and_a_byte_order_mark_are_read(mark: bytes, end: bytes) -> None:
    for name in TEXT_FILES:
        path = Path(name)
        path.write_bytes(mark + path.read_bytes().replace(b"\n", end))
    (found,) = deep_check(*run.load("config.yaml"))
    assert (found.proband, found.genes) == ("KID", ("DMD",))


@pytest.mark.parametrize("name", TEXT_FILES[1:])
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"# caf\xe9\n", "the byte 0xe9 is not UTF-8; save the file as plain text (UTF-8)"),
        (b"# \xff\xfe\n", "the byte 0xff is not UTF-8"),
        (b"# \0\n", "holds a NUL byte, so it is not plain text"),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_line(name: str, raw: bytes, words: str) -> None:
    with Path(name).open("ab") as handle:
        handle.write(raw)
    line = Path(name).read_bytes().count(b"\n")
    assert any(f"{name}: line {line}: {words}" in fault for fault in deep())


def test_a_pedigree_is_read_in_the_encodings_of_spreadsheets() -> None:
    text = Path("family.ped").read_text() + "# caf\xe9\n"
    for encoding in ("latin-1", "utf-16"):
        Path("family.ped").write_text(text, encoding=encoding)
        (found,) = deep_check(*run.load("config.yaml"))
        assert found.proband == "KID"


@pytest.mark.parametrize("name", ["regions.bed", "panel.txt"])
def test_a_sheet_saved_as_utf_16_is_told(name: str) -> None:
    Path(name).write_text(Path(name).read_text(), encoding="utf-16")
    assert any(f"{name}: line 1: the byte 0xff is not UTF-8" in fault for fault in deep())


@pytest.mark.parametrize(
    "name", ["family.ped", "regions.bed", "panel.txt", "p.json", "panel.tsv", "samples.tsv"]
)
def test_a_small_gzip_that_unpacks_to_gigabytes_is_not_read_on(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_lines, "LONGEST_LINE", 1 << 20)
    if name in ("p.json", "panel.tsv"):
        add("phenopacket" if name == "p.json" else "panel", name, "x")
    with gzip.open(name, "wb", compresslevel=1) as handle:
        for _ in range(64):
            handle.write(b" " * (1 << 20))
    started = time.monotonic()
    assert any(f"{name}: line 1: is longer than 1,048,576 characters" in fault for fault in deep())
    assert time.monotonic() - started < 20


def test_many_short_lines_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("panel.txt").write_text("# x\n" * 300)
    assert len(list(text_lines.lines(Path("panel.txt"), "gene list"))) == 300
    monkeypatch.setattr(text_lines, "MOST", 1000)
    with pytest.raises(errors.InputError, match="line 251: holds more than 1,000 characters"):
        list(text_lines.lines(Path("panel.txt"), "gene list", text_lines.MOST))


JSON_FAULTS = {
    "a number of thousands of digits": (
        '{"id": "x",\n "subject": ' + "1" * 5000 + "}",
        "line 2: has a number of 5,000 digits",
    ),
    "nested lists": ('{"id":\n' + "[" * 10000 + "]" * 10000 + "}", "line 2: is nested more than 90 deep"),
    "nested objects": ('{"a":' * 10000 + "1" + "}" * 10000, "line 1: is nested more than 90 deep"),
    "nothing closed": ("[" * 10000, "line 1: is nested more than 90 deep"),
    "subject of another type": ('{"subject": 5}', "is not a phenopacket of version 2"),
    "subject a list": ('{"subject": [{}]}', "is not a phenopacket of version 2"),
    "features an object": ('{"phenotypicFeatures": {"a": 1}}', "is not a phenopacket of version 2"),
    "features of texts": ('{"phenotypicFeatures": ["HP:0003323"]}', "is not a phenopacket of version 2"),
    "metaData a list": ('{"metaData": [], "subject": 3}', "(schema version not stated)"),
    "a proband of another type": ('{"proband": 5}', "is not a phenopacket of version 2"),
    "an infinite age": ('{"subject": {"id": Infinity}}', "is not a phenopacket of version 2"),
    "half a text": ('{"id": "x', "is not JSON"),
    "nothing": ("null", "holds no object"),
    "a huge sex": ('{"subject": {"id": "a", "sex": 99999999999}}', "is not a phenopacket of version 2"),
}


@pytest.mark.parametrize(("text", "words"), JSON_FAULTS.values(), ids=JSON_FAULTS)
def test_a_hostile_phenopacket_is_told(text: str, words: str) -> None:
    add("phenopacket", "p.json", text)
    (fault,) = quick()
    assert fault.startswith("p.json: ")
    assert words in fault


def test_brackets_within_a_text_of_a_phenopacket_are_no_nesting() -> None:
    add("phenopacket", "p.json", packet().replace('"x"', '"' + "[{" * 500 + '\\"[' + "1" * 500 + '"'))
    run.load("config.yaml")


def published(name: str, raw: bytes) -> None:
    Path(name).write_bytes(raw)
    if name == "maxent.npz":
        edit("config.yaml", "filter:\n", "maxentscan: maxent.npz\nfilter:\n")
    else:
        Path("deepsea_predict.pth").write_bytes(b"any")
        models = (
            f"regulation: {{models: [{{name: deepsea, weights: deepsea_predict.pth, e_values: {name}}}]}}\n"
        )
        edit("config.yaml", "filter:\n", f"{models}filter:\n")


def archive(**arrays: object) -> bytes:
    np.savez("whole.npz", **arrays)  # type: ignore[arg-type]
    return Path("whole.npz").read_bytes()


SPOILT = ["half", "a byte short", "its start", "a start alone", "a letter"]
SPOILT += ["no arrays", "objects", "numbers", "texts", "not a number"]


@pytest.mark.parametrize("name", ["maxent.npz", "e_values.npz"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:-1],
        lambda raw: raw[:30],
        lambda raw: b"PK\x03\x04" + raw[4:200],
        lambda _: b"x",
        lambda raw: raw.replace(b"NUMPY", b"NUMPX"),
        lambda raw: raw.replace(b"<f8", b"|O8"),
        lambda _: archive(x=1.0, y=2.0, score5=3.0),
        lambda _: archive(x=[["a"]], y=["b"], score5=["c"]),
        lambda _: archive(x=[[np.nan, 1.0]], y=[0.5, 1.0], score5=np.full(4**7, np.nan)),
    ],
    ids=SPOILT,
)
def test_published_tables_that_are_damaged_are_refused(name: str, spoil: Callable[[bytes], bytes]) -> None:
    published(name, spoil(archive(x=[[0.0, 1.0]], y=[0.5, 1.0], score5=np.ones(4**7))))
    key = "maxentscan: " if name == "maxent.npz" else "regulation.models[0].e_values: "
    (fault,) = deep()
    assert f"{key}{name}: " in fault


def test_a_small_npz_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landfall.models.weights.npz.MOST_BYTES", 10_000)
    np.savez_compressed("bomb.npz", x=np.zeros((1, 100_000)), y=np.zeros(100_000))
    published("e_values.npz", Path("bomb.npz").read_bytes())
    assert "it unpacks to 1,600," in deep()[0]


def test_random_bytes_never_end_in_a_stack_trace() -> None:
    """Bytes of each file changed at random: what comes is nothing or faults."""
    random_ = random.Random(15)
    add("panel", "panel.tsv", "gene\tconfidence\nDMD\t3\n")
    names = [
        "samples.tsv",
        "config.yaml",
        "family.ped",
        "regions.bed",
        "panel.txt",
        "panel.tsv",
        "patient.vcf.gz",
    ]
    for _ in range(60):
        name = random_.choice(names)
        sound = Path(name).read_bytes()
        spoilt = bytearray(gzip.decompress(sound) if name.endswith(".gz") else sound)
        for _ in range(random_.randint(1, 4)):
            spoilt[random_.randrange(len(spoilt))] = random_.randrange(256)
        bgzip_bytes(Path(name), bytes(spoilt)) if name.endswith(".gz") else Path(name).write_bytes(spoilt)
        with suppress(errors.InputError):
            whole_check()
        Path(name).write_bytes(sound)
