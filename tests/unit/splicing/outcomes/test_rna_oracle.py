"""Every r. name, applied to the reference mRNA by the letter, gives the mRNA that is built; p. says what that codes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks.names import laid_out
from benchmarks.rna_oracle import read
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import translate
from landfall.genome.variant import Variant
from landfall.models.splice.delta_scores import align
from landfall.splicing.outcomes.events import find_events
from landfall.splicing.outcomes.hgvs_rna import mrna_r, normal_r
from landfall.splicing.outcomes.protein import protein_effect
from landfall.splicing.outcomes.sites import Locus, OutcomeSettings, SiteProbabilities
from landfall.splicing.outcomes.transcript import Edit, Messenger, reference_messenger, splice
from landfall.splicing.site_alignment import SiteAlignment
from landfall.testing.toy_gene import MemoryGenome, mirrored
from tests.unit.splicing.spelling_toys import change, locus, network

FRAMESHIFT = re.compile(r"[A-Z][a-z]{2}(?P<at>\d+)[A-Z][a-z]{2}fsTer(?P<stop>\d+|\?)")
Named = tuple[str, Messenger, tuple[int, int]]


def named(variant: Variant, transcript: Transcript, genome: MemoryGenome) -> Iterator[Named]:
    """Every outcome of a variant with its name, its mRNA and the segment it changes."""
    edit = Edit(genome, variant, SiteAlignment(genome, [transcript]).moved(variant, transcript))
    reference = genome.sequences["chr1"]
    alternate = reference[: variant.start] + variant.alt + reference[variant.end :]
    ref, alt = (
        network(s) if transcript.forward else network(reverse_complement(s))[::-1]
        for s in (reference, alternate)
    )
    alt = align(alt, variant.start, len(variant.ref), len(variant.alt), edit.moved)
    around = SiteProbabilities(0, ref[:, 1], ref[:, 2], alt[:, 1], alt[:, 2])
    held = Locus(transcript, around, edit, OutcomeSettings())
    moved = held.moved_natives
    for event in find_events(held):
        made = splice(edit, event.exons, transcript.strand, (*event.sites, *moved))
        yield mrna_r(transcript, edit, made), made, event.segment
    own = edit.trimmed
    made = splice(edit, transcript.exons, transcript.strand, moved)
    yield normal_r(transcript, edit, made), made, (own.start, max(own.end, own.start + 1))


def codes(name: str, transcript: Transcript, edit: Edit, reference: Messenger, made: Messenger) -> None:
    """The first residue that differs and the stop that follows are those of the mRNA, translated from its start."""
    first = transcript.position(transcript.cds_span[0]) - 1
    begin, start = reference.offset(first), made.offset(edit.first(first))
    if start is None or name in ("p.(Met1?)", "p.?"):
        return
    before, after = (
        translate(m.sequence[s : s + (len(m.sequence) - s) // 3 * 3])
        for m, s in ((reference, begin), (made, start))
    )
    before, after = (residues[: (residues.find("*") + 1) or None] for residues in (before, after))
    assert (name == "p.(=)") == (before == after), name
    found = FRAMESHIFT.search(name)
    if found is not None:
        at = next(n for n, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b)
        stop = after.find("*") + 1
        assert (int(found["at"]), found["stop"]) == (at, str(stop - at + 1) if stop else "?"), name


def near_edges(rng: random.Random, sequence: str, transcript: Transcript) -> str:
    """The sequence with a duplication or a deletion within five bases of an exon's edge."""
    edge = rng.choice([place for span in transcript.introns for place in span])
    start, size = edge + rng.randint(-5, 4), rng.randint(1, 4)
    removed = sequence[start : start + size]
    return sequence[:start] + removed * rng.choice((0, 2, 3)) + sequence[start + size :]


@pytest.mark.parametrize("count", [150, pytest.param(400, marks=pytest.mark.slow)])
@pytest.mark.parametrize("strand", "+-")
def test_the_name_of_every_outcome_is_that_of_its_mrna(strand: str, count: int) -> None:
    rng = random.Random(7)
    counts: Counter[str] = Counter()
    for number in range(count):
        if number % 25 == 0:
            sequence, transcript = locus(rng)
            if strand == "-":
                sequence, transcript = reverse_complement(sequence), mirrored(transcript, len(sequence))
            genome = MemoryGenome({"chr1": sequence})
            reader, reference = laid_out(transcript, genome), reference_messenger(transcript, genome)
        after = near_edges(rng, sequence, transcript) if number % 4 else change(rng, sequence)
        if after == sequence:
            continue
        variant = spelling("chr1", 1, sequence, after, genome)
        for name, made, segment in named(variant, transcript, genome):
            if name == "r.?":
                counts["unknown"] += 1
                continue
            assert read(reader, name).sequence == made.sequence, (variant, name)
            edit = Edit(genome, variant, SiteAlignment(genome, [transcript]).moved(variant, transcript))
            effect = protein_effect(transcript, edit, reference, made, segment, OutcomeSettings())
            codes(effect.hgvs_p or "", transcript, edit, reference, made)
            counts[name.partition("(")[0]] += 1
    assert counts["r."] > 1.25 * count
    assert counts["unknown"] < 0.15 * counts["r."]
