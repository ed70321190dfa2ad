"""A finding of any kind in sentences: from the columns of its rows in the prioritised table."""

from __future__ import annotations

from collections.abc import Sequence

from landfall.patient.inheritance.modes import COMPOUND_MODES, LABELS
from landfall.ranking import coding_words
from landfall.ranking.finding.columns import has_kind
from landfall.ranking.inheritance_columns import counted, gene_modes
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.score import is_likely_pathogenic
from landfall.report.case.parts import coding

Group = Sequence[PrioritisedRow]
"""The rows of one finding: one, or the two of a pair."""


def a_variant(row: PrioritisedRow) -> str:
    """'a homozygous variant of GENE', 'a variant of GENE (no genotype given)'."""
    if row["zygosity"] == "unknown":
        return f"a variant of {row['gene']} (no genotype given)"
    return f"a {row['zygosity']} variant of {row['gene']}"


def zygosity(row: PrioritisedRow) -> str:
    return "no genotype given" if row["zygosity"] == "unknown" else row["zygosity"]


REFSEQ_BY = {"MANE": "by MANE's table", "annotation": "by the gene annotation"}


def refseq(row: PrioritisedRow) -> str:
    """The name in the RefSeq transcript of the same sequence, and how that is known; empty if it is not."""
    name = coding_words.refseq(coding_words.own_effect(row))
    source = REFSEQ_BY.get(row["refseq_source"] or "")
    return f"{name} ({source})" if name and source else name


def full_name(row: PrioritisedRow) -> str:
    """'ENST00000003084.11:c.3718-2477C>T, NM_000492.4:c.3718-2477C>T (by MANE's table)'; empty outside transcripts."""
    own = f"{row['transcript']}:{row['hgvs_c']}" if row["hgvs_c"] else ""
    return ", ".join(name for name in (own, refseq(row)) if name)


def is_pair(group: Group) -> bool:
    """Whether two heterozygous alleles on different copies make the finding."""
    return len(group) == 2 and has_kind(group[0], "pair")


def title(group: Group) -> str:
    """'FKTN c.141_142del and c.647+2084G>T'; alleles of one copy by their joint name."""
    first = group[0]
    if coding_words.by_joint(first) and not is_pair(group):
        return f"{first['gene']} {first['joint_hgvs_c']}"
    return f"{first['gene']} {' and '.join(row['hgvs_c'] for row in group)}"


def headline(group: Group) -> str:
    """The finding in a sentence: the variant, its genotype and effect; of a pair both alleles and their phase."""
    first = group[0]
    if is_pair(group):
        each = " and ".join(f"{row['hgvs_c']} ({effect(row)})" for row in group)
        return f"{first['gene']}: two heterozygous variants {_phase(first)}, {each}."
    return f"{title(group)}, {zygosity(first)}: {effect(first)}{_on_one_copy(group)}."


def _on_one_copy(group: Group) -> str:
    """The alleles behind a joint consequence; empty without one."""
    first = group[0]
    if not coding_words.by_joint(first):
        return ""
    if len(group) == 1:
        return f", {first['hgvs_c']} together with {coding_words.alleles(first)} on the same copy"
    return f", the alleles {' and '.join(row['hgvs_c'] for row in group)} together on the same copy"


def phase(row: PrioritisedRow) -> str:
    """'in trans (one from each parent)', 'whose phase is unknown'."""
    why = f" ({row['partner_phase_reason']})" if row["partner_phase_reason"] else ""
    return f"{_phase(row)}{why}"


def _phase(row: PrioritisedRow) -> str:
    return "in trans" if row["partner_phase"] == "trans" else "whose phase is unknown"


def effect(row: PrioritisedRow) -> str:
    """What the allele does, from its kinds of evidence and its consequence."""
    parts = [_class(row)] if has_kind(row, "known_pathogenic") else []
    parts.append(
        coding_effect(row) if row["effect_coding"] or coding_words.by_joint(row) else row["location"]
    )
    if row["heteroplasmy"] is not None:
        parts.append(f"heteroplasmy {100 * row['heteroplasmy']:.0f} %")
    if row["event"] not in (None, "none"):
        parts.append(f"predicted {str(row['event']).replace('_', ' ')}")
    return ", ".join(parts)


def coding_effect(row: PrioritisedRow) -> str:
    """'frameshift, p.(Asp48LysfsTer3)'."""
    return ", ".join(filter(None, (coding_words.short(counted(row)), coding.protein(row))))


def classification(row: PrioritisedRow) -> str:
    """The classification of a known allele with its identifier, stars and date; empty without one."""
    if row["clinvar"]:
        return row["clinvar"]
    return f"conflicting: {row['clinvar_conflict']}" if row["clinvar_conflict"] else ""


def _class(row: PrioritisedRow) -> str:
    """The class of a known allele."""
    if not row["clinvar"]:
        return "conflicting classifications"
    return f"classified as {'likely ' * is_likely_pathogenic(row['clinvar'])}pathogenic"


def family(group: Group) -> str:
    """Relatives' genotypes, empty where none was read."""
    described = [(row, row["relatives"]) for row in group if row["relatives"]]
    if is_pair(group):
        return " ".join(f"{row['hgvs_c']}: {words}." for row, words in described)
    return " ".join(f"{words[:1].upper()}{words[1:]}." for _, words in described)


def disease(row: PrioritisedRow) -> str:
    """The disease of the gene that fits best, and the modes of its diseases; empty where neither is known."""
    modes = [LABELS[mode] for mode in gene_modes(row) if mode not in (*COMPOUND_MODES, "de_novo")]
    parts = [
        f"best matching disease of {row['gene']}: {row['phenotype_disease']} (inferred from HPO)"
        if row["phenotype_disease"]
        else "",
        f"modes of the diseases of {row['gene']}: {', '.join(modes)}" if modes else "",
    ]
    words = "; ".join(part for part in parts if part)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def evidence(group: Group) -> str:
    """Relatives and disease, the reason first where the headline does not rest on splicing."""
    first = group[0]
    return " ".join(part for part in (first["finding_reason"], family(group), disease(first)) if part)


def line(group: Group) -> str:
    """One finding or candidate in one line: its effect, genotype and family."""
    rows = group if is_pair(group) else group[:1]
    words = [phase(group[0])] if is_pair(group) else [zygosity(group[0])]
    words += [", ".join(filter(None, (effect(row), classification(row)))) for row in rows]
    return "; ".join([*words, *([family(group).rstrip(".")] if family(group) else [])])
