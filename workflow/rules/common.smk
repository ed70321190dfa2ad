"""Settings, samples and small input functions."""

import os
import sys

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from pathlib import Path

from landfall.audit.preflight import run as preflight
from landfall.audit.provenance import COMMAND, command_line
from landfall.io.digests import code_digest
from landfall.io.errors import InputError, numbered
from landfall.models.registry import splice_model, track_model
from landfall.models.runtime import cost
from landfall.models.weights.integrity import LICENCE
from landfall.regulation import availability
from landfall.regulation.windows import tracks_of
from landfall.splicing.windows import work_of
from landfall.stages import results, sections, terminal
from landfall.stages.job import QUIET

# Jobs parse this file too, in Snakemake's own commands.
if workflow.is_main_process:
    os.environ.update({COMMAND: command_line(sys.argv)})

try:
    GIVEN = preflight.gather(config, workflow.configfiles)
    CHECKED = preflight.checked_for_run(
        GIVEN,
        main=workflow.is_main_process,
        as_module=not workflow.modifier.is_main_snakefile(),
        every=workflow.output_settings.dryrun,
    )
except InputError as faults:
    raise WorkflowError(str(faults)) from None

SETTINGS = GIVEN.settings
# The samples without a fault are run; each other one has a job that fails, with its faults.
SAMPLES = {
    sample.name: sample for sample in CHECKED.samples if sample.name in CHECKED.sound
}
REFUSED = {name: numbered(found) for name, found in CHECKED.of_sample.items()}

TERMINAL = None
if workflow.is_main_process and workflow.modifier.is_main_snakefile():
    TERMINAL = terminal.install(
        logger, workflow.output_settings, list(SAMPLES), SETTINGS.results
    )
    if TERMINAL and TERMINAL.show:
        os.environ[QUIET] = "1"


onstart:
    if TERMINAL:
        TERMINAL.plan(
            terminal.JobName.of(job.rule.name, job.wildcards_dict)
            for job in workflow.dag.needrun_jobs()
        )


onsuccess:
    if TERMINAL:
        TERMINAL.finish(TERMINAL)


onerror:
    if TERMINAL:
        TERMINAL.finish(TERMINAL)


if workflow.is_main_process:
    for words in SETTINGS.warnings:
        logger.warning(str(words))
    for name, words in REFUSED.items():
        logger.error(f"sample {name} is not run:\n{words}")
MODELS = [model.name for model in SETTINGS.models]
TRACK_MODELS = [model.name for model in availability.running(SETTINGS.regulation)]
RESULTS, WORK, RESOURCES = SETTINGS.results, SETTINGS.work, SETTINGS.resources
FASTA, ANNOTATION = str(SETTINGS.genome.fasta), str(SETTINGS.genome.annotation)


wildcard_constraints:
    sample="[A-Za-z0-9_.-]+",
    model="[a-z0-9_]+",
    shard="[0-9]+",


def sample_of(wildcards):
    return SAMPLES[wildcards.sample]


def splice_spec(wildcards):
    """The declaration of the splice model."""
    return splice_model(wildcards.model)


def stage(name, model=None, network=True):
    """Params of a rule: its stage, the digest of its code, and the part of the configuration that the stage declares.

    A change of any runs the stage again. model: an input function that returns the declaration of a model, whose
    facts are a parameter, with the code of its network where the stage runs it.
    """
    code = code_digest(f"stages.{name}")

    def of_model(wildcards):
        return code_digest(f"stages.{name}", model(wildcards).module)

    def facts(wildcards):
        return str(model(wildcards).facts)

    def settings(wildcards):
        declared = sections.declared(name, dict(wildcards.items()))
        sample = SAMPLES.get(dict(wildcards.items()).get("sample"))
        return sections.values(SETTINGS, sample, declared)

    found = {"stage": name, "code": code, "settings": settings}
    if model:
        found |= {"model": facts, "code": of_model if network else code}
    return found


def result_file(result):
    """The path of a result."""
    return f"{RESULTS}/{{sample}}/{result.file}"


def results_of(name):
    """The outputs of a stage in the folder of results, by name."""
    return {each.output: _shown(each) for each in results.of_stage(name)}


def _shown(result):
    """The path of a result, with its place in the report of Snakemake if it has one."""
    if not result.caption:
        return result_file(result)
    caption, labels = f"../../report/{result.caption}", {"result": result.label}
    return report(
        result_file(result), caption=caption, category="{sample}", labels=labels
    )


def result_files(**kind):
    """The paths of results, those with some values in the registry (``in_report=True``)."""
    return [
        result_file(each)
        for each in results.of_run(networks=bool(TRACK_MODELS))
        if all(getattr(each, name) == value for name, value in kind.items())
    ]


def sample_vcf(wildcards):
    return str(sample_of(wildcards).vcf)


def sample_files(*columns):
    """An input function for the optional files of a sample."""

    def files(wildcards):
        found = [getattr(sample_of(wildcards), column) for column in columns]
        return [str(path) for path in found if path is not None]

    return files


def sites_file(wildcards):
    sites = SETTINGS.filter.frequency.population_vcf
    return [str(sites)] if sites else []


def known_files(wildcards):
    """Files that the filters read: frequencies, classified alleles, excluded regions and alleles."""
    frequency = SETTINGS.filter.frequency
    named = [
        frequency.population_vcf,
        frequency.cohort_vcf,
        frequency.population_coverage_bed,
        SETTINGS.filter.precomputed_scores.vcf,
        SETTINGS.evidence.clinvar,
    ]
    named += [SETTINGS.filter.blacklist, *SETTINGS.filter.exclude]
    return [str(path) for path in named if path]


def maxentscan_files(wildcards):
    """The tables of MaxEntScan, file by file; none where they are switched off."""
    path = SETTINGS.maxentscan
    if SETTINGS.maxentscan_off:
        return []
    return [str(path)] if path.is_file() else sorted(map(str, path.rglob("me2x*")))


def published_files(wildcards):
    """Published tables: MaxEntScan's, those of E-values, and the files beside weights of networks."""
    networks = availability.running(SETTINGS.regulation)
    tables = [
        m.e_values for m in networks if m.e_values and not availability.e_values_off(m)
    ]
    tables += [path for model in networks for path in availability.track_files(model)]
    return [*maxentscan_files(wildcards), *dict.fromkeys(map(str, tables))]


def clinvar_file(wildcards):
    clinvar = SETTINGS.evidence.clinvar
    return [str(clinvar)] if clinvar else []


def mane_file(wildcards):
    mane = SETTINGS.genome.mane
    return [str(mane)] if mane else []


def obo_file(wildcards):
    obo = SETTINGS.phenotype.obo
    return [str(obo)] if obo else []


def missense_file(wildcards):
    scores = SETTINGS.prioritise.missense_scores
    return [str(scores)] if scores else []


def certificate(wildcards):
    """The certificate of ``landfall qualify`` for this machine, if it exists."""
    path = RESOURCES / "qualification.json"
    return [str(path)] if path.exists() else []


def previous_files(wildcards):
    """The files of the earlier result in the sample sheet."""
    folder = sample_of(wildcards).previous
    names = ("prioritised.parquet", "ledger.parquet", "provenance.json")
    return [str(folder / name) for name in names] if folder else []


def to_fetch():
    """The models whose weights are not there yet.

    Weights that are there are files of no rule. They lie outside the folder of the run, and Snakemake may wish to
    repeat a rule (a newer script, the metadata of another folder), deletes its files before, and meanwhile plans no
    job that reads them as ``ancient``. The processes of jobs find the rule whatever has been fetched since.
    """
    if not workflow.is_main_process:
        return MODELS
    return [name for name in MODELS if not (SETTINGS.weights(name) / LICENCE).exists()]


def shards(wildcards):
    return range(1, SETTINGS.model(wildcards.model).shards + 1)


def resource(job, name):
    """A resource of a kind of job; memory and time grow with each attempt."""
    requested = getattr(getattr(SETTINGS.resources_per_job, job), name)
    return (
        requested if name == "gpu" else lambda wildcards, attempt: requested * attempt
    )


OTHER = {
    name: resource("other", name)
    for name, amount in vars(SETTINGS.resources_per_job.other).items()
    if amount
}
"""Resources of a job that runs no model, as far as the configuration sets them; else it has the profile's."""


def scoring_memory(model):
    """Megabytes of a job of a model: from the configuration, else by measured cost."""
    job = SETTINGS.resources_per_job.score
    return job.mem_mb or cost.megabytes(model, job.gpu)


def scoring_time(wildcards, input, attempt):
    """Minutes of the job of a shard: from the configuration, else by measured cost and the shard's work."""
    minutes, path = SETTINGS.resources_per_job.score.runtime, Path(input.windows)
    if not minutes and path.exists():  # it may not exist while the run is planned
        work = work_of(path, int(wildcards.shard))
        minutes = cost.minutes(wildcards.model, work)
    return (minutes or cost.MINUTES) * attempt
