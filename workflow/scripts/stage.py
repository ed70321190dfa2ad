"""The stage that a rule names, on the files of a job."""

from landfall.stages import binding, job

label = " ".join([*snakemake.wildcards, snakemake.rule])

with job.logged(snakemake.log[0], label):
    binding.call(
        snakemake.params.stage,
        snakemake.config,
        dict(snakemake.input.items()),
        dict(snakemake.output.items()),
        dict(snakemake.wildcards.items()),
        snakemake.threads,
    )
