"""Settings and the sample sheet: read, checked against their schemas, typed.

Snakemake parses the Snakefile in every job, so nothing heavy (pandas, pysam, torch, HPO) is imported here.
Paths are kept as written and are relative to the folder that Snakemake runs in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from landfall import configfile, regulation_settings, track_settings
from landfall.configfile import Key, Lines, Schema
from landfall.faults import Fault, InputErrors, stop_if, suggestion
from landfall.models.catalogue import MODELS
from landfall.models.track_catalogue import TRACK_MODELS
from landfall.regulation_settings import Regulation
from landfall.sheet import Sample, read_sheet

__all__ = ["Fault", "InputErrors", "Sample", "Settings", "gather", "load", "parse"]

MOST_SHARDS = 500
"""Of all models together: with more, Snakemake plans longer than it computes, and a scheduler's queue overflows."""
Unfit = tuple[Key, str, str]
"""A key, what no schema can say is wrong with it, and what to do."""

FIRST_MODEL = "write cispliceai or spliceai first; cispliceai is free for commercial use"

SCHEMAS = Path(__file__).with_name("schemas")


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
    :class:`landfall.splice_sites.OutcomeSettings`.
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

    def undealt(self) -> dict[str, Any]:
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

    def fault(self, key: Key, path: Path, what: str, remedy: str = "") -> Fault:
        """A fault of the file that a key names."""
        return Fault(*self.lines.of(key), f"{configfile.dotted(key)}: {path}: {what}", remedy)


@cache
def schema(name: str) -> Schema:
    """A schema of ``landfall/schemas``: ``config`` or ``samples``."""
    content: Schema = yaml.safe_load((SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8"))
    return content


def load(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample]]:
    """Settings and samples of a configuration file, or of Snakemake's merged ``config`` with its files.

    Raises InputErrors with every fault of the configuration and the sample sheet. The input files themselves
    are checked by ``landfall.inputs``.
    """
    settings, samples, faults = gather(source, files)
    stop_if(faults)
    return settings, samples


def parse(source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()) -> Settings:
    """Settings alone, without reading the sample sheet, for scripts of rules. Raises InputErrors."""
    settings, faults = _settings(source, files)
    stop_if(faults)
    return settings


def gather(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample], list[Fault]]:
    """Settings, samples and every fault; what is at fault takes its default, or an empty path."""
    settings, faults = _settings(source, files)
    samples, more = (
        read_sheet(settings.samples, schema("samples")) if settings.samples != Path() else ([], [])
    )
    return settings, samples, sorted(faults + more, key=lambda fault: (fault.file, fault.line or 0))


def _settings(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str]
) -> tuple[Settings, list[Fault]]:
    faults: list[Fault] = []
    if not isinstance(source, Mapping):
        files = [Path(source)]
        source, faults = configfile.read_yaml(Path(source))
    if faults:
        return _built({"samples": ""}, Lines([])), faults
    lines = Lines([Path(file) for file in files])
    if lines.faults:
        return _built({"samples": ""}, lines), lines.faults
    source = dict(configfile.typed(source, schema("config")))
    faults, keys = configfile.check(source, schema("config"), lines)
    faults += lines.repeated()
    sound = configfile.without(source, keys)
    settings = _built({**sound, "samples": ""} if ("samples",) in keys else sound, lines)
    found = [
        *_models_unfit(source, settings),
        *_regulation_unfit(source, settings),
        *_pairs_unfit(settings),
    ]
    faults += _unfit(found, keys, lines)
    return settings, faults


def _built(config: Mapping[str, Any], lines: Lines) -> Settings:
    plain = _complete(config)
    completed = track_settings.completed(plain["regulation"])
    return _build(plain, regulation_settings.build(completed, plain["licence"]), lines)


def _complete(config: Mapping[str, Any]) -> dict[str, Any]:
    """Every default filled in; a required setting that is absent becomes an empty text."""
    plain: dict[str, Any] = configfile.with_defaults(config, schema("config"))
    genome = plain.get("genome", {})
    plain["genome"] = {"build": "synthetic", "fasta": "", "annotation": "", **genome}
    plain["models"] = [m for m in plain["models"] if _usable(m["name"], plain["licence"])]
    return plain


def _usable(name: str, licence: str) -> bool:
    """Whether a model may be run under the setting ``licence``; one that does not exist is judged elsewhere."""
    return name not in MODELS or MODELS[name].licence.allows(licence)


def _build(plain: dict[str, Any], regulation: Regulation, lines: Lines) -> Settings:
    genome = plain["genome"]
    return Settings(
        samples=Path(plain["samples"]),
        results=Path(plain["results"]),
        work=Path(plain["work"]),
        resources=Path(plain["resources"]),
        store=_path(plain["store"]),
        container=plain["container"],
        banner=plain["labels"]["banner"],
        genome=GenomeFiles(
            genome["build"], Path(genome["fasta"]), Path(genome["annotation"]), _path(genome.get("mane"))
        ),
        max_ref_mismatch_fraction=float(plain["normalise"]["max_ref_mismatch_fraction"]),
        filter=_filter(plain["filter"]),
        phenotype=_phenotype(plain["phenotype"]),
        inheritance=Inheritance(**_tupled(plain["inheritance"])),
        models=tuple(ModelSettings(**model) for model in plain["models"]),
        consequences=Consequences(**_tupled(plain["consequences"])),
        maxentscan=_path(plain["maxentscan"]),
        flag_delta=float(plain["prioritise"]["flag_delta"]),
        evidence=_evidence(plain["evidence"]),
        assay=Assay(**_tupled(plain["assay"])),
        closer=Closer(**_tupled(plain["closer"])),
        regulation=regulation,
        report=Report(**plain["report"]),
        resources_per_job={name: JobResources(**job) for name, job in plain["resources_per_job"].items()},
        accepted_licences=frozenset(plain["licences"]["accept"]),
        plain=plain,
        lines=lines,
    )


def _phenotype(plain: Mapping[str, Any]) -> Phenotype:
    return Phenotype(**{**plain, "obo": Path(plain["obo"]) if plain["obo"] else None})


def _filter(plain: Mapping[str, Any]) -> Filter:
    frequency = _tupled(plain["frequency"])
    for name in ("sites", "covered", "cohort"):
        frequency[name] = _path(frequency[name])
    files: dict[str, Any] = {name: _path(plain[name]) for name in ("blacklist", "scores")}
    files["exclude"] = tuple(map(Path, plain["exclude"]))
    return Filter(**{**_tupled(plain), **files, "frequency": Frequency(**frequency)})


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _evidence(plain: Mapping[str, Any]) -> Evidence:
    """The limits of an expert panel take what they leave out from the general ones."""
    general = _limits(plain, {}, "the setting")
    return Evidence(
        top=plain["top"],
        pp3_min_delta=float(plain["pp3_min_delta"]),
        bp4_max_delta=float(plain["bp4_max_delta"]),
        limits=general,
        genes={panel["gene"]: _limits(panel, vars(general), panel["source"]) for panel in plain["genes"]},
        clinvar=Path(plain["clinvar"]) if plain["clinvar"] else None,
    )


def _limits(given: Mapping[str, Any], general: Mapping[str, Any], source: str) -> FrequencyLimits:
    names = ("ba1_min_frequency", "bs1_min_frequency", "pm2_max_frequency")
    values = {name: given[name] if given[name] is not None else general[name] for name in names}
    return FrequencyLimits(**{name: float(value) for name, value in values.items()}, source=source)


def _tupled(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}


def _unfit(found: Sequence[Unfit], set_aside: Sequence[Key], lines: Lines) -> list[Fault]:
    """Faults of the keys whose value was not itself set aside."""
    sound = [words for words in found if not any(words[0][: len(bad)] == bad for bad in set_aside)]
    return [Fault(*lines.of(key), f"{configfile.dotted(key)}: {what}", remedy) for key, what, remedy in sound]


def _without_shards(models: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in model.items() if name != "shards"} for model in models]


def _models_unfit(source: Mapping[str, Any], settings: Settings) -> list[Unfit]:
    """Models that do not exist, stand twice, or whose licence is not accepted."""
    entries = source["models"] if isinstance(source.get("models"), list) else settings.plain["models"]
    names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]
    found: list[Unfit] = []
    for index, name in enumerate(names):
        if isinstance(name, str):
            again, licence = name in names[:index], settings.plain["licence"]
            words = _model_unfit(name, again, settings.accepted_licences, licence)
            found += [(("models", index, "name"), *words)] if words else []
    found += _first_unfit(settings)
    if (shards := sum(model.shards for model in settings.models)) > MOST_SHARDS:
        words = (
            f"{shards} shards in all, {MOST_SHARDS} at most",
            "a shard should be minutes of work; deal fewer",
        )
        found.append((("models",), *words))
    known = [*MODELS, *TRACK_MODELS]
    for index, name in enumerate(settings.plain["licences"]["accept"]):
        if name not in known:
            found.append(
                (("licences", "accept", index), f"no model is called {name}", suggestion(name, known))
            )
    return found


def _first_unfit(settings: Settings) -> list[Unfit]:
    """The first model must be one of splice sites: outcomes, ranking and report rest on it."""
    first = settings.models[0].name if settings.models else None
    if first in MODELS and MODELS[first].kind != "sites":
        return [(("models", 0, "name"), f"{first} comes first, which gives no splice sites", FIRST_MODEL)]
    if first is None:
        what = "no model is left that is free for commercial use (licence: commercial)"
        return [(("models",), what, FIRST_MODEL)]
    return []


def _model_unfit(name: str, again: bool, accepted: Collection[str], licence: str) -> tuple[str, str] | None:
    if name in TRACK_MODELS:
        return f"{name} reads regulation and finds no splice sites", "name it in regulation.models"
    if name not in MODELS:
        return f"no model is called {name}", suggestion(name, MODELS) or f"there are: {', '.join(MODELS)}"
    if again:
        return f"{name} stands twice in the list", "give each model once"
    return track_settings.unaccepted(MODELS[name], accepted, licence)


def _regulation_unfit(source: Mapping[str, Any], settings: Settings) -> list[Unfit]:
    section = source.get("regulation")
    given = section.get("models") if isinstance(section, Mapping) else None
    entries = given if isinstance(given, list) else []
    return [
        *track_settings.unfit(entries, settings.accepted_licences, settings.plain["licence"]),
        *track_settings.tissues_unfit(settings.regulation.tissues),
    ]


def _pairs_unfit(settings: Settings) -> list[Unfit]:
    found: list[Unfit] = []
    for key, (low, high) in (
        (("filter", "heterozygous_balance"), settings.filter.heterozygous_balance),
        (("inheritance", "de_novo_balance"), settings.inheritance.de_novo_balance),
    ):
        if low >= high:
            found.append((key, f"{low} is not below {high}", "give lowest, then highest"))
    second, first = settings.inheritance.second_hit_delta, settings.flag_delta
    if second > first:
        message = f"{second} is larger than prioritise.flag_delta, {first}"
        found.append((("inheritance", "second_hit_delta"), message, "a second hit has the laxer score"))
    small, large = settings.consequences.pseudoexon_size
    if small > large:
        message = f"{small} is larger than {large}"
        found.append((("consequences", "pseudoexon_size"), message, "give smallest, then largest"))
    found += _ranges_unfit(settings)
    partner, main = settings.consequences.min_partner_delta, settings.consequences.min_delta
    if partner > main:
        message = f"{partner} is larger than min_delta, {main}"
        found.append(
            (("consequences", "min_partner_delta"), message, "the second site needs the smaller delta")
        )
    return found


def _ranges_unfit(settings: Settings) -> Iterator[Unfit]:
    """Ranges of the assay and of the evidence that are upside down."""
    for name in ("product_size", "melting_temperature", "gc_percent"):
        low, high = getattr(settings.assay, name)
        if low >= high:
            yield ("assay", name), f"{low} is not below {high}", "give lowest, then highest"
    evidence = settings.evidence
    if evidence.bp4_max_delta >= evidence.pp3_min_delta:
        message = f"{evidence.bp4_max_delta} is not below pp3_min_delta, {evidence.pp3_min_delta}"
        yield ("evidence", "bp4_max_delta"), message, "no score may speak for and against at once"
    genes = [panel["gene"] for panel in settings.plain["evidence"]["genes"]]
    for index, gene in enumerate(genes):
        if gene in genes[:index]:
            yield ("evidence", "genes", index, "gene"), f"{gene} stands twice", "give each gene once"
