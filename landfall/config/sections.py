"""The sections of the configuration, one class each, every default filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from landfall.config import yaml_source
from landfall.config.regulation import Regulation
from landfall.config.yaml_source import Key, Lines
from landfall.io.errors import InputProblem


@dataclass(frozen=True)
class GenomeFiles:
    """The reference: build, FASTA, gene annotation, and MANE's table of transcripts of Ensembl and RefSeq."""

    build: str
    fasta: Path
    annotation: Path
    mane: Path | None = None

    @property
    def paths(self) -> list[str]:
        """The files that are given, as configured."""
        return [str(path) for path in (self.fasta, self.annotation, self.mane) if path]


@dataclass(frozen=True)
class Frequency:
    """How rare an allele must be (0 to 1), and where frequencies come from.

    ``modes``: the limit of each mode of inheritance; ``maximum`` caps all of them. ``covered``: BED file of what
    ``sites`` covers; ``cohort``: a VCF of one's own, with a limit of its own.
    """

    maximum: float
    modes: Mapping[str, float]
    info_fields: tuple[str, ...]
    sites: Path | None
    sites_fields: tuple[str, ...]
    covered: Path | None
    cohort: Path | None
    cohort_fields: tuple[str, ...]
    cohort_maximum: float

    @property
    def asked(self) -> bool:
        """Whether any source of population frequencies is configured."""
        return bool(self.sites or self.info_fields)


@dataclass(frozen=True)
class Filter:
    """Which alleles go on to the models; ``gene_flank`` in bases.

    ``exclude``: BED files; ``blacklist``: a VCF; ``pathogenic_maximum``: the frequency up to which an allele that is
    classified as pathogenic is kept. ``scores``: a VCF of precomputed delta scores; an allele with one of at least
    ``score_min_delta`` is kept up to the frequency ``score_maximum``.
    """

    pass_filters: tuple[str, ...]
    min_depth: int
    min_genotype_quality: float
    heterozygous_balance: tuple[float, float]
    gene_flank: int
    exclude: tuple[Path, ...]
    blacklist: Path | None
    pathogenic_maximum: float
    scores: Path | None
    score_min_delta: float
    score_maximum: float
    frequency: Frequency


@dataclass(frozen=True)
class ModelSettings:
    """One model to run; ``distance`` in bases, ``batch`` in sequences."""

    name: str
    distance: int
    shards: int
    threads: int
    max_unknown_fraction: float
    batch: int
    device: str
    keep_probabilities_above: float


@dataclass(frozen=True)
class Consequences:
    """When an event is called, and the rules by which a premature stop escapes decay; names and units as in
    :class:`landfall.splicing.outcomes.sites.OutcomeSettings`.
    """

    min_delta: float
    min_partner_delta: float
    pseudoexon_size: tuple[int, int]
    last_junction_nt: int
    start_proximal_nt: int
    long_exon_nt: int
    single_exon_escapes: bool


@dataclass(frozen=True)
class Phenotype:
    """Which genes are candidates: ``candidates`` is terms, named or all.

    ``min_terms`` of the patient's terms make a gene a candidate; ``min_panel_confidence`` 3 green, 2 amber, 1 red.
    ``obo``: the ontology as a file, for the alternative identifiers of its terms.
    """

    candidates: str
    min_terms: int
    min_panel_confidence: int
    obo: Path | None


@dataclass(frozen=True)
class Inheritance:
    """How a family is read: shares from 0 to 1, depths in reads.

    ``penetrance``: share of those with the genotype who are ill; ``second_hit_delta``: the laxer score of a second hit.
    """

    penetrance: float
    de_novo_min_depth: int
    de_novo_max_parent_reads: int
    de_novo_balance: tuple[float, float]
    second_hit_delta: float
    max_mendelian_errors: float


@dataclass(frozen=True)
class FrequencyLimits:
    """Population frequencies (0 to 1) from which BA1 and BS1 hold, and below which PM2 does; ``source`` in words."""

    ba1_min_frequency: float
    bs1_min_frequency: float
    pm2_max_frequency: float
    source: str


@dataclass(frozen=True)
class Evidence:
    """What draft criteria are held against; ``top`` candidates are judged beside those flagged.

    ``genes`` holds the limits of expert panels by gene symbol, ``clinvar`` the VCF of classified alleles.
    """

    top: int
    pp3_min_delta: float
    bp4_max_delta: float
    limits: FrequencyLimits
    genes: Mapping[str, FrequencyLimits]
    clinvar: Path | None

    def limits_of(self, gene: str) -> FrequencyLimits:
        """The frequencies that hold for a gene."""
        return self.genes.get(gene, self.limits)


@dataclass(frozen=True)
class Assay:
    """What RT-PCR primers must keep to: bases, degrees Celsius, percent; ``avoid_frequency`` 0 to 1."""

    product_size: tuple[int, int]
    melting_temperature: tuple[float, float]
    gc_percent: tuple[float, float]
    avoid_frequency: float


@dataclass(frozen=True)
class Closer:
    """Which candidates are looked at closely, and how; lengths and distances in bases.

    ``top`` candidates beside those flagged, ``max_candidates`` in all; ``min_interaction`` is a probability.
    """

    top: int
    max_candidates: int
    flank: int
    compare_reference: bool
    masked_length: int
    masked_step: int
    masked_flank: int
    neighbours_within: int
    min_interaction: float
    distances: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """How much the report shows."""

    max_candidates: int
    max_cases: int


@dataclass(frozen=True)
class JobResources:
    """What one job asks for: megabytes, minutes, GPUs; None for what the model's measured cost tells."""

    mem_mb: int | None
    runtime: int | None
    gpu: int


@dataclass(frozen=True)
class Settings:
    """The whole configuration, every default filled in.

    ``plain`` holds the same as plain lists and dictionaries, for rule params and provenance.
    """

    samples: Path
    results: Path
    work: Path
    resources: Path
    store: Path | None
    container: str | None
    banner: str | None
    genome: GenomeFiles
    max_ref_mismatch_fraction: float
    filter: Filter
    phenotype: Phenotype
    inheritance: Inheritance
    models: tuple[ModelSettings, ...]
    consequences: Consequences
    maxentscan: Path | None
    flag_delta: float
    evidence: Evidence
    assay: Assay
    closer: Closer
    regulation: Regulation
    report: Report
    resources_per_job: Mapping[str, JobResources]
    accepted_licences: frozenset[str]
    plain: Mapping[str, Any] = field(repr=False, compare=False)
    lines: Lines = field(repr=False, compare=False)

    def model(self, name: str) -> ModelSettings:
        """The settings of one model. Raises KeyError if it is not to be run."""
        return {model.name: model for model in self.models}[name]

    def without_parallelism(self) -> dict[str, Any]:
        """``plain`` without into how many jobs the work is dealt and what these ask for: no value hangs on it."""
        plain = {name: value for name, value in self.plain.items() if name != "resources_per_job"}
        regulation = plain["regulation"] | {"models": _without_shards(plain["regulation"]["models"])}
        return plain | {"models": _without_shards(plain["models"]), "regulation": regulation}

    def weights(self, model: str) -> Path:
        """Folder of a model's weights."""
        return self.resources / "weights" / model

    @property
    def maxentscan_off(self) -> str:
        """Why strengths by MaxEntScan are switched off, in words; empty where they are given."""
        if self.maxentscan and self.maxentscan.exists():
            return ""
        return f"no tables at {self.maxentscan}" if self.maxentscan else "no tables are named (maxentscan)"

    def at(self, *key: str | int) -> tuple[str, int | None]:
        """Configuration file and line of a key."""
        return self.lines.of(key)

    def fault(self, key: Key, path: Path, what: str, remedy: str = "") -> InputProblem:
        """A fault of the file that a key names."""
        return InputProblem(*self.lines.of(key), f"{yaml_source.dotted(key)}: {path}: {what}", remedy)


def _without_shards(models: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in model.items() if name != "shards"} for model in models]
