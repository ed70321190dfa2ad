"""``landfall verify`` for networks of regulatory tracks: tracks recomputed, their background, the ranking.

From the network to the ranking each step is compared with the one before: the tracks in regulation.parquet
against the network, their z and percentile and those of regulatory.parquet against the background, the columns of the
prioritised table against regulatory.parquet.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from landfall.audit.finding import Finding
from landfall.config.regulation import TrackModelSettings
from landfall.config.sections import Settings
from landfall.genome.reference import Reference
from landfall.genome.tables import candidate_of
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.runtime import device as runtime_device
from landfall.models.tracks.base import TrackModel
from landfall.models.weights import integrity
from landfall.ranking import regulation_columns
from landfall.ranking.tables import PRIORITISED
from landfall.regulation import background, scoring, summary
from landfall.regulation import network as regulation_network
from landfall.regulation.availability import background_name, info_of
from landfall.regulation.background import Background
from landfall.regulation.rows import RegulatoryRow
from landfall.regulation.tables import CLASSES, REGULATION, REGULATORY, TRACKS
from landfall.regulation.windows import Genes, Rules, TrackPlacement, place

Row = dict[str, Any]
Key = tuple[Any, ...]
ABSOLUTE, OF_SIGNAL = 1e-4, 1e-5
"""Largest differences: of any number, and of a sum of signal in parts of the reference's sum, which float32 rounds."""
HALF = 2e-3
"""Relative, of a number that is stored in half precision."""
SUMS, HALVES = ("signal_ref", "signal_alt", "sad"), ("logsad", "local_log2", "gene_log2")
RANK = 1e-9
"""Of z, percentiles and values derived from them: the same arithmetic on the same numbers."""


@dataclass(frozen=True)
class Network:
    """One network of a finished run: its record, its settings, and the folder of the results."""

    record: Mapping[str, Any]
    settings: TrackModelSettings
    used: Settings
    results: Path
    reference: Reference

    @property
    def title(self) -> str:
        return info_of(self.settings).title

    @property
    def unchanged(self) -> bool:
        """Whether the weights exist and are those that the run recorded."""
        path = self.settings.weights
        recorded = [file["sha256"] for file in self.record["weights"]]
        return path.exists() and recorded == [integrity.digest(path)]

    @cached_property
    def rows(self) -> dict[Key, list[Row]]:
        """Its rows of tables.REGULATION by variant and gene, in their order."""
        whole = parquet.read(REGULATION, self.results / "regulation.parquet").to_pylist()
        mine = [row for row in whole if row["model"] == self.settings.name]
        return {key: list(rows) for key, rows in groupby(mine, key=candidate_of)}

    @cached_property
    def classes(self) -> dict[tuple[Key, str], Row]:
        """Its rows of tables.CLASSES by variant and gene, and class."""
        whole = parquet.read(CLASSES, self.results / "classes.parquet").to_pylist()
        return {(candidate_of(row), row["class"]): row for row in whole if row["model"] == self.settings.name}

    def tracks(self, count: int, seed: int) -> Finding:
        """The strongest tracks and the classes of ``count`` variants and genes, one fixed, others drawn, recomputed."""
        keys = list(self.rows)
        drawn = keys[:1] + random.Random(seed).sample(keys[1:], min(count, len(keys)) - 1) if keys else []
        faults, worst, numbers = [], 0.0, 0
        for row, column, value in self._anew(drawn):
            numbers, apart = numbers + 1, _apart(row[column], value)
            worst = max(worst, apart)
            if apart > _allowed(column, row):
                faults.append(f"{_words(row)} {column}: {row[column]} in the table, {value} computed")
        words = f"{numbers} numbers are reproduced, variants and genes: {len(drawn)}, largest difference {worst:.1e}"
        return Finding(f"tracks of {self.title}", not faults, "; ".join(faults) or words)

    def _anew(self, drawn: Sequence[Key]) -> Iterator[tuple[Row, str, float | None]]:
        """Rows of tables.REGULATION and CLASSES, a column, and the network's value for it."""
        if not drawn:
            return
        model, genome = regulation_network.load(self.settings, self.settings.device), self.reference.genome
        placed = [placement for key in drawn for placement in self._placed(model, key)]
        for again in scoring.score(model, genome, self.settings, placed):
            for row in self.rows[candidate_of(again)]:
                for column, value in _columns(again, row["track"]).items():
                    yield row, column, value
            for scored in summary.class_rows(again, self.settings.name, getattr(model, "classes", ())):
                row = self.classes[candidate_of(again), scored["class"]]
                for column in ("score_ref", "score_alt", "change"):
                    yield row, column, scored[column]

    def _placed(self, model: TrackModel, key: Key) -> list[TrackPlacement]:
        variant, gene = Variant(*key[:4]), key[4]
        rules = Rules(model.layout, self.settings.centre, self.settings.max_unknown_fraction, 1)
        return place([(variant, [gene] if gene else [])], self._genes, self.reference.genome, rules)

    @cached_property
    def _genes(self) -> Genes:
        return Genes(self.reference.transcripts)

    def ranks(self) -> Finding:
        """z and percentile of every row, and of the variants for which it is the leading network."""
        what = f"z and percentiles of {self.title}"
        held = self._backgrounds()
        if held is None:
            return Finding(what, True, "were not compared: the background is no longer in the resources")
        rows = [row for found in self.rows.values() for row in found]
        faults = [words for row in rows for words in _off_rank(row, held[background.changes_length(row)])]
        faults += [words for row in self._leading() for words in self._off_largest(row, held)]
        return Finding(
            what, not faults, "; ".join(faults) or f"{len(rows)} tracks follow from the background"
        )

    def _backgrounds(self) -> dict[bool, Background] | None:
        name = background_name(self.used.regulation, self.settings.name, self.used.genome.paths)
        folder = self.used.resources / "regulation" / self.settings.name
        path = folder / f"background.{name}.parquet"
        return background.from_tracks(parquet.read(TRACKS, path)) if path.is_file() else None

    def _leading(self) -> list[RegulatoryRow]:
        table = parquet.read(REGULATORY, self.results / "regulatory.parquet")
        found = parquet.rows(REGULATORY, table)
        return [row for row in found if row["model"] == self.settings.name]

    def _off_largest(self, row: RegulatoryRow, held: Mapping[bool, Background]) -> Iterator[str]:
        """Faults of the largest z of a variant, which is that of its strongest track, and of its percentile."""
        stored = summary.largest(row)
        largest = max((abs(found["z"]) for found in self.rows.get(candidate_of(row), ())), default=None)
        if largest is None or abs(largest - stored.z) > RANK:
            yield f"{_words(row)} z: {stored.z} in regulatory.parquet, {largest} in regulation.parquet"
        expected = held[background.changes_length(row)].percentile_of_largest(stored.z)
        if abs(expected - stored.percentile) > RANK:
            yield f"{_words(row)} z_percentile: {stored.percentile} in the table, {expected:.6g} computed"


def verify(
    record: Mapping[str, Any],
    used: Settings,
    results: Path,
    reference: Reference,
    rows: int,
    seed: int,
    run_on: tuple[str, int],
) -> Iterator[Finding]:
    """The findings on every network of a run; reference: its transcripts. None without a network."""
    device = runtime_device.choose_device(*run_on)
    names = [model.name for model in used.regulation.models]
    recorded = [model for model in record["models"] if model["name"] in names]
    for model in recorded:
        settings = used.regulation.model(model["name"]).changed(device=device, threads=run_on[1])
        network = Network(model, settings, used, results, reference)
        if network.unchanged:  # else reported with the weights
            yield network.tracks(rows, seed)
        yield network.ranks()
    if recorded:
        yield _ranking(results)


def _ranking(results: Path) -> Finding:
    """Whether the columns of the prioritised table follow from regulatory.parquet."""
    judged = regulation_columns.by_gene(
        parquet.rows(REGULATORY, parquet.read(REGULATORY, results / "regulatory.parquet"))
    )
    ranked = parquet.read(PRIORITISED, results / "prioritised.parquet").to_pylist()
    faults = [
        f"{_words(row)} {name}: {row[name]} in the table, {value} computed"
        for row in ranked
        for name, value in regulation_columns.columns(judged.get(candidate_of(row)[:5])).items()
        if _apart(row[name], value) > RANK
    ]
    words = (
        f"{sum(row['effect_regulation'] is not None for row in ranked)} rows follow from regulatory.parquet"
    )
    return Finding("regulation in the ranking", not faults, "; ".join(faults) or words)


def _columns(again: Row, track: int) -> dict[str, float | None]:
    """Columns of tables.REGULATION that the network gives, of one track."""
    found = {name: summary.at(again[name], track) for name in ("signal_ref", "sad", *HALVES, "log_odds")}
    return {**found, "signal_alt": (found["signal_ref"] or 0.0) + (found["sad"] or 0.0)}


def _apart(stored: Any, value: Any) -> float:
    """The difference of two numbers, 0 of two equal things, infinity of unlike ones."""
    numbers = isinstance(stored, (int, float)) and isinstance(value, (int, float))
    return abs(stored - value) if numbers else 0.0 if stored == value else float("inf")


def _allowed(column: str, row: Row) -> float:
    """Largest difference of a number from the recomputed one."""
    if column in SUMS:
        return float(ABSOLUTE + OF_SIGNAL * abs(row["signal_ref"]))
    return float(ABSOLUTE + HALF * abs(row[column] or 0.0)) if column in HALVES else ABSOLUTE


def _off_rank(row: Row, held: Background) -> Iterator[str]:
    """Faults of z and percentile of one track, by its own SAD."""
    sad, track = np.asarray(row["sad"]), row["track"]
    alone = Background(held.sad[:, [track]])
    expected = {"z": float(alone.z(sad[None])[0]), "percentile": float(alone.percentile(sad[None])[0])}
    for name, value in expected.items():
        if abs(row[name] - value) > RANK:
            yield f"{_words(row)} {name} of track {track}: {row[name]} in the table, {value:.6g} computed"


def _words(row: Mapping[str, Any]) -> str:
    return f"{row['chrom']}:{row['pos']}{row['ref']}>{row['alt']} in {row['gene'] or 'no gene'}"
