"""The case page: what the template prints about one candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.report import diagram, numbers, protein, scores, tracks, words
from landfall.report.cases import Case, allele

Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Figure:
    """The track of one model with its sites in words."""

    model: str
    drawing: Markup
    sites: Sequence[scores.SiteLine]


@dataclass(frozen=True)
class Page:
    """A case, ready to print."""

    anchor: str
    flagged: bool
    title: str
    note: str
    story: Sequence[str]
    facts: Facts
    deltas: Sequence[tuple[str, Sequence[scores.Delta]]]
    figures: Sequence[Figure]
    diagram: Markup | None
    mrna: Facts
    inserted: str
    protein: protein.Windows | None
    outcomes: Sequence[Sequence[str]]
    proof: str


def page(case: Case, models: Mapping[str, str], phenotype: Mapping[str, str], cut: float | None) -> Page:
    """All that is printed about a case; ``models`` maps names to titles, ``phenotype`` HPO terms to names."""
    row, first = case.row, next(iter(models.items()), None)
    return Page(
        anchor=case.anchor,
        flagged=row["flagged"],
        title=f"{row['gene']} {row['hgvs_c']}",
        note="" if row["flagged"] else words.not_flagged(row, models, cut),
        story=words.story(case, *first) if first else [words.hypothesis(case)],
        facts=_facts(row, phenotype),
        deltas=[(title, scores.deltas(case, model)) for model, title in models.items()],
        figures=[
            Figure(models.get(t.model, t.model), tracks.draw(case, t), scores.site_lines(case, t))
            for t in case.tracks
        ],
        diagram=diagram.draw(case),
        mrna=_mrna(case),
        inserted=_tens(case.outcome["inserted"] or "") if case.outcome else "",
        protein=protein.windows(case.outcome) if case.outcome else None,
        outcomes=[_outcome(o, case.row["transcript"]) for o in case.outcomes],
        proof=words.proof(case),
    )


def _facts(row: Mapping[str, Any], phenotype: Mapping[str, str]) -> Facts:
    """The variant and the call."""
    terms = [f"{phenotype.get(term, 'term')} ({term})" for term in row["hpo_matches"].split(",") if term]
    return [
        ("Genome", f"{row['chrom']}:{row['hgvs_g'].split(':')[-1]}"),
        ("Allele", allele(row)),
        ("Transcript", f"{row['transcript']}:{row['hgvs_c']}"),
        ("Gene, strand", f"{row['gene']}, {row['strand'].replace('-', numbers.MINUS)}"),
        ("Location", row["location"]),
        ("Consequence (annotation)", row["consequence"].replace("_", " ")),
        ("Protein (coding change)", row["hgvs_p"] or numbers.DASH),
        ("Genotype", f"{row['genotype']}, {row['zygosity']}"),
        ("Reads", _reads(row)),
        ("Genotype quality", _plain(row["genotype_quality"])),
        ("Frequency", _frequency(row)),
        ("Identifier", row["rsid"] or numbers.DASH),
        ("Inheritance", row["inheritance"]),
        ("Phenotype match", "; ".join(terms) or "none of the patient's"),
        ("Priority", f"{numbers.score(row['priority'])}, rank {numbers.count(row['rank'])}"),
    ]


def _reads(row: Mapping[str, Any]) -> str:
    if row["depth"] is None:
        return numbers.DASH
    part = (
        "" if row["allele_balance"] is None else f", {numbers.percent(row['allele_balance'])} with the allele"
    )
    return f"{numbers.count(row['depth'])}{part}"


def _frequency(row: Mapping[str, Any]) -> str:
    if row["frequency"] is None:
        return "not found in the sources used"
    return f"{numbers.frequency(row['frequency'])}, {row['frequency_source']}"


def _plain(value: float | None) -> str:
    return numbers.DASH if value is None else f"{value:g}"


def _mrna(case: Case) -> Facts:
    """The likeliest outcome, fact by fact; nulls are left out."""
    o = case.outcome
    if o is None or o["event"] == "none":
        return []
    chrom = case.row["chrom"]
    facts = [("Event", words.EVENTS.get(o["event"], o["event"])), ("Where", o["location"])]
    if o["start"] is not None and o["end"] is not None:
        facts.append(("Segment", numbers.span(chrom, o["start"], o["end"])))
    facts += [
        ("Size", _size(o)),
        ("Reading frame", _frame(o)),
        ("Premature stop", _stop(o)),
        ("Decay (NMD)", _decay(o)),
    ]
    facts += [(kind.capitalize(), _site(o, kind, chrom)) for kind in ("acceptor", "donor")]
    facts += [("mRNA", o["hgvs_r"]), ("Protein", o["hgvs_p"]), ("Rests on", o["reason"])]
    return [(name, value) for name, value in facts if value]


def _size(o: Mapping[str, Any]) -> str:
    if o["size_nt"] is None:
        return ""
    return f"{numbers.plural(o['size_nt'], 'base')} {'gained' if o['gained'] else 'lost'}"


def _frame(o: Mapping[str, Any]) -> str:
    if o["frameshift"] is None:
        return "not derived (outside the coding sequence)"
    return "shifted" if o["frameshift"] else "kept"


def _stop(o: Mapping[str, Any]) -> str:
    if o["ptc"] is None:
        return ""
    codon = "" if o["ptc_codon"] is None else f", codon {numbers.count(o['ptc_codon'])}"
    return f"yes{codon}" if o["ptc"] else "no"


def _decay(o: Mapping[str, Any]) -> str:
    if o["nmd"] is None:
        return ""
    said = "expected" if o["nmd"] else "not expected"
    return f"{said}: {o['nmd_reason']}" if o["nmd_reason"] else said


def _site(o: Mapping[str, Any], kind: str, chrom: str) -> str:
    if o[kind] is None:
        return ""
    return (
        f"{numbers.locus(chrom, o[kind])}, probability {numbers.change(o[f'{kind}_ref'], o[f'{kind}_alt'])}"
    )


def _outcome(o: Mapping[str, Any], named: str) -> Sequence[str]:
    """A line of the table of outcomes."""
    size = numbers.DASH
    if o["size_nt"] is not None:
        size = f"{'+' if o['gained'] else numbers.MINUS}{numbers.count(o['size_nt'])}"
    return (
        f"{o['outcome']}",
        words.EVENTS.get(o["event"], o["event"]),
        _place(o, named),
        size,
        _yes(o["frameshift"], "shifted", "kept"),
        _yes(o["ptc"], "yes", "no"),
        _yes(o["nmd"], "expected", "not expected"),
        numbers.percent(o["share"]),
        words.short(o["hgvs_p"] or numbers.DASH, 32),
        o["reason"],
    )


def _place(o: Mapping[str, Any], named: str) -> str:
    """Where an outcome lies; its transcript too if it is not the one that the candidate is named by."""
    other = f" of {o['transcript']}" if o["transcript"] != named else ""
    return f"{o['location'] or numbers.DASH}{other}"


def _yes(value: bool | None, yes: str, no: str) -> str:
    return numbers.DASH if value is None else (yes if value else no)


def _tens(letters: str) -> str:
    """Letters in groups of ten."""
    return " ".join(letters[n : n + 10] for n in range(0, len(letters), 10))
