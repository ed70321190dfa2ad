"""Positions in a transcript, their c. coordinates, and the index of transcripts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landfall.genome.transcripts import GeneIndex, PositionError, Transcript
from landfall.testing.toy_gene import CONTIG, gene, mirrored


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Transcripts of 1 to 5 exons of 1 to 40 bases, introns of 1 to 60, coding or not, on either strand."""
    point, exons = draw(st.integers(50, 80)), []
    for _ in range(draw(st.integers(1, 5))):
        size = draw(st.integers(1, 40))
        exons.append((point, point + size))
        point += size + draw(st.integers(1, 60))
    inside = [base for start, end in exons for base in range(start, end)]
    cds: tuple[int | None, int | None] = (None, None)
    if draw(st.booleans()):
        ends = sorted((draw(st.sampled_from(inside)), draw(st.sampled_from(inside))))
        cds = (ends[0], ends[1] + 1)
    return Transcript("G", "G", "T", "chr1", draw(st.sampled_from("+-")), tuple(exons), *cds)


@given(transcripts(), st.integers(0, 60))
def test_every_position_comes_back_from_its_coordinate(transcript: Transcript, flank: int) -> None:
    for pos in range(transcript.start + 1 - flank, transcript.end + 1 + flank):
        assert transcript.from_c(transcript.c_position(pos)) == pos


@given(transcripts())
def test_coordinates_are_unique(transcript: Transcript) -> None:
    positions = range(transcript.start - 20, transcript.end + 20)
    assert len({transcript.c_position(pos) for pos in positions}) == len(positions)


@given(transcripts())
def test_the_mirrored_transcript_has_the_same_coordinates(transcript: Transcript) -> None:
    length = transcript.end + 40
    mirror = mirrored(transcript, length)
    for pos in range(transcript.start - 20, transcript.end + 20):
        assert _exact(transcript, pos) == _exact(mirror, length - pos + 1)


def _exact(transcript: Transcript, pos: int) -> tuple[str, str, int | None]:
    return transcript.c_position(pos), transcript.region(pos).text, transcript.offset(pos)


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(
    ("pos", "coordinate", "words"),
    [
        (21, "-10", "exon 1 (5'UTR)"),
        (30, "-1", "exon 1 (5'UTR)"),
        (31, "1", "exon 1"),
        (50, "20", "exon 1"),
        (51, "20+1", "1 base into intron 1"),
        (70, "20+20", "20 bases into intron 1"),
        (71, "21-20", "20 bases before exon 2"),
        (90, "21-1", "1 base before exon 2"),
        (91, "21", "exon 2"),
        (112, "42", "exon 2"),
        (133, "42+21", "21 bases into intron 2"),  # the middle base of an odd intron counts from its 5' end
        (134, "43-20", "20 bases before exon 3"),
        (183, "72", "exon 3"),
        (184, "*1", "exon 3 (3'UTR)"),
        (198, "*15", "exon 3 (3'UTR)"),
        (199, "*16", "1 base downstream of the transcript"),
        (20, "-11", "1 base upstream of the transcript"),
        (11, "-20", "10 bases upstream of the transcript"),
    ],
)
def test_places_in_the_toy_gene(strand: str, pos: int, coordinate: str, words: str) -> None:
    transcript, _ = gene("+")
    if strand == "-":
        transcript, pos = mirrored(transcript, len(CONTIG)), len(CONTIG) - pos + 1
    assert (transcript.c_position(pos), transcript.region(pos).text) == (coordinate, words)
    assert transcript.from_c(f"c.{coordinate}") == pos


def test_introns_of_the_untranslated_regions() -> None:
    transcript = Transcript("G", "G", "T", "chr1", "-", ((0, 10), (30, 40), (60, 70)), 32, 38)
    assert transcript.c_position(45) == "-2-5"
    assert transcript.c_position(60) == "-3+1"
    assert transcript.c_position(41) == "-2-1"
    assert transcript.c_position(30) == "*2+1"
    assert transcript.c_position(11) == "*3-1"
    assert transcript.region(60).text == "1 base into intron 1 (5'UTR)"
    assert transcript.region(11).text == "1 base before exon 3 (3'UTR)"


def test_a_non_coding_transcript_counts_from_its_first_base() -> None:
    transcript, _ = gene("-", coding=False)
    assert [transcript.c_position(transcript.position(i)) for i in (0, 1, 96)] == ["1", "2", "97"]
    assert transcript.from_c("n.30+1") == transcript.position(29) - 1
    with pytest.raises(PositionError, match="no coding sequence"):
        _ = transcript.cds_span


def test_an_intronic_coordinate_may_count_from_the_farther_end() -> None:
    """FKTN c.647+2084G>T is published so, though c.648-1243 is nearer."""
    transcript, _ = gene()
    assert transcript.from_c("20+39") == transcript.from_c("21-2")


@pytest.mark.parametrize(
    "wrong",
    ["", "c.", "0", "12+0", "x", "p.12", "20+41", "21-41", "19+1", "20-1", "21+1", "73", "*15+1", "1-1"],
)
def test_coordinates_that_the_transcript_does_not_have(wrong: str) -> None:
    with pytest.raises(PositionError):
        gene()[0].from_c(wrong)


def test_offsets_outside_the_transcript() -> None:
    transcript, _ = gene()
    assert transcript.offset(51) is None
    assert transcript.offset(20) is None
    for offset in (-1, transcript.length):
        with pytest.raises(PositionError):
            transcript.position(offset)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 300), st.integers(1, 120)), max_size=25),
    st.data(),
)
def test_the_index_finds_what_a_full_search_finds(
    places: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    found = [
        Transcript(f"G{i}", f"G{i}", f"T{i}", chrom, "+", ((start, start + size),))
        for i, (chrom, start, size) in enumerate(places)
    ]
    start = data.draw(st.integers(0, 400))
    end = start + data.draw(st.integers(1, 50))
    hits = GeneIndex(found).overlapping("a", start, end)
    assert {t.transcript for t in hits} == {
        t.transcript for t in found if t.chrom == "a" and t.start < end and t.end > start
    }


def test_the_index_by_name_and_with_a_flank() -> None:
    transcript, _ = gene()
    index = GeneIndex(
        [replace(transcript, representative=True), replace(transcript, transcript="T2", chrom="chr2")]
    )
    assert index.overlapping("chr1", 205, 206) == []
    assert len(index.overlapping("chr1", 205, 206, flank=10)) == 1
    assert index.overlapping("chrUn", 0, 1000) == []
    assert len(index.overlapping("chr1", 198, 198)) == 1  # an insertion just after the last base
    assert [t.chrom for t in index.gene("TOY")] == ["chr1", "chr2"]
    assert index.gene("toy") == []
    assert [t.chrom for t in index.transcript("T2")] == ["chr2"]
    assert [t.transcript for t in index.representatives()] == ["T1"]
    assert index.symbols == ["TOY"]
