"""How often the predicted outcome is the one measured on RNA, beside plain SAI-10k-calc rules on the same rows.

``python -m benchmarks.outcomes``. The measured variants, genome and genes are those of ``--data`` (public data, no part
of the project). SpliceAI's probabilities, 4,999 bases to either side, are computed once and kept in ``--cache``.
"""

from __future__ import annotations

import argparse
import csv
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from landfall.genome.annotation import reader
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.registry import splice_model
from landfall.models.runtime import device
from landfall.models.splice.spliceai.model import Ensemble
from landfall.models.weights import fetching
from landfall.splicing import score_rows, scoring
from landfall.splicing.outcomes.predict import Outcome, predict_outcomes
from landfall.splicing.outcomes.sites import SiteProbabilities
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.tables import PROBABILITIES
from landfall.splicing.windows import Reach, choose_transcripts, place

ROOT = Path(__file__).resolve().parents[1]
DISTANCE = 4_999
BATCH = 8
TYPES = {
    "none": "normal",
    "exon_skipping": "skip",
    "intron_retention": "retention",
    "cryptic_donor": "alternative donor",
    "cryptic_acceptor": "alternative acceptor",
}
"""The words of the measured table for our events; rows measured as something else (multiple, unknown) have no type."""
TUNED = ("BRCA1", "TP53")
"""The genes that most rows lie in; the shares (``benchmarks.shares``) were made with them in sight."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """A measured variant with its transcript, SpliceAI's probabilities and where they have it laid."""

    row: Row
    variant: Variant
    transcript: Transcript
    probabilities: SiteProbabilities
    moved: int


def read_rows(path: Path) -> list[Row]:
    """A tab-separated table; every cell as it is written."""
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def placed(
    rows: Iterable[Row], transcripts: Sequence[Transcript], genome: Genome
) -> Iterator[tuple[Variant, Transcript]]:
    """Each variant, normalised, in the gene of its row, or under an older symbol in a gene on the row's strand."""
    index = GeneIndex(transcripts)
    for row in rows:
        variant = spelling(row["chrom"], int(row["pos"]), row["ref"], row["alt"], genome)
        here = index.overlapping(variant.chrom, variant.start, variant.end)
        wanted = [t for t in here if t.gene == row["gene"]] or [t for t in here if t.strand == row["strand"]]
        yield variant, choose_transcripts(variant, (), lambda _, found=wanted: found)[0]  # type: ignore[misc]


def score(
    pairs: Iterable[tuple[Variant, Transcript]], layer: SiteAlignment, weights_directory: Path, cache: Path
) -> None:
    """Write tables.PROBABILITIES of every pair."""
    fetching.fetch(splice_model("spliceai").info, weights_directory)
    device.choose_device("cpu", threads=1)
    model = Ensemble(weights_directory)
    reach = Reach(model.context, DISTANCE, max_unknown_fraction=1.0)
    windows, placements = place(pairs, layer.genome, reach, layer.moved)
    rows = [
        score_rows.probability_row(scored, model.info.name)
        for scored in scoring.score_windows(model, windows, placements, DISTANCE, BATCH)
    ]
    parquet.write(PROBABILITIES, parquet.from_rows(PROBABILITIES, rows), cache)


def cases(data: Path, genome: Genome, weights_directory: Path, cache: Path) -> list[Case]:
    """Every measured variant; scored now if the cache is not there."""
    rows = read_rows(data / "truth" / "splice_outcomes.GRCh38.tsv")
    transcripts = reader.read_gtf(data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    pairs, layer = list(placed(rows, transcripts, genome)), SiteAlignment(genome, transcripts)
    if not cache.is_file():
        score(dict.fromkeys(pairs), layer, weights_directory, cache)
    kept = {
        tuple(row[name] for name in (*ALLELE, "transcript")): SiteProbabilities.of(row["start"], row)
        for row in parquet.read(PROBABILITIES, cache).to_pylist()
    }
    found = []
    for row, (variant, transcript) in zip(rows, pairs, strict=True):
        key = (variant.chrom, variant.pos, variant.ref, variant.alt, transcript.transcript)
        found.append(Case(row, variant, transcript, kept[key], layer.moved(variant, transcript)))
    return found


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
    predicted = {
        id(case): predict_outcomes(
            case.variant, case.transcript, case.probabilities, genome, moved=case.moved
        )
        for case in typed
    }
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


def arguments(description: str | None) -> argparse.Namespace:
    """Where the data, the cached scores and the weights are, from the command line."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--cache", type=Path, default=ROOT / "work" / "outcomes.parquet")
    parser.add_argument("--weights", type=Path, default=ROOT / "resources" / "weights" / "spliceai")
    return parser.parse_args()


def main() -> None:
    """The command."""
    options = arguments(__doc__)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    genome = Genome(options.data / "loci" / "GRCh38.fa.gz")
    torch.set_num_threads(1)
    for line in report(cases(options.data, genome, options.weights, options.cache), genome):
        print(line)


if __name__ == "__main__":
    main()
