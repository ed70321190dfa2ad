"""The part of a case page on the class of the variant: the pair, the known allele, the coding change and so on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from landfall.ranking import coding_words, regulation_columns
from landfall.ranking.finding.classes import classes, words
from landfall.ranking.inheritance_columns import counted
from landfall.ranking.rows import PrioritisedRow
from landfall.report import formatting
from landfall.report.case import finding_words, protein
from landfall.report.case.finding_words import is_pair
from landfall.report.case.outcome import Facts
from landfall.report.case.parts import coding
from landfall.report.section import Section
from landfall.report.view import CaseView


@dataclass(frozen=True)
class Mate:
    """One variant of a pair; ``anchor``: of its page, empty on its own and where it has none."""

    name: str
    anchor: str
    location: str
    effect: str
    classes: str
    genotype: str
    relatives: str
    frequency: str


@dataclass(frozen=True)
class Block:
    """What the page shows of one class: facts, then a sentence on what they leave open."""

    title: str
    facts: Facts
    note: str = ""


@dataclass(frozen=True)
class Classes:
    """The classes, ready to print; ``phase`` and ``mates`` of a pair, empty otherwise."""

    words: str
    phase: str
    mates: Sequence[Mate]
    blocks: Sequence[Block]
    protein: protein.Windows | None


def _context(view: CaseView) -> dict[str, Any]:
    row, group = view.case.row, view.group
    o = coding.normally_spliced(view.case)
    return {
        "page": Classes(
            words=words(row),
            phase=_phase(row) if is_pair(group) else "",
            mates=[_mate(mate, view) for mate in group] if is_pair(group) else (),
            blocks=list(_blocks(view)),
            protein=protein.windows(o) if o and "coding" in classes(row) else None,
        )
    }


def _phase(row: PrioritisedRow) -> str:
    chance = row["partner_trans_probability"]
    sure = "" if chance is None else f"; probability of different copies {formatting.probability(chance)}"
    return f"Two heterozygous variants of {row['gene']} {finding_words.phase(row)}{sure}."


def _mate(row: PrioritisedRow, view: CaseView) -> Mate:
    own = row["rank"] == view.case.row["rank"]
    anchor = f"case-{row['rank']}" if row["rank"] in view.shown and not own else ""
    return Mate(
        name=row["hgvs_c"],
        anchor=anchor,
        location=row["location"],
        effect=finding_words.effect(row),
        classes=words(row),
        genotype=f"{row['genotype']}, {row['zygosity']}" if row["genotype"] else finding_words.zygosity(row),
        relatives=row["relatives"] or "no relative's genotype was read",
        frequency=formatting.short_frequency(row["popmax_af"]),
    )


def _blocks(view: CaseView) -> Iterator[Block]:
    made = {
        "known": _known,
        "coding": _coding,
        "rna_gene": _rna_gene,
        "mitochondrial": _mitochondrial,
        "regulatory": _regulatory,
    }
    yield from (made[name](view) for name in classes(view.case.row) if name in made)


def _known(view: CaseView) -> Block:
    row = view.case.row
    stars = row["clinvar_stars"]
    facts = [
        ("Classification", row["clinvar"] or "not pathogenic alone: the submitters disagree"),
        ("Review stars", "no review status in the file" if stars is None else f"{stars} of 4"),
        ("Conflicting entries", row["clinvar_conflict"] or "none"),
    ]
    note = "The classification is that of the file's date; compare the current entry before it is used."
    return Block("Known pathogenic allele" if row["clinvar"] else "Conflicting classifications", facts, note)


def _coding(view: CaseView) -> Block:
    case, row = view.case, view.case.row
    effect = coding_words.coding_effect(row) if row["coding_transcript"] else coding_words.own_effect(row)
    facts = [
        ("Consequence", counted(row).replace("_", " ")),
        ("Transcript", f"{effect.transcript}:{effect.hgvs_c}"),
        ("RefSeq", coding_words.refseq(effect)),
        ("Codon", coding.codon(row)),
        ("Protein", coding.protein(row) or ""),
        ("Reading frame", coding.frame(case)),
        ("Premature stop", coding.stop(case)),
        ("Nonsense-mediated decay", coding.decay(case)),
    ]
    return Block("Coding change, with normal splicing", [(name, value) for name, value in facts if value])


def _rna_gene(view: CaseView) -> Block:
    row, transcript = view.case.row, view.case.transcript
    kind = transcript.biotype.replace("_", " ") if transcript and transcript.biotype else "not annotated"
    facts = [
        ("Kind of RNA", kind),
        ("Change of the RNA", f"{row['transcript']}:{row['hgvs_c']}"),
        ("Location", row["location"]),
    ]
    note = "No protein is made from this gene; an effect on the structure or function of its RNA is not predicted."
    return Block("RNA gene", facts, note)


def _mitochondrial(view: CaseView) -> Block:
    row = view.case.row
    share = row["heteroplasmy"]
    facts = [
        ("Heteroplasmy", f"{formatting.percent(share)} of the reads" if share is not None else "not known"),
        ("Reads", formatting.DASH if row["depth"] is None else formatting.count(row["depth"])),
        ("Inheritance", row["inheritance"]),
    ]
    note = (
        "Heteroplasmy differs between tissues; a low share in the tissue sequenced excludes neither a higher one in an "
        "affected tissue nor a disease. Splice models do not apply to the mitochondrial genome."
    )
    return Block("Mitochondrial variant", facts, note)


def _regulatory(view: CaseView) -> Block:
    row = view.case.row
    facts = [
        (
            "Probability that regulation is damaged",
            f"{formatting.probability(row['effect_regulation'])}, not calibrated",
        ),
        ("Basis", regulation_columns.describe(row)),
    ]
    return Block(
        "Regulatory change",
        facts,
        "A hypothesis to test: regulation alone puts nothing forward as a finding.",
    )


SECTION = Section(
    id="class",
    title="The variant by its class",
    template="case_class.html.j2",
    context=_context,
)
