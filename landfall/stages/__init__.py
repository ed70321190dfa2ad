"""One module per stage of the workflow, named like its rule: ``run`` takes files and writes files.

No module depends on Snakemake. A stage reads the tables of earlier stages, calls the packages of the science, and
writes its outputs atomically.
"""
