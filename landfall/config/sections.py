"""The whole configuration: one class a section, one field a key, each declared once.

The sections of the filters, of regulation, of the resources of jobs and of the interpretation of scored alleles are in
the modules ``filters``, ``regulation``, ``jobs`` and ``interpretation`` beside this one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import PrivateAttr

from landfall.config.fields import (
    RECORDED,
    Distinct,
    FilePath,
    Key,
    Maybe,
    Number,
    Pair,
    Section,
    Share,
    Whole,
    key,
    plain,
)
from landfall.config.filters import Filter
from landfall.config.interpretation import Assay, Consequences, Evidence, Interpretation, Prioritise, Report
from landfall.config.jobs import ResourcesPerJob
from landfall.config.regulation import Regulation
from landfall.config.yaml_source import Lines
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
        "name of the build; checked against the lengths of the chromosomes"
    )
    fasta: Annotated[Path, FilePath("fasta")] = key(
        "reference sequence, plain or bgzip-compressed FASTA; a missing `.fai` (and `.gzi`) is created beside it"
    )
    annotation: Annotated[Path, FilePath("annotation")] = key(
        "gene annotation, GTF or GFF3 with exon and CDS lines, of GENCODE, Ensembl or NCBI, plain or "
        "compressed"
    )
    mane: Maybe[Annotated[Path, FilePath("mane")]] = key(
        "MANE's summary table (`MANE.GRCh38.v*.summary.txt.gz` of NCBI), for RefSeq accessions beside those "
        "of Ensembl; only a transcript of the table's exact version has one, as only its sequence is the same. "
        "An annotation of NCBI, and MANE's own GTF, contain them",
        None,
    )

    @property
    def paths(self) -> list[str]:
        """The files that are given, as configured."""
        return [str(path) for path in (self.fasta, self.annotation, self.mane) if path]


class Normalise(Section):
    """normalisation of the alleles"""

    max_ref_mismatch_fraction: Share = key(
        "fraction of REF mismatches above which the run stops, as the build is wrong: in a sample of every VCF "
        "before any work, in all of the patient's when it is read; below it each mismatch is dropped with its "
        "reason in the ledger",
        0.1,
    )


class Phenotype(Section):
    """from HPO terms, gene lists and panels to candidate genes"""

    candidates: Literal["terms", "named", "all"] = key(
        "`terms`: the genes named for the patient (`genes`, `panel`) and those of the HPO terms; `named`: "
        "the former alone, terms only affect ranks; `all`: every gene, lists and terms only affect ranks",
        "terms",
    )
    min_terms: Whole = key(
        "a gene is a candidate when annotated to at least this many of the patient's terms", 1, ge=1
    )
    min_panel_confidence: Whole = key(
        "lowest confidence at which a gene of `panel` is a candidate: 3 green, 2 amber, 1 red", 3, ge=1, le=3
    )
    obo: Maybe[Annotated[Path, FilePath("obo")]] = key(
        "`hp.obo` of the HPO, for alternative identifiers of terms, which the built-in ontology does "
        "not list",
        None,
    )


class Inheritance(Section):
    """interpretation of a family's genotypes"""

    penetrance: Number = key(
        "penetrance, the fraction of those with a genotype who are affected; below 1 an unaffected carrier "
        "excludes no mode, but makes it less probable",
        1,
        le=1,
        gt=0,
    )
    de_novo_min_depth: Whole = key(
        "smallest read depth of the parents and the patient for a de novo call", 12, ge=0
    )
    de_novo_max_parent_reads: Whole = key("largest number of reads of the allele in a parent", 0, ge=0)
    de_novo_balance: Pair[Share] = key(
        "lowest and highest allele balance of a heterozygous de novo allele in the patient", (0.25, 0.75)
    )
    second_hit_delta: Share = key(
        "delta score, or probability that regulation is damaged, from which a variant counts as the second "
        "hit beside a first one that is coding or at `prioritise.flag_delta`",
        0.1,
    )
    max_mendelian_errors: Share = key(
        "fraction of Mendelian errors with a parent above which a warning questions the pedigree", 0.02
    )


class ModelSettings(Section):
    """one splice model to run"""

    name: str = key(
        "the model: `spliceai`, `cispliceai`, `openspliceai` (of splice sites), `pangolin` (of splicing in four "
        "tissues) or `mmsplice` (of whole exons). The first must be one of splice sites, on which outcomes, ranking "
        "and report are based. The calibrated probability is fitted for every combination of them, of which those "
        "with `pangolin` are the best (`docs/science.md`)"
    )
    distance: Whole = key(
        "bases on either side of the allele within which gained and lost splice sites are scored, 0 to 4999",
        500,
        ge=0,
        le=4999,
    )
    shards: Whole = key(
        "number of jobs among which the alleles are divided, by the bases to compute; changes no score. At "
        "most 500 of all models together",
        4,
        ge=1,
        le=500,
        affects="speed",
    )
    threads: Whole = key("CPU threads of one job", 1, ge=1, affects="speed")
    max_unknown_fraction: Share = key("fraction of N in an allele's window above which it is not scored", 0.5)
    batch: Whole = key(
        "batch size in sequences; affects memory and speed, not scores", 8, ge=1, affects="speed"
    )
    device: Literal["auto", "cpu", "cuda"] = key(
        "`auto` uses a GPU if there is one; `cpu`; `cuda`", "auto", affects="speed"
    )
    keep_probabilities_above: Share = key(
        "per-base probabilities at or above this are kept for the consequences and the report", 0.02
    )
    widen_above: Share = key(
        "delta score within `distance` from which these probabilities extend to the splice sites of the exons and "
        "introns around the allele, at most 4999 bases from it; delta scores remain those within `distance`. 1 for "
        "none",
        0.1,
    )


class Finding(Section):
    """which ranked alleles are findings, and which candidates"""

    known_min_class: Literal["likely_pathogenic", "pathogenic"] = key(
        "lowest class of `evidence.clinvar` for a known pathogenic allele", "likely_pathogenic"
    )
    known_min_stars: Whole = key(
        "fewest review stars of a known pathogenic allele that is a finding; with fewer, or with conflicting "
        "classifications, it is a candidate. Not applied where the file gives no review status (`CLNREVSTAT`)",
        1,
        ge=0,
        le=4,
    )
    min_null_alleles: Whole = key(
        "loss of function in a gene with dominant diseases is a finding if `evidence.clinvar` has at least this many "
        "(likely) pathogenic null alleles of the gene, else a candidate; where it cannot say (no file, or none with "
        "`GENEINFO` and `MC`) a finding on that condition",
        3,
        ge=0,
    )
    max_phenotype_share: Share = key(
        "the phenotype supports a gene if at most this share of the annotated genes match the patient's terms as "
        "well; for loss of function, pairs, de novo and regulation",
        0.05,
    )
    min_panel_confidence: Whole = key(
        "so does the panel from this confidence: 3 green, 2 amber, 1 red", 3, ge=1, le=3
    )
    min_pair_damage: Share = key(
        "smallest probability of damage of each of two alleles of a pair; a known pathogenic one has 1", 0.2
    )
    min_trans_probability: Share = key(
        "smallest probability of two copies at which a pair is a finding; below it a candidate; without evidence of "
        "the phase it is 0.5",
        0.5,
    )
    min_de_novo_damage: Share = key("smallest probability of damage of a de novo allele", 0.2)
    min_regulation: Share = key(
        "smallest probability of damage to regulation of a candidate; alone it is never a finding", 0.1
    )


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
        "the sample sheet, a tab-separated table with one patient per row",
        Path("config/samples.tsv"),
        affects="nothing",
    )
    results: Annotated[Path, FilePath("folder")] = key(
        "folder for results, one subfolder per sample", Path("results"), affects="nothing"
    )
    work: Annotated[Path, FilePath("folder")] = key(
        "folder for intermediate tables; may be deleted after a run", Path("work"), affects="nothing"
    )
    resources: Annotated[Path, FilePath("folder")] = key(
        "folder for model weights, downloaded once and verified by SHA-256",
        Path("resources"),
        affects="nothing",
    )
    score_cache: Maybe[Annotated[Path, FilePath("folder")]] = key(
        "folder of the score cache, `none` for no cache: an allele is scored once by a model, regulatory track "
        "models included, as long as model, weights, settings, code, sequence and annotation around it are "
        "unchanged; several patients and runs share it. Cached scores may differ by rounding (1e-6) from ones "
        "computed in another batch",
        Path("score_cache"),
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
        "the models to run; another configuration replaces the list as a whole",
        (ModelSettings(name="spliceai"),),
        min_length=1,
    )
    consequences: Consequences = Consequences()
    prioritise: Prioritise = Prioritise()
    finding: Finding = Finding()
    evidence: Evidence = Evidence()
    assay: Assay = Assay()
    interpretation: Interpretation = key("", Interpretation(), formerly=("closer",))
    maxentscan: Maybe[Annotated[Path, FilePath("maxentscan")]] = key(
        "the published tables of MaxEntScan (Yeo and Burge 2004): the authors' folder with `me2x5` and "
        "`splicemodels/me2x3acc1` to `9`, or an `.npz` with `score5` and `score3_0` to `score3_8`. With "
        "them the splice sites of an outcome have MaxEntScan scores with either allele, which are shown and "
        "do not affect ranks. Without them, or where the path does not exist, the report states that they "
        "are switched off",
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
        """A copy with the lines of its keys, and those under former names, for messages."""
        found = self.model_copy()
        found._lines, found._warnings = lines, warnings
        return found

    @property
    def warnings(self) -> list[InputProblem]:
        """Warnings on keys under a former name."""
        return self._warnings

    @property
    def plain(self) -> dict[str, Any]:
        """As plain lists and dictionaries."""
        found: dict[str, Any] = plain(self)
        return found

    @property
    def recorded(self) -> dict[str, Any]:
        """As plain lists and dictionaries for the provenance, without keys that affect the speed alone.

        A change of such a key computes no score again, so that only a job of scoring knows what its scores were
        computed with.
        """
        found: dict[str, Any] = plain(self, RECORDED)
        return found

    def model(self, name: str) -> ModelSettings:
        """The settings of one model. Raises KeyError if it is not to be run."""
        return {model.name: model for model in self.models}[name]

    def weights(self, model: str) -> Path:
        """Folder of a model's weights."""
        return self.resources / "weights" / model

    @property
    def maxentscan_off(self) -> str:
        """Why MaxEntScan scores are switched off, in words; empty where they are computed."""
        if self.maxentscan and self.maxentscan.exists():
            return ""
        return (
            f"no tables at {self.maxentscan}" if self.maxentscan else "no tables are configured (maxentscan)"
        )

    def at(self, *key: str | int) -> tuple[str, int | None]:
        """Configuration file and line of a key."""
        return self._lines.of(key)

    def fault(self, key: Key, path: Path, what: str, remedy: str = "") -> InputProblem:
        """A fault of the file that a key names."""
        return InputProblem(*self._lines.of(key), f"{self._lines.names(key)}: {path}: {what}", remedy)
