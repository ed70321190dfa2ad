"""The configuration: one class a section, one field a key, each declared here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from landfall.config.fields import (
    Distinct,
    FilePath,
    FromText,
    Key,
    Maybe,
    Number,
    Pair,
    Section,
    Share,
    Switch,
    Whole,
    key,
    plain,
)
from landfall.config.filters import Filter
from landfall.config.jobs import ResourcesPerJob
from landfall.config.regulation import Regulation
from landfall.config.validation import Assay, Evidence, Interpretation
from landfall.config.yaml_source import Lines, dotted
from landfall.io.errors import InputProblem


class Labels(Section):
    """texts shown on reports"""

    banner: Maybe[str] = key(
        'a line across the top of every report, such as "Synthetic demonstration data"',
        None,
        affects="nothing",
    )


class GenomeFiles(Section):
    """the reference that the VCF was called against"""

    build: Literal["GRCh38", "GRCh37", "synthetic"] = key(
        "name of the build; held against the lengths of the chromosomes"
    )
    fasta: Annotated[Path, FilePath("fasta")] = key(
        "reference sequence, plain or bgzip-compressed FASTA; a missing `.fai` (and `.gzi`) is made beside it"
    )
    annotation: Annotated[Path, FilePath("annotation")] = key(
        "gene annotation, GTF or GFF3 with exon and CDS lines, of GENCODE, Ensembl or NCBI, plain or "
        "compressed"
    )
    mane: Maybe[Annotated[Path, FilePath("mane")]] = key(
        "MANE's summary table (`MANE.GRCh38.v*.summary.txt.gz` of NCBI), for RefSeq names beside those of "
        "Ensembl; only a transcript of the table's very version gets one, as only its sequence is the same. "
        "An annotation of NCBI, and MANE's own GTF, hold these names themselves",
        None,
    )

    @property
    def paths(self) -> list[str]:
        """The files that are given, as configured."""
        return [str(path) for path in (self.fasta, self.annotation, self.mane) if path]


class Normalise(Section):
    """bringing each allele to one spelling"""

    max_ref_mismatch_fraction: Share = key(
        "share of REF alleles that may differ from the reference before the run stops, as the build is then "
        "wrong: of a sample of every VCF before any work, of all of the patient's when it is read; fewer "
        "are dropped one by one, each with its reason in the ledger",
        0.1,
    )


class Phenotype(Section):
    """from HPO terms, gene lists and panels to candidate genes"""

    candidates: Literal["terms", "named", "all"] = key(
        "`terms`: the genes named for the patient (`genes`, `panel`) and those of the HPO terms; `named`: "
        "the former alone, the terms only rank; `all`: every gene, lists and terms only rank",
        "terms",
    )
    min_terms: Whole = key(
        "a gene is a candidate when annotated to at least this many of the patient's terms", 1, ge=1
    )
    min_panel_confidence: Whole = key(
        "lowest confidence at which a gene of `panel` is a candidate: 3 green, 2 amber, 1 red", 3, ge=1, le=3
    )
    obo: Maybe[Annotated[Path, FilePath("obo")]] = key(
        "`hp.obo` of the HPO, by which alternative identifiers of terms are resolved; the ontology that is "
        "built in does not list them",
        None,
    )


class Inheritance(Section):
    """how genotypes of a family are read"""

    penetrance: Number = key(
        "share of those with a genotype who are affected; below 1 an unaffected carrier excludes no mode, and "
        "each makes it less probable",
        1,
        le=1,
        gt=0,
    )
    de_novo_min_depth: Whole = key(
        "fewest reads of the parents and the patient for a change to be called de novo", 12, ge=0
    )
    de_novo_max_parent_reads: Whole = key("most reads of the allele in a parent", 0, ge=0)
    de_novo_balance: Pair[Share] = key(
        "lowest and highest share of the patient's reads with a heterozygous de novo allele", (0.25, 0.75)
    )
    second_hit_delta: Share = key(
        "delta score, or probability that regulation is damaged, from which a variant counts as the second "
        "hit beside a first one that is coding or at `prioritise.flag_delta`",
        0.1,
    )
    max_mendelian_errors: Share = key(
        "share of sites at odds with a parent above which a warning doubts the pedigree", 0.02
    )


class ModelSettings(Section):
    """one splice model to run"""

    name: str = key(
        "the model: `spliceai`, `cispliceai`, `openspliceai` (of splice sites), `pangolin` (of splicing in four "
        "tissues) or `mmsplice` (of whole exons). The first must be one of splice sites: outcomes, ranking and report "
        "rest on it. `spliceai`, `cispliceai` and `mmsplice` together give the best calibrated probability (`docs/science.md`); the "
        "others have no part in it"
    )
    distance: Whole = key(
        "bases on either side of the allele in which gained and lost splice sites are looked for, 0 to 4999",
        500,
        ge=0,
        le=4999,
    )
    shards: Whole = key(
        "number of jobs that share the alleles, by the bases to compute; changes no score. At "
        "most 500 of all models together",
        4,
        ge=1,
        le=500,
        affects="speed",
    )
    threads: Whole = key("CPU threads of one job", 1, ge=1, affects="speed")
    max_unknown_fraction: Share = key(
        "share of N in an allele's window above which it is not scored, with that as the reason", 0.5
    )
    batch: Whole = key(
        "sequences scored at once; changes memory and speed, not scores", 8, ge=1, affects="speed"
    )
    device: Literal["auto", "cpu", "cuda"] = key(
        "`auto` takes a GPU if there is one; `cpu`; `cuda`", "auto", affects="speed"
    )
    keep_probabilities_above: Share = key(
        "per-base probabilities at or above this are kept for the consequences and the report", 0.02
    )


class Consequences(Section):
    """from scores to predicted transcripts"""

    min_delta: Share = key(
        "smallest delta score at which an event is called, as ClinGen advises for SpliceAI", 0.2
    )
    min_partner_delta: Share = key("smallest delta score of the second splice site of a pseudoexon", 0.02)
    pseudoexon_size: Pair[Annotated[int, Field(ge=1), FromText]] = key(
        "smallest and largest pseudoexon, in bases", (25, 500)
    )
    last_junction_nt: Whole = key(
        "a premature stop at most so many bases before the last exon junction, or behind it, escapes "
        "nonsense-mediated decay",
        50,
        ge=0,
    )
    start_proximal_nt: Whole = key(
        "a premature stop within so many bases of the start codon escapes it; 0 turns the rule off", 100, ge=0
    )
    long_exon_nt: Whole = key(
        "a premature stop in an exon longer than this escapes it; 0 turns the rule off", 400, ge=0
    )
    single_exon_escapes: Switch = key(
        "whether a premature stop in an mRNA without a junction escapes it", True
    )


class Prioritise(Section):
    """from predictions to a ranked list"""

    flag_delta: Share = key(
        "delta score at or above which a candidate is put forward, SpliceAI's recommended cut-off", 0.5
    )


class Report(Section):
    """the HTML report"""

    max_candidates: Whole = key(
        "rows of the table of candidates; `prioritised.tsv` holds all", 500, ge=1, affects="results"
    )
    max_cases: Whole = key("candidates shown in full, with their figures", 10, ge=0, affects="results")


class Licences(Section):
    """terms of use of model weights"""

    use: Literal["any", "commercial"] = key(
        "`commercial` leaves out every model of `models` whose weights are not free for commercial use "
        "(SpliceAI) and switches off such networks of `regulation.models` (Sei, Beluga); at least one of "
        "splice sites must remain, so list `cispliceai` or `openspliceai`",
        "any",
        formerly=("licence",),
    )
    accepted: Annotated[tuple[str, ...], Distinct] = key(
        "models whose licence you have read and accept; a model with restricted weights does not run without",
        (),
        affects="nothing",
        formerly=("licences.accept",),
    )


class Settings(Section):
    """The whole configuration."""

    samples: Annotated[Path, FilePath("samples")] = key(
        "the sample sheet, a tab-separated table with one patient a row",
        Path("config/samples.tsv"),
        affects="nothing",
    )
    results: Annotated[Path, FilePath("folder")] = key(
        "folder for what is kept, one folder per sample", Path("results"), affects="nothing"
    )
    work: Annotated[Path, FilePath("folder")] = key(
        "folder for intermediate tables; may be deleted after a run", Path("work"), affects="nothing"
    )
    resources: Annotated[Path, FilePath("folder")] = key(
        "folder for model weights, fetched once and checked by SHA-256", Path("resources"), affects="nothing"
    )
    score_cache: Maybe[Annotated[Path, FilePath("folder")]] = key(
        "folder in which scores are kept between runs: an allele is scored once ever by a model, networks "
        "of tracks among them, as long as model, weights, settings, code, sequence and annotation around it "
        "stay the same; several runs may share it. Stored scores may differ by rounding (1e-6) from ones "
        "computed anew in another batch",
        None,
        affects="speed",
        formerly=("store",),
    )
    container: Maybe[Annotated[str, FilePath("image")]] = key(
        "image that jobs run in with `--sdm apptainer`, a file or `docker://...`, built from "
        "`envs/landfall.def` or `envs/Dockerfile` ([docs/deployment.md](../docs/deployment.md))",
        None,
        affects="nothing",
    )
    labels: Labels = Labels()
    genome: GenomeFiles
    normalise: Normalise = Normalise()
    filter: Filter = Filter()
    phenotype: Phenotype = Phenotype()
    inheritance: Inheritance = Inheritance()
    models: tuple[ModelSettings, ...] = key(
        "the models to run; a list, so that a configuration of your own replaces it whole",
        (ModelSettings(name="spliceai"),),
        min_length=1,
    )
    consequences: Consequences = Consequences()
    prioritise: Prioritise = Prioritise()
    evidence: Evidence = Evidence()
    assay: Assay = Assay()
    interpretation: Interpretation = key("", Interpretation(), formerly=("closer",))
    maxentscan: Maybe[Annotated[Path, FilePath("maxentscan")]] = key(
        "the published tables of MaxEntScan (Yeo and Burge 2004): the authors' folder with `me2x5` and "
        "`splicemodels/me2x3acc1` to `9`, or an `.npz` with `score5` and `score3_0` to `score3_8`. With "
        "them the sites that an outcome uses have their MaxEntScan scores with either allele; they are "
        "shown and change no rank. Without them, or where the path is not there, the report says that they "
        "were switched off",
        None,
        affects="results",
    )
    regulation: Regulation = Regulation()
    report: Report = Report()
    resources_per_job: ResourcesPerJob = ResourcesPerJob()
    licences: Licences = Licences()
    _lines: Lines = PrivateAttr(default_factory=lambda: Lines([]))
    _warnings: list[InputProblem] = PrivateAttr(default_factory=list)

    def written_in(self, lines: Lines, warnings: list[InputProblem]) -> Settings:
        """The same with the lines of its keys, and those under former names, for messages."""
        found = self.model_copy()
        found._lines, found._warnings = lines, warnings
        return found

    @property
    def warnings(self) -> list[InputProblem]:
        """The keys that are written under a former name."""
        return self._warnings

    @property
    def plain(self) -> dict[str, Any]:
        """As plain lists and dictionaries, for parameters of rules and provenance."""
        found: dict[str, Any] = plain(self)
        return found

    def without_parallelism(self) -> dict[str, Any]:
        """``plain`` of the keys that values depend on: not those of speed and of places."""
        found: dict[str, Any] = plain(self, ("ranking", "results"))
        return found

    def model(self, name: str) -> ModelSettings:
        """The settings of one model. Raises KeyError if it is not to be run."""
        return {model.name: model for model in self.models}[name]

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
        return self._lines.of(key)

    def fault(self, key: Key, path: Path, what: str, remedy: str = "") -> InputProblem:
        """A fault of the file that a key names."""
        return InputProblem(*self._lines.of(key), f"{dotted(key)}: {path}: {what}", remedy)
