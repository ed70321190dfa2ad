"""One module per stage of the workflow, named like its rule: ``run`` takes files and writes files.

Nothing of Snakemake is known here. A stage reads the tables of the one before, calls the room that knows the science,
and writes under final names only what is complete.
"""
