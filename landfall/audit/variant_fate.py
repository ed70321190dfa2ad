"""The status of one allele in the results of a run, from its tables alone, without a model.

The ledger is read by its row groups' statistics, so a query of a whole genome takes well under two seconds
(docs/why.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landfall.config import renamed
from landfall.config.sections import Settings
from landfall.genome.annotation import reader
from landfall.genome.hgvs.parser import BY_POSITION, QuestionError, Reader, is_identifier
from landfall.genome.sequence import Genome, aliases
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant, key_of
from landfall.io import parquet
from landfall.io.errors import closest
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import EVIDENCE, PRIORITISED
from landfall.splicing.rows import OutcomeRow
from landfall.splicing.tables import OUTCOMES
from landfall.variants.filters.remedies import Remedy, now, remedy
from landfall.variants.tables import LEDGER

FOUND, NOT_IN_INPUT, BAD_QUESTION = 0, 1, 2
NEAR, SHOWN = 50, 5
"""Bases within which other alleles are listed where the queried one is absent, and their largest number."""

STATUSES = ("kept", "not_scored", "dropped")
Row = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """One row of the ledger with its remedy (None for a kept allele) and the genes that it lies in."""

    row: Row
    remedy: Remedy | None
    genes: Sequence[str] | None


class FoundCandidate(PrioritisedRow):
    """A row of the prioritised table with its outcomes and criteria; ``of``: rows in all."""

    of: int
    outcomes: list[OutcomeRow]
    evidence: list[Row]


@dataclass(frozen=True)
class Answer:
    """The rows of one allele in the tables of a run.

    variant: its normalised form as chrom-pos-ref-alt. accounts: its rows in the ledger, the furthest first, none if it
    is not in the input. candidates: its rows in the prioritised table, with ``outcomes`` and ``evidence`` of each and
    ``of`` rows in all. nearby: rows of the ledger close by, nearest first, where it is not in the input. note: a fault
    of the query itself, empty for none.
    """

    question: str
    variant: str
    settings: Mapping[str, Any] = field(repr=False)
    accounts: Sequence[Account] = ()
    candidates: Sequence[FoundCandidate] = ()
    nearby: Sequence[Row] = ()
    note: str = ""

    @property
    def code(self) -> int:
        """Exit code: FOUND or NOT_IN_INPUT."""
        return FOUND if self.accounts else NOT_IN_INPUT

    def plain(self) -> Row:
        """The same as plain values, for JSON."""
        accounts = []
        for account in self.accounts:
            cure = None if account.remedy is None else _with_now(account.remedy, self.settings)
            accounts.append({**account.row, "genes": account.genes, "remedy": cure})
        return {
            "question": self.question,
            "variant": self.variant,
            "in_input": bool(self.accounts),
            "note": self.note,
            "accounts": accounts,
            "candidates": list(self.candidates),
            "nearby": list(self.nearby),
        }


def _with_now(cure: Remedy, settings: Mapping[str, Any]) -> Row:
    keys = {key: {"value": value, "now": now(key, settings)} for key, value in cure.settings.items()}
    return {**asdict(cure), "settings": keys}


class Run:
    """The results of one sample, with those of its inputs and intermediate tables that still exist."""

    def __init__(self, folder: Path) -> None:
        """``folder``: results/<sample>. Raises QuestionError if it holds no results."""
        self.folder = Path(folder)
        self.ledger = self.folder / "ledger.parquet"
        path = self.folder / "provenance.json"
        if not self.ledger.is_file() or not path.is_file():
            raise QuestionError(self._missing())
        try:
            self.provenance: Row = json.loads(path.read_text())
            recorded: Mapping[str, Any] = self.provenance["settings"]
            self.settings = renamed.present(recorded, Settings)
        except (ValueError, RecursionError) as error:
            raise QuestionError(f"{path}: is broken ({error}); run the workflow again") from error
        except (KeyError, TypeError) as error:
            raise QuestionError(f"{path}: is not the record of a run of landfall") from error

    def _missing(self) -> str:
        """Why the folder is not one of a sample, with the sample folders beside it."""
        words = f"{self.folder}: no ledger.parquet and provenance.json of a finished run in this folder"
        for parent in (self.folder, self.folder.parent):
            samples = sorted(path.parent.name for path in parent.glob("*/ledger.parquet"))
            if samples:
                near = closest(self.folder.name, samples) or samples[0]
                return f"{words}; did you mean {parent / near}?"
        return words

    def _place(self, written: str) -> Path:
        """A path of the settings, relative to the folder in which the workflow ran: the parent of the results,
        or, where these were elsewhere, the working directory.
        """
        results = Path(self.settings["results"])
        if results.is_absolute():
            return Path(written)
        return Path(*self.folder.resolve().parents[len(results.parts) :][:1], written)

    @cached_property
    def genome(self) -> Genome | None:
        """The reference of the run, None where it can no longer be read."""
        try:
            return Genome(self._place(self.settings["genome"]["fasta"]))
        except OSError:
            return None

    @property
    def transcripts_table(self) -> Path:
        return self._place(self.settings["work"]) / "transcripts.parquet"

    def transcripts(self, name: str) -> list[Transcript]:
        """Transcripts of a gene, or with an identifier, of the annotation or RefSeq, of any version.

        From the annotation itself, which takes longer, where ``work`` was deleted or is of another version. Raises
        QuestionError without either.
        """
        stem, keep = name.split(".")[0], pc.field("gene") == name
        for identifier in (pc.field("transcript"), pc.field("refseq")):
            keep |= (identifier == name) | pc.starts_with(identifier, f"{stem}.")
        with suppress(parquet.TableError, pa.ArrowInvalid):
            if self.transcripts_table.is_file():
                return reader.from_table(pq.read_table(self.transcripts_table, filters=keep))
        gtf = self._place(self.settings["genome"]["annotation"])
        if self.genome is None or not gtf.is_file():
            raise QuestionError(
                f"neither {self.transcripts_table} nor {gtf} exists to resolve a transcript name; {BY_POSITION}"
            )
        named = self.settings["genome"].get("mane")
        mane = self._place(named) if named and self._place(named).is_file() else None
        whole = reader.to_table(reader.read_gtf(gtf, self.genome.aliases, self.genome, mane))
        return reader.from_table(whole.filter(keep))

    def symbols(self) -> list[str]:
        """Gene symbols and transcripts for suggestions; none where the table was deleted."""
        if not self.transcripts_table.is_file():
            return []
        known = set(pq.read_schema(self.transcripts_table).names) & {"gene", "transcript", "refseq"}
        columns = pq.read_table(self.transcripts_table, columns=sorted(known))
        return sorted({name for column in columns.columns for name in column.unique().to_pylist()} - {""})

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.provenance["assembly"], self.genome, self.transcripts, self.symbols)

    def genes_at(self, variant: Variant) -> list[str] | None:
        """Genes of the annotation that the variant touches; None where the table of transcripts was deleted."""
        if not self.transcripts_table.is_file():
            return None
        here = (pc.field("chrom") == variant.chrom) & (pc.field("start") < variant.end)
        keep = here & (pc.field("end") > variant.start)
        return sorted(
            set(pq.read_table(self.transcripts_table, columns=["gene"], filters=keep)["gene"].to_pylist())
        )

    def rows(self, table: parquet.Table, keep: pc.Expression) -> list[Row]:
        """Rows of a table of the results; none if the run has no such table."""
        rows: list[Row] = self.kept(table, keep).to_pylist()
        return rows

    def kept(self, table: parquet.Table, keep: pc.Expression) -> pa.Table:
        """The rows of a table of the results that an expression keeps, as a table."""
        path = parquet.location(table, self.folder)
        if not path.is_file():
            return table.schema.empty_table()
        try:
            return parquet.read(table, path, where=keep, older=True)
        except (parquet.TableError, pa.ArrowException) as error:
            raise QuestionError(
                f"{path}: {shorten(str(error), 120)}; another version of landfall wrote it, or it is damaged: "
                "run the workflow again"
            ) from error

    def identified(self, identifier: str) -> list[Variant]:
        """Alleles of the records that have an identifier in their ID column. Raises QuestionError if there is none."""
        whole = self._place(self.settings["work"]) / self.folder.resolve().name / "normalised.parquet"
        path = whole if whole.is_file() else self.folder / "prioritised.parquet"
        found = list(_identified(pq.ParquetFile(path), identifier.strip().lower()))
        if not found:
            among = (
                "of the input"
                if path == whole
                else f"of the candidates ({whole} with the others was deleted)"
            )
            raise QuestionError(
                f"no record {among} has the identifier {identifier} in its ID column; {BY_POSITION}"
            )
        return sorted(set(found), key=str)


def _identified(file: pq.ParquetFile, identifier: str) -> Iterator[Variant]:
    """Alleles whose ``rsid`` names the identifier, alone or among others; other columns are read on a match alone."""
    for number in range(file.num_row_groups):
        names = file.read_row_group(number, columns=["rsid"])["rsid"]
        for index in np.flatnonzero(pc.fill_null(pc.match_substring(names, identifier), False)):
            if identifier in names[index].as_py().split(";"):
                (row,) = file.read_row_group(number, columns=list(ALLELE)).slice(index, 1).to_pylist()
                yield Variant(**row)


def ask(folder: Path, question: str) -> list[Answer]:
    """The status of the alleles of a query, one answer for each.

    folder: results/<sample>; question: a form of :data:`landfall.genome.hgvs.parser.FORMS`. Raises QuestionError.
    """
    run = Run(folder)
    variants = run.identified(question) if is_identifier(question) else run.reader.read(question)
    return [_answer(run, question, variant) for variant in variants]


def _answer(run: Run, question: str, variant: Variant) -> Answer:
    accounts = sorted(
        _in_ledger(run, variant), key=lambda row: (STATUSES.index(row["status"]), row["record"])
    )
    note = "" if accounts else run.reader.disagreement(variant)
    return Answer(
        question,
        str(variant),
        run.settings,
        [_account(run, variant, row) for row in accounts],
        _candidates(run, variant) if accounts else [],
        [] if accounts else _nearby(run, variant),
        note,
    )


def _names(run: Run, chrom: str) -> list[str]:
    """Every alias of a contig that the input may use."""
    known = aliases([chrom]) if run.genome is None else run.genome.aliases
    return sorted({name for name, here in known.items() if here == known.get(chrom)} | {chrom})


def _in_ledger(run: Run, variant: Variant) -> list[Row]:
    """The allele by its normalised form, or as written in the input where it was not normalised."""
    written = pc.field("pos") == variant.pos
    for name in ("ref", "alt"):
        written &= pc.utf8_upper(pc.field(name)) == getattr(variant, name).upper()
    keep = _on(run, variant) & ((pc.field("variant") == str(variant)) | written)
    return run.rows(LEDGER, keep)


def _on(run: Run, variant: Variant) -> pc.Expression:
    """Whether a row of the ledger is on the variant's contig; only row groups of that contig are then read."""
    return reduce(or_, (pc.field("chrom") == name for name in _names(run, variant.chrom)))


def _account(run: Run, variant: Variant, row: Row) -> Account:
    if row["status"] == "kept":
        return Account(row, None, None)
    genes = run.genes_at(variant) if row["rule"] == "region" else None
    return Account(row, remedy(row, run.settings, genes), genes)


def _candidates(run: Run, variant: Variant) -> list[FoundCandidate]:
    here = pc.scalar(True)
    for name in ALLELE:
        here &= pc.field(name) == getattr(variant, name)
    rows = sorted(parquet.rows(PRIORITISED, run.kept(PRIORITISED, here)), key=lambda row: row["rank"])
    outcomes = parquet.rows(OUTCOMES, run.kept(OUTCOMES, here))
    evidence = run.rows(EVIDENCE, here)
    of = pq.read_metadata(run.folder / "prioritised.parquet").num_rows if rows else 0
    return [
        {
            **row,
            "of": of,
            "outcomes": [outcome for outcome in outcomes if key_of(outcome) == key_of(row)],
            "evidence": [line for line in evidence if key_of(line) == key_of(row)],
        }
        for row in rows
    ]


def _nearby(run: Run, variant: Variant) -> list[Row]:
    around = (
        _on(run, variant) & (pc.field("pos") >= variant.pos - NEAR) & (pc.field("pos") <= variant.pos + NEAR)
    )
    rows = run.rows(LEDGER, around)
    return sorted(rows, key=lambda row: (abs(row["pos"] - variant.pos), row["record"], row["allele"]))[:SHOWN]
