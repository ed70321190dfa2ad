"""Score one shard with one model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall import provenance, scoring, tables
from landfall.genes import Transcript
from landfall.models import catalogue, splice
from landfall.models.base import ExonModel, check_weights
from landfall.settings import ModelSettings
from landfall.stages.common import Reference
from landfall.store import Store, restored, stored
from landfall.windows import Placement, Window

if TYPE_CHECKING:
    from landfall.models.spliceai import Ensemble

log = logging.getLogger(__name__)

Row = dict[str, Any]


def run(
    settings: ModelSettings,
    reference: Reference,
    windows_path: Path,
    placements_path: Path,
    weights_directory: Path,
    shard: int,
    threads: int,
    store: Path | None,
    scores_path: Path,
    probabilities_path: Path,
) -> None:
    """Score one shard: tables.SCORES and, where something changes, tables.PROBABILITIES.

    store: folder of scores kept between runs, None for none.
    """
    info = catalogue.MODELS[settings.name]
    check_weights(info, weights_directory)
    mine, placements = scoring.read_shard(
        _windows_of(windows_path, shard),
        tables.read(tables.PLACEMENTS, placements_path),
        reference.by_name,
        shard,
    )
    device = scoring.choose_device(settings.device, threads)
    shard_of = Shard(settings, reference, mine, placements)
    kept = Store(store, info, settings) if store else None
    scores, probabilities = shard_of.score(lambda: _load(settings.name, weights_directory, device), kept)
    record = provenance.model_record(info, asdict(settings), scoring.describe_device(device), threads)
    tables.write(
        tables.PROBABILITIES,
        tables.from_rows(tables.PROBABILITIES, probabilities),
        probabilities_path,
        record,
    )
    tables.write(tables.SCORES, tables.from_rows(tables.SCORES, scores), scores_path, record)


def _windows_of(path: Path, shard: int) -> pa.Table:
    """tables.WINDOWS of one shard; the sequences of the others are not kept."""
    parts = tables.parts(tables.WINDOWS, path)
    return pa.concat_tables(part.filter(pc.equal(part["shard"], shard)) for part in parts)


def _load(name: str, weights: Path, device: str) -> Any:
    return catalogue.module(name).Ensemble(weights, device)


@dataclass(frozen=True)
class Shard:
    """What one job has to score."""

    settings: ModelSettings
    reference: Reference
    windows: Sequence[Window]
    placements: Sequence[Placement]

    def score(self, load: Callable[[], Any], store: Store | None) -> tuple[list[Row], list[Row]]:
        """Rows of tables.SCORES and of tables.PROBABILITIES; what the store holds is taken from there.

        load: gives the model, and is called only if something is left to compute.
        """
        keys = self.keys(store) if store else {}
        known = store.read(list(keys.values())) if store else {}
        left = [p for p in self.placements if keys.get(p) not in known]
        log.info("%d of %d alleles to score, the others are in the store", len(left), len(self.placements))
        scores, probabilities = self.compute(load(), left) if left else ([], [])
        if store:
            store.add(_to_store(keys, left, scores, probabilities))
        for placement in self.placements:
            if (row := known.get(keys.get(placement, ""))) is not None:
                again = restored(row, placement, self.settings.name)
                scores, probabilities = scores + again[0], probabilities + again[1]
        return scores, probabilities

    def keys(self, store: Store) -> dict[Placement, str]:
        """The key of each allele in the store."""
        held = {window.number: window for window in self.windows}
        exons = catalogue.MODELS[self.settings.name].kind == "exons"
        sites = {} if exons else splice_sites(self.reference.transcripts, self.genes)
        found = {}
        for placement in self.placements:
            assert placement.window is not None
            window = held[placement.window]
            found[placement] = store.key(
                window, placement, sites.get((window.transcript.chrom, window.transcript.gene))
            )
        return found

    @property
    def genes(self) -> set[str]:
        return {window.transcript.gene for window in self.windows}

    def compute(self, model: Any, placements: Sequence[Placement]) -> tuple[list[Row], list[Row]]:
        """What the model says of the placements."""
        if model.info.kind == "exons":
            return score_exons(model, self.windows, placements), []
        return score_sites(model, self.windows, placements, self.settings, self.reference)


def _to_store(
    keys: Mapping[Placement, str],
    placed: Iterable[Placement],
    scores: Iterable[Row],
    probabilities: Iterable[Row],
) -> Iterator[Row]:
    """Rows of tables.STORED for everything that was computed; a refusal is not kept."""
    by_key: dict[tuple[object, ...], list[Row]] = {}
    for row in scores:
        by_key.setdefault(_name(row), []).append(row)
    arrays = {_name(row): row for row in probabilities}
    for placement in placed:
        assert placement.transcript is not None
        name = (*vars(placement.variant).values(), placement.transcript.gene, placement.transcript.transcript)
        rows = by_key.get(name, [])
        if rows and all(row["status"] == "scored" for row in rows):
            yield stored(keys[placement], rows, arrays.get(name))


def _name(row: Row) -> tuple[object, ...]:
    return tuple(row[column] for column in (*tables.ALLELE, "gene", "transcript"))


def score_exons(model: ExonModel, windows: Sequence[Window], placements: Sequence[Placement]) -> list[Row]:
    """Rows of tables.SCORES by a model of exons."""
    held = {window.number: window for window in windows}
    rows: list[Row] = []
    for placement in placements:
        assert placement.window is not None
        rows += scoring.exon_rows(model, held[placement.window], placement)
    return rows


def score_sites(
    model: Ensemble,
    windows: Sequence[Window],
    placements: Sequence[Placement],
    settings: ModelSettings,
    reference: Reference,
) -> tuple[list[Row], list[Row]]:
    """Rows of tables.SCORES and of tables.PROBABILITIES by a network of splice sites."""
    from landfall.models.spread import EachNetwork

    sites = splice_sites(reference.transcripts, {window.transcript.gene for window in windows})
    scores: list[Row] = []
    probabilities: list[Row] = []
    each = EachNetwork(model)
    for scored in scoring.score_windows(each, windows, placements, settings.distance, settings.batch):
        transcript = scored.placement.transcript
        assert transcript is not None
        rows = scoring.score_rows(scored, settings.name, sites[transcript.chrom, transcript.gene])
        scores += rows
        if scoring.worth_keeping(rows, settings.keep_probabilities_above):
            probabilities.append(scoring.probability_row(scored, settings.name))
    return scores, probabilities


def splice_sites(transcripts: Iterable[Transcript], genes: set[str]) -> dict[tuple[str, str], splice.Sites]:
    """The annotated splice sites of the genes, all transcripts together, by (chrom, gene)."""
    members: dict[tuple[str, str], list[Transcript]] = {}
    for transcript in transcripts:
        if transcript.gene in genes:
            members.setdefault((transcript.chrom, transcript.gene), []).append(transcript)
    return {key: splice.annotated_sites(group) for key, group in members.items()}
