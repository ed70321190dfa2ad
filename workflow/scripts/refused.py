"""The faults of a sample's input, which end the job."""

from landfall.io.errors import UserError
from landfall.stages import job

with job.logged(snakemake.log[0]):
    raise UserError(f"the input of the sample has faults:\n{snakemake.params.faults}")
