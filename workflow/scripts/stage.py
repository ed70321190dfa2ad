"""The stage that a rule names, on the files of a job."""

from landfall.stages import binding, job

with job.logged(snakemake.log[0]):
    binding.call(
        snakemake.params.stage,
        snakemake.config,
        dict(snakemake.input.items()),
        dict(snakemake.output.items()),
        dict(snakemake.wildcards.items()),
        snakemake.threads,
    )
