"""Variants with a measured effect on splicing, and what every model computes for them.

``python -m benchmarks.calibrate features`` computes it.

The tables are those of ``--data`` (public data, no part of the project), each variant in the workflow's left-aligned
representation and in the transcript of its gene. Every model's arrays are computed once, in parts of PART variants that
are written one by one to ``--cache``: a run that is stopped goes on where it was. One thread; the most useful tables
first.
"""

from __future__ import annotations

import csv
import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landfall.genome.annotation import reader
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant
from landfall.models.registry import splice_model
from landfall.splicing import score_rows, scoring
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.windows import Reach, choose_transcripts, masked_sequence, place

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
CACHE = Path.home() / ".cache" / "landfall" / "measured"
"""Outside the tree: tens of megabytes that a checkout does not need."""
PART, BATCH = 24, 8
NARROW, WIDE = 500, 4_999
"""Bases on either side of the variant; WIDE is the largest distance of the workflow."""
RNA_LOST, RNA_KEPT = -2.0, -0.5
"""log2 of RNA over DNA of the BRCA1 table: below the first a change affects splicing, above the second it does not."""
SGE_ROWS, SEED = 400, 20
"""Rows of the BRCA1 table that are drawn, half of either kind where there are as many, and the seed of the draw."""

Row = Mapping[str, str]
Arrays = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Table:
    """A table of truth: its name, the column of the gene, and whether a row affects splicing (None: not known)."""

    name: str
    affected: Callable[[Row], bool | None]
    genes: tuple[str, ...] = ("locus_gene", "gene")
    keep: Callable[[Sequence[Row]], Sequence[Row]] = lambda rows: rows

    def rows(self, data: Path) -> list[Row]:
        """Its rows, those that are drawn of a large one."""
        with (data / "truth" / f"{self.name}.GRCh38.tsv").open(encoding="utf-8", newline="") as handle:
            return list(self.keep(list(csv.DictReader(handle, delimiter="\t"))))


def _edited(row: Row) -> bool | None:
    """Whether a change of BRCA1 affects splicing: of an exon by its RNA, of an intron by the function of the gene."""
    if row["consequence"] in ("Intronic", "Canonical splice"):
        return {"LOF": True, "FUNC": False}.get(row["func_class"])
    if row["consequence"] == "Nonsense" or row["rna_score"] == "NA":
        return None
    score = float(row["rna_score"])
    return True if score < RNA_LOST else False if score > RNA_KEPT else None


def _drawn(rows: Sequence[Row]) -> Sequence[Row]:
    """A seeded part of the BRCA1 table."""
    random = np.random.default_rng(SEED)
    found: list[Row] = []
    for wanted in (True, False):
        members = [row for row in rows if _edited(row) is wanted]
        chosen = random.permutation(len(members))[: SGE_ROWS // 2]
        found += [members[n] for n in sorted(chosen)]
    return found


TABLES = (
    Table("splice_outcomes", lambda row: row["splice_affecting"] == "1", ("gene",)),
    Table("intronic_splicing", lambda row: row["affects_splicing"] == "TRUE"),
    Table("deep_intronic_curated", lambda _: True),
    Table("deep_intronic_common", lambda _: False),
    Table("pseudoexons", lambda row: row["pseudoexon_nt"] != "0", ("gene",)),
    Table(
        "intronic_labels",
        lambda row: {"pathogenic": True, "benign": False}.get(row["label"]),
        ("gene",),
    ),
    Table("mfass", lambda row: row["sdv"] == "1"),
    Table("brca1_sge", _edited, (), _drawn),
)


@dataclass(frozen=True)
class Case:
    """A variant of a table in its transcript; affected: whether splicing is, None where it is not known."""

    table: str
    row: Row
    variant: Variant
    transcript: Transcript
    moved: int
    affected: bool | None

    @property
    def gene(self) -> str:
        return self.transcript.gene

    @property
    def name(self) -> str:
        """The key of its arrays."""
        return name_of(self.variant, self.transcript)


def name_of(variant: Variant, transcript: Transcript) -> str:
    """The key of the arrays of a variant in a transcript."""
    return f"{variant.chrom}:{variant.pos}:{variant.ref}:{variant.alt}:{transcript.transcript}"


@dataclass
class Measured:
    """The variants of the tables, and the arrays that were computed for them."""

    data: Path = DATA
    cache: Path = CACHE
    left_out: list[str] = field(default_factory=list)
    """Rows without a transcript of their gene, in words."""

    @cached_property
    def genome(self) -> Genome:
        return Genome(self.data / "loci" / "GRCh38.fa.gz")

    @cached_property
    def transcripts(self) -> Sequence[Transcript]:
        return reader.read_gtf(self.data / "loci" / "genes.GRCh38.gtf.gz", self.genome.aliases, self.genome)

    @cached_property
    def layer(self) -> SiteAlignment:
        return SiteAlignment(self.genome, self.transcripts)

    @cached_property
    def cases(self) -> list[Case]:
        """Every row that lies in a transcript, in the order of the tables."""
        index = GeneIndex(self.transcripts)
        return [
            case
            for table in TABLES
            for row in table.rows(self.data)
            if (case := self._case(table, row, index)) is not None
        ]

    def _case(self, table: Table, row: Row, index: GeneIndex) -> Case | None:
        chrom, pos = row.get("chrom") or row.get("chrom38") or "", row.get("pos") or row.get("pos38") or ""
        variant = spelling(chrom, int(pos), row["ref"], row["alt"], self.genome)
        here = index.overlapping(variant.chrom, variant.start, variant.end)
        named = {row[column] for column in table.genes if column in row} or {"BRCA1"}
        wanted = [t for t in here if t.gene in named] or [t for t in here if t.strand == row.get("strand")]
        chosen = choose_transcripts(variant, (), lambda _: wanted)
        if not chosen:
            self.left_out.append(f"{table.name}: {variant}: no transcript of {', '.join(sorted(named))}")
            return None
        moved = self.layer.moved(variant, chosen[0])
        return Case(table.name, row, variant, chosen[0], moved, table.affected(row))

    def arrays(self, model: str, distance: int) -> dict[str, Arrays]:
        """What a model computed, by the name of the case: ref and alt of sites, as in :meth:`_sites`, or psi."""
        found: dict[str, Arrays] = {}
        for path in sorted(self.cache.glob(f"{model}.{distance}.*.npz")):
            with np.load(path) as stored:
                for key in stored.files:
                    name, _, kind = key.rpartition("|")
                    found.setdefault(name, {})[kind] = stored[key]
        return found

    def parts(self, model: str, distance: int, tables: Collection[str]) -> Iterator[tuple[Path, list[Case]]]:
        """The files of a model's arrays and the cases in each, one of each name, the tables in their order."""
        seen: set[str] = set()
        for table in tables:
            mine = {c.name: c for c in self.cases if c.table == table and c.name not in seen}
            seen |= set(mine)
            ordered = sorted(mine.values(), key=lambda c: (c.variant.chrom, c.variant.start, c.name))
            for first in range(0, len(ordered), PART):
                members = ordered[first : first + PART]
                text = "\n".join(case.name for case in members)
                digest = hashlib.sha256(text.encode()).hexdigest()[:12]
                yield self.cache / f"{model}.{distance}.{table}.{digest}.npz", members

    def compute_all(self) -> None:
        """Every model for every table, those of a stage before the others."""
        for reason in self.left_out:
            logging.warning("left out: %s", reason)
        for tables in STAGES:
            for model, distance in ORDER:
                self.compute(model, distance, weights_of(model, self.data), tables)

    def compute(self, model: str, distance: int, weights: Path, tables: Collection[str]) -> None:
        """The parts of some tables that are not there."""
        lacking = [part for part in self.parts(model, distance, tables) if not part[0].is_file()]
        if not lacking:
            return
        spec = splice_model(model)
        loaded: Any = spec.load(weights)
        self.cache.mkdir(parents=True, exist_ok=True)
        for number, (path, members) in enumerate(lacking, start=1):
            exons = spec.kind == "exons"
            found = (
                self._exons(loaded, spec.context, members)
                if exons
                else self._sites(loaded, distance, members)
            )
            logging.info("%s, D %d: part %d of %d, %s", model, distance, number, len(lacking), path.name)
            flat = {
                f"{name}|{kind}": value for name, arrays in found.items() for kind, value in arrays.items()
            }
            draft = path.with_suffix(".draft.npz")
            np.savez_compressed(draft, **flat)  # type: ignore[arg-type]
            draft.replace(path)

    def _sites(self, model: Any, distance: int, members: Iterable[Case]) -> dict[str, Arrays]:
        """Mean probabilities of a network of sites, (2 * distance + 1, 3); (tissues, rows) of one of tissues."""
        pairs = [(case.variant, case.transcript) for case in members]
        tissues = splice_model(model.info.name).kind == "tissues"
        reach = Reach(model.context, distance, max_unknown_fraction=1.0)
        windows, placements = place(pairs, self.genome, reach, self.layer.moved)
        found: dict[str, Arrays] = {}
        names = {(case.variant, case.transcript.transcript): case.name for case in members}
        for scored in scoring.score_windows(
            model, windows, placements, distance, BATCH, outputs=1 if tissues else 3
        ):
            transcript = scored.placement.transcript
            assert transcript is not None
            if scored.ref is None or scored.alt is None:
                continue
            ref, alt = scored.ref, scored.alt
            if tissues:
                assert scored.refs is not None
                assert scored.alts is not None
                ref, alt = (
                    a[..., 0].reshape(4, -1, a.shape[1]).mean(axis=1) for a in (scored.refs, scored.alts)
                )
            found[names[scored.placement.variant, transcript.transcript]] = {
                "ref": ref.astype(np.float32),
                "alt": alt.astype(np.float32),
            }
        return found

    def _exons(self, model: Any, context: int, members: Iterable[Case]) -> dict[str, Arrays]:
        """The change of logit PSI of every exon within reach."""
        found: dict[str, Arrays] = {}
        for case in members:
            start = case.variant.start - context
            sequence = masked_sequence(self.genome, case.transcript, start, case.variant.end + context)
            edit = score_rows.laid_edit(case.variant, sequence, case.variant.start - start, case.moved)
            effects = model.effects(case.transcript, sequence, start, edit)
            values = np.array([effect.delta_logit_psi for effect in effects], dtype=np.float32)
            found[case.name] = {"psi": values}
        return found


ORDER = (
    ("mmsplice", NARROW),
    ("spliceai", WIDE),
    ("cispliceai", NARROW),
    ("pangolin", NARROW),
    ("openspliceai", NARROW),
)
"""The models, each with its distance, in the order in which they are computed."""
STAGES = (
    ("splice_outcomes", "intronic_splicing", "deep_intronic_curated", "deep_intronic_common", "pseudoexons"),
    ("intronic_labels", "brca1_sge"),
    ("mfass",),
)
"""The tables, those that are computed first before the others."""


def weights_of(model: str, data: Path) -> Path:
    """The folder with a model's weights: of the project's resources, else of the data."""
    own = ROOT / "resources" / "weights" / model
    return own if own.is_dir() else data / "models" / model / "weights"
