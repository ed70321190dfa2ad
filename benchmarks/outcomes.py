"""How often the predicted outcome is the one measured on RNA, beside plain SAI-10k-calc rules on the same rows.

``python -m benchmarks.outcomes``. The measured variants, genome and genes are those of ``--data`` (public data, no part
of the project); SpliceAI's probabilities, 4,999 bases to either side, those of ``python -m benchmarks.calibrate
features``.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import calibrate, measured
from benchmarks.measured import Measured, Row
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice import delta_scores
from landfall.splicing.outcomes.predict import Outcome, predict_outcomes
from landfall.splicing.outcomes.sites import SiteProbabilities
from landfall.splicing.probability.calibration import region_of

DISTANCE = measured.WIDE
TYPES = {
    "none": "normal",
    "exon_skipping": "skip",
    "intron_retention": "retention",
    "cryptic_donor": "alternative donor",
    "cryptic_acceptor": "alternative acceptor",
}
"""The words of the measured table for our events; rows measured as something else (multiple, unknown) have no type."""
CONSEQUENCES = {
    "pseudoexon": ("pseudoexon",),
    "exon_extension|partial_intron_retention": ("alternative donor", "alternative acceptor"),
    "exon_skipping": ("skip",),
    "(?<!partial_)intron_retention": ("retention",),
}
"""Types by the words, as patterns, of the tables of variants within introns."""
DEEP = ("intronic_splicing", "deep_intronic_curated", "deep_intronic_common", "pseudoexons")
"""The tables of variants within introns."""
TUNED = ("BRCA1", "TP53")
"""The genes that most rows lie in; the shares (``benchmarks.shares``) were made with them in sight."""


@dataclass(frozen=True)
class Case:
    """A measured variant with its transcript, SpliceAI's probabilities and where they have it laid."""

    row: Row
    variant: Variant
    transcript: Transcript
    probabilities: SiteProbabilities
    moved: int
    types: frozenset[str]
    sizes: frozenset[int]
    probability: float | None = None


def cases(source: Measured, tables: Collection[str] = ("splice_outcomes",)) -> list[Case]:
    """The variants of some tables with SpliceAI's probabilities, each table's in its order."""
    stored = source.arrays("spliceai", DISTANCE)
    mine = [case for table in tables for case in source.cases if case.table == table and case.name in stored]
    if not mine:
        raise SystemExit("nothing is scored; run python -m benchmarks.calibrate features first")
    return [_case(case, stored[case.name]) for case in mine]


def with_probabilities(source: Measured, tables: Collection[str]) -> list[Case]:
    """The variants of some tables, each with the probability from all models by a fit to other genes."""
    data = calibrate.examples(source)
    known = dict(
        zip(data.names.tolist(), calibrate.on_unseen_genes(data, calibrate.MODELS).tolist(), strict=True)
    )
    return [
        replace(case, probability=known.get(measured.name_of(case.variant, case.transcript)))
        for case in cases(source, tables)
    ]


def once(found: Iterable[Case]) -> list[Case]:
    """Each variant once, its published sizes and types from all of its rows."""
    merged: dict[tuple[Variant, str], Case] = {}
    for case in found:
        key = case.variant, case.transcript.transcript
        before = merged.get(key, case)
        merged[key] = replace(before, types=before.types | case.types, sizes=before.sizes | case.sizes)
    return list(merged.values())


def _case(case: measured.Case, arrays: measured.Arrays) -> Case:
    columns = {
        f"{allele}_{kind}": arrays[allele][:, column]
        for allele in ("ref", "alt")
        for kind, column in (("acceptor", delta_scores.ACCEPTOR), ("donor", delta_scores.DONOR))
    }
    probabilities = SiteProbabilities.of(case.variant.start - DISTANCE, columns)
    types = measured_types(case)
    return Case(case.row, case.variant, case.transcript, probabilities, case.moved, types, sizes(case.row))


def measured_types(case: measured.Case) -> frozenset[str]:
    """The types of what was measured, in the words of TYPES; none where the table does not say which."""
    if case.affected is False:
        return frozenset({"normal"})
    words = case.row.get("functional_consequence")
    if words is None:
        named = "pseudoexon" if case.table == "pseudoexons" else case.row.get("effect_type", "")
        return frozenset({named} & {*TYPES.values(), "pseudoexon"})
    return frozenset(
        found for word, types in CONSEQUENCES.items() if re.search(word, words) for found in types
    )


def sizes(row: Row) -> frozenset[int]:
    """The published sizes of what is added to the mRNA, in bases."""
    words = row.get("functional_consequence") or f"{row.get('pseudoexon_nt') or 0}bp"
    return frozenset({int(size) for size in re.findall(r"(\d+)bp", words)} - {0})


# Plain SAI-10k-calc (adavi4/SAI-10k-calc 7b69785, spliceAI_parser.R), from the eight published numbers alone: scores of
# two decimals and the single position of each. Of several events the first in the order of its output is its type.


@dataclass(frozen=True)
class Published:
    """Delta scores, their positions oriented along the transcript (0-based), and its exons, both ends included."""

    score: Mapping[str, float]
    at: Mapping[str, int]
    variant: int
    exons: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, case: Case) -> Published:
        sign = 1 if case.transcript.forward else -1
        ends = [(sign * start, sign * (end - 1)) for start, end in case.transcript.exons]
        p, score, at = case.probabilities, {}, {}
        for kind, letter in (("acceptor", "a"), ("donor", "d")):
            ref, alt = p.arrays(kind)
            for change, suffix in ((alt - ref, "g"), (ref - alt, "l")):
                row = int(change.argmax())
                score[letter + suffix], at[letter + suffix] = (
                    round(float(change[row]), 2),
                    sign * (p.start + row),
                )
        return cls(score, at, sign * case.variant.start, sorted((min(pair), max(pair)) for pair in ends))

    @property
    def nearest(self) -> int:
        """Index of the exon nearest to the variant."""
        return min(range(len(self.exons)), key=self.distance)

    def distance(self, exon: int) -> int:
        """Bases from the variant to an exon, 0 inside."""
        first, last = self.exons[exon]
        return max(first - self.variant, self.variant - last, 0)


def plain(case: Case) -> str:
    """The type by SAI-10k-calc's rules."""
    numbers = Published.of(case)
    return _plain_edge(numbers) or _plain_pair(numbers) or "normal"


def _plain_edge(n: Published) -> str | None:
    """Partial intron retention within 250 bases of an exon, partial exon deletion within 50."""
    donor = n.score["dg"] > n.score["ag"]
    if max(n.score["dg"], n.score["ag"]) < 0.2 or n.score["dg"] == n.score["ag"]:
        return None
    exon, site = n.nearest, n.at["dg" if donor else "ag"]
    beyond = site - n.exons[exon][1] if donor else n.exons[exon][0] - site
    neighbours = n.exons[exon + 1 : exon + 2] if donor else n.exons[max(exon - 1, 0) : exon]
    crossed = any(site >= first if donor else site <= last for first, last in neighbours)
    distance = n.distance(exon)
    if crossed or not ((0 < beyond <= 250 and distance <= 250) or (beyond < 0 and distance <= 50)):
        return None
    return "alternative donor" if donor else "alternative acceptor"


def _plain_pair(n: Published) -> str | None:
    """A pair of gains deep in an intron is a pseudoexon; a pair of losses skips an exon or keeps an intron."""
    size = n.at["dg"] - n.at["ag"] + 1
    gains = min(n.score["ag"], n.score["dg"]) >= 0.02 and max(n.score["ag"], n.score["dg"]) >= 0.2
    losses = min(n.score["al"], n.score["dl"]) >= 0.02 and max(n.score["al"], n.score["dl"]) >= 0.2
    if gains and 25 <= size <= 500 and n.distance(n.nearest) > 50:
        return "pseudoexon"
    if losses and n.distance(n.nearest) <= 50:
        return "skip" if n.at["al"] < n.at["dl"] else "retention"
    return None


def first_called(outcomes: Sequence[Outcome]) -> Outcome:
    """The likeliest change that is called, or normal splicing."""
    return next(outcome for outcome in outcomes if outcome.called)


def _new_exon(outcome: Outcome) -> bool:
    return outcome.event in ("pseudoexon", "exon_inclusion")


def deep_report(found: Sequence[Case], genome: Genome) -> Iterator[str]:
    """Pseudoexons and variants without an effect deep in introns, and the published sizes, line by line."""
    deep = [
        case
        for case in once(found)
        if region_of(case.variant, case.transcript, case.moved) == "deep_intronic"
    ]
    first = {id(case): first_called(predict(case, genome)) for case in deep}
    exons = [case for case in deep if case.types == {"pseudoexon"}]
    sized = [case for case in exons if case.sizes]
    normal = [case for case in deep if case.types == {"normal"}]
    exact = sum(first[id(case)].size_nt in case.sizes for case in sized)
    yield "\n| deep in introns | rows | first outcome right |"
    yield "| --- | --- | --- |"
    yield f"| pseudoexon | {len(exons)} | {rate(sum(_new_exon(first[id(c)]) for c in exons), len(exons))} |"
    yield f"| pseudoexon of a published size, the exact size | {len(sized)} | {rate(exact, len(sized))} |"
    kept = sum(first[id(case)].event == "none" for case in normal)
    yield f"| no effect | {len(normal)} | {rate(kept, len(normal))} |"


def predict(case: Case, genome: Genome) -> list[Outcome]:
    """The outcomes of a variant."""
    return predict_outcomes(
        case.variant,
        case.transcript,
        case.probabilities,
        genome,
        moved=case.moved,
        splice_probability=case.probability,
    )


def ours(outcomes: Sequence[Outcome]) -> str:
    """The type of the first outcome called."""
    event = first_called(outcomes).event
    return TYPES.get(event, event)


def published_sites(row: Row) -> dict[str, int]:
    """1-based positions of the sites lost and gained, where the table gives one."""
    names = ("acceptor_lost", "donor_lost", "acceptor_gained", "donor_gained")
    return {name: int(row[name]) for name in names if row[name].isdigit()}


def sites_agree(row: Row, outcome: Outcome) -> bool:
    """Whether an outcome is the published change of splicing: the site it gains, or both ends of the exon it skips."""
    wanted = published_sites(row)
    gained = {"cryptic_acceptor": "acceptor_gained", "cryptic_donor": "donor_gained"}.get(outcome.event)
    if gained:
        site = outcome.acceptor if gained == "acceptor_gained" else outcome.donor
        return wanted.get(gained) == site
    skipped = (wanted.get("acceptor_lost"), wanted.get("donor_lost"))
    return outcome.event == "exon_skipping" and skipped == (outcome.acceptor, outcome.donor)


def _beside(case: Case) -> bool:
    """Whether a skipped exon of the table is one of those next to the variant.

    Rows of BRCA1 name the exon that a count without its missing exon 4 gives: the one behind that which is skipped.
    """
    wanted = published_sites(case.row)
    ends = {"acceptor_lost", "donor_lost"} & set(wanted)
    if case.row["effect_type"] != "skip" or len(ends) < 2:
        return True
    low, high = sorted(wanted[name] - 1 for name in ends)
    near = sorted(
        case.transcript.exons, key=lambda e: max(e[0] - case.variant.start, case.variant.start - e[1], 0)
    )
    return (low, high + 1) == near[0]


def report(found: Sequence[Case], genome: Genome) -> Iterator[str]:
    """The tables, line by line."""
    typed = [case for case in found if case.row["effect_type"] in TYPES.values()]
    predicted = {id(case): predict(case, genome) for case in typed}
    columns: dict[str, Callable[[Case], bool]] = {
        "landfall": lambda case: ours(predicted[id(case)]) == case.row["effect_type"],
        "landfall, any outcome called": lambda case: any(
            o.called and TYPES.get(o.event) == case.row["effect_type"] for o in predicted[id(case)]
        ),
        "plain SAI-10k-calc": lambda case: plain(case) == case.row["effect_type"],
    }
    for title, chosen in (
        ("all genes", typed),
        (f"genes other than {' and '.join(TUNED)}", [c for c in typed if c.row["gene"] not in TUNED]),
    ):
        yield f"\n| measured, {title} | rows | {' | '.join(columns)} |"
        yield "| --- " * (len(columns) + 2) + "|"
        changes = [case for case in chosen if case.row["effect_type"] != "normal"]
        groups = {name: [c for c in chosen if c.row["effect_type"] == name] for name in TYPES.values()}
        for name, members in (*groups.items(), ("every change", changes), ("all", list(chosen))):
            rates = [rate(sum(map(right, members)), len(members)) for right in columns.values()]
            yield f"| {name} | {len(members)} | {' | '.join(rates)} |"
    yield from _sites(typed, predicted)
    yield from _confusion(typed, predicted)


def _sites(typed: Sequence[Case], predicted: Mapping[int, Sequence[Outcome]]) -> Iterator[str]:
    yield "\n| exact sites | rows | first outcome | among the outcomes |"
    yield "| --- | --- | --- | --- |"
    given = [c for c in typed if published_sites(c.row) and c.row["effect_type"] != "normal"]
    for name, members in (
        *((t, [c for c in given if c.row["effect_type"] == t and _beside(c)]) for t in TYPES.values()),
        ("skip, another exon than the variant's named", [c for c in given if not _beside(c)]),
    ):
        if members:
            first = sum(sites_agree(c.row, first_called(predicted[id(c)])) for c in members)
            among = sum(any(sites_agree(c.row, o) for o in predicted[id(c)]) for c in members)
            yield f"| {name} | {len(members)} | {rate(first, len(members))} | {rate(among, len(members))} |"


def _confusion(typed: Sequence[Case], predicted: Mapping[int, Sequence[Outcome]]) -> Iterator[str]:
    counts = Counter((c.row["effect_type"], ours(predicted[id(c)])) for c in typed)
    names = sorted({name for _, name in counts}, key=lambda name: [*TYPES.values(), name].index(name))
    yield f"\n| measured, down; first outcome, across | {' | '.join(names)} |"
    yield "| --- " * (len(names) + 1) + "|"
    for name in TYPES.values():
        yield f"| {name} | {' | '.join(str(counts[name, other]) for other in names)} |"


def rate(count: int, total: int) -> str:
    """A count with its percentage."""
    return f"{count} ({count / total:.0%})" if total else "-"


def arguments(description: str | None) -> Measured:
    """The measured variants and the computed arrays, from the command line."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=measured.DATA, help="folder of the public data")
    parser.add_argument("--cache", type=Path, default=measured.CACHE, help="folder of the computed arrays")
    options = parser.parse_args()
    return Measured(options.data, options.cache)


def main() -> None:
    """The command."""
    source = arguments(__doc__)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    found = with_probabilities(source, ("splice_outcomes", *DEEP))
    for line in report([case for case in found if "effect_type" in case.row], source.genome):
        print(line)
    for line in deep_report(found, source.genome):
        print(line)


if __name__ == "__main__":
    main()
