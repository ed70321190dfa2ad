"""A closer look at the leading candidates."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.splicing import interpret

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    sources = {
        name: Path(snakemake.input[name]) for name in ("prioritised", "outcomes", "alleles", "decisions")
    }
    interpret.run(
        settings,
        reference,
        sources,
        [Path(path) for path in snakemake.input.scores],
        Path(snakemake.input.weights[0]).parent,
        snakemake.threads,
        {name: Path(path) for name, path in snakemake.output.items()},
    )
