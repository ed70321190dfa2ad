"""The report."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.report.registry import TABLES
from landfall.stages import job
from landfall.stages.report import report

with job.logged(snakemake.log[0]):
    _, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    named = {
        name: files for name, files in snakemake.input.items() if name in TABLES and name != "regulation"
    }
    probabilities = [Path(p) for p in named.pop("probabilities")]
    sources = {name: Path(path) for name, path in named.items()}
    sources |= {Path(path).stem: Path(path) for path in snakemake.input.regulation}
    report.run(
        sample, reference, sources, probabilities, Path(snakemake.input.provenance), Path(snakemake.output[0])
    )
