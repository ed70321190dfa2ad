"""The files that a run writes and reads beside its results, each declared once, for docs/output.md and the tests."""

from __future__ import annotations

from dataclasses import dataclass

from landfall.genome.tables import TRANSCRIPTS
from landfall.io.parquet import Table
from landfall.patient.tables import FAMILY_CALLS
from landfall.regulation.tables import (
    CLASSES,
    REGULATION,
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
    STORED_TRACKS,
    TARGETS,
    TRACK_PLACEMENTS,
    TRACKS,
)
from landfall.splicing.tables import (
    PLACEMENTS,
    PROBABILITIES,
    SCORES,
    STORED,
    WINDOWS,
)
from landfall.variants.tables import DECISIONS, LEDGER, NORMALISED, VARIANTS


@dataclass(frozen=True)
class Intermediate:
    """A file below one of the folders ``work``, ``resources`` and ``score_cache``, where a name in <> varies, and what
    it is; with the contract ``table`` if it is one.
    """

    folder: str
    file: str
    meaning: str
    table: Table | None = None


INTERMEDIATES: tuple[Intermediate, ...] = (
    Intermediate("work", "transcripts.parquet", "the gene annotation", TRANSCRIPTS),
    Intermediate(
        "work",
        "<sample>/resolved.json",
        "the sample's column in the VCF, its family in words, its candidate genes, warnings",
    ),
    Intermediate("work", "<sample>/inputs.json", "SHA-256 of the sample's input files"),
    Intermediate("work", "<sample>/normalise.ledger.parquet", "the ledger of normalisation", LEDGER),
    Intermediate(
        "work",
        "<sample>/normalise.repeats.parquet",
        "alleles of that ledger that repeat another and are dropped",
        DECISIONS,
    ),
    Intermediate(
        "work", "<sample>/filter.decisions.parquet", "the decisions of the variant filters", DECISIONS
    ),
    Intermediate(
        "work",
        "<sample>/normalised.parquet",
        "every allele in its normalised representation, with the proband's call",
        NORMALISED,
    ),
    Intermediate(
        "work", "<sample>/variants.parquet", "the alleles that passed the variant filters", VARIANTS
    ),
    Intermediate(
        "work", "<sample>/family_calls.parquet", "genotypes of the family at these alleles", FAMILY_CALLS
    ),
    Intermediate(
        "work",
        "<sample>/family.json",
        "members of the family in the VCF, sex and its source, results of the checks of the pedigree, warnings",
    ),
    Intermediate(
        "work",
        "<sample>/<model>/windows.parquet",
        "windows of the reference for a splice model",
        WINDOWS,
    ),
    Intermediate(
        "work",
        "<sample>/<model>/placements.parquet",
        "the place of each variant in them, or the reason why it has none",
        PLACEMENTS,
    ),
    Intermediate(
        "work",
        "<sample>/<model>/scores.<shard>.parquet",
        "scores of a splice model, of one job",
        SCORES,
    ),
    Intermediate("work", "<sample>/<model>/scores.parquet", "scores of the sample's variants", SCORES),
    Intermediate(
        "work",
        "<sample>/<model>/probabilities.<shard>.parquet",
        "probabilities of sites of a splice model, of one job",
        PROBABILITIES,
    ),
    Intermediate(
        "work",
        "<sample>/<model>/probabilities.parquet",
        "probabilities around the sample's variants that change something",
        PROBABILITIES,
    ),
    Intermediate(
        "score_cache",
        "<model>/<digest>/*.parquet",
        "scores and probabilities of splice models from earlier runs",
        STORED,
    ),
    Intermediate(
        "score_cache",
        "<model>/<digest>/*.parquet",
        "scores of regulatory track models from earlier runs",
        STORED_TRACKS,
    ),
    Intermediate("resources", "weights/<model>/", "weights of the splice models, with their licence"),
    Intermediate(
        "resources",
        "regulation/<model>/model.json",
        "a regulatory track model whose weights were verified: their SHA-256, its window",
    ),
    Intermediate("resources", "regulation/<model>/targets.parquet", "its tracks", TARGETS),
    Intermediate(
        "work",
        "<sample>/regulation/tissues.json",
        "the groups of tissues in which the patient's regulation is shown",
    ),
    Intermediate(
        "work",
        "<sample>/regulation/<model>/placements.parquet",
        "the window of each variant in a regulatory track model, or the reason why it has none",
        TRACK_PLACEMENTS,
    ),
    Intermediate(
        "work",
        "<sample>/regulation/<model>/windows.parquet",
        "those that have a window, assigned to jobs",
        TRACK_PLACEMENTS,
    ),
    Intermediate(
        "resources",
        "regulation/<model>/background.<settings>.placements.parquet",
        "the windows of the background variants",
        TRACK_PLACEMENTS,
    ),
    Intermediate(
        "work",
        "<sample>/regulation/<model>/tracks.<shard>.parquet",
        "changes of every track, of one job",
        TRACKS,
    ),
    Intermediate("work", "<sample>/regulation/<model>/tracks.parquet", "changes of every track", TRACKS),
    Intermediate(
        "resources",
        "regulation/<model>/background.<settings>.parquet",
        "changes of every track by background variants, once for all patients; `settings` is a digest",
        TRACKS,
    ),
    Intermediate(
        "work",
        "<sample>/regulation/<model>/scores.parquet",
        "summary scores: `z_max`, `z_max_percentile`, `z_max_track`, `class_change_max`, `functional_significance`",
        SCORES,
    ),
    *(
        Intermediate(
            "work",
            f"<sample>/regulation/<model>/{name}.parquet",
            f"rows of `{table.name}` of one regulatory track model",
            table,
        )
        for name, table in (
            ("strongest", REGULATION),
            ("classes", CLASSES),
            ("bins", REGULATION_BINS),
            ("attribution", REGULATION_ATTRIBUTION),
            ("stretches", REGULATION_STRETCHES),
            ("mutagenesis", REGULATION_MUTAGENESIS),
        )
    ),
)
"""Other files that a run writes and reads, in the order of its stages."""
FOLDERS = ("work", "resources", "score_cache")
