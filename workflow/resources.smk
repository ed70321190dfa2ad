"""Public resources of a genome: downloaded, verified, prepared; each run checks what is there already.

snakemake -s workflow/resources.smk --configfile config/resources.GRCh38.yaml --cores 2
"""

import re
import time

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import min_version

min_version("9.27")


include: "rules/package.smk"


from landfall.io.digests import code_digest
from landfall.models.registry import splice_model
from landfall.io.errors import InputError
from landfall.stages.inputs import resources as downloads

if not workflow.overwrite_configfiles:
    raise WorkflowError(
        "name the configuration of a genome: --configfile config/resources.GRCh38.yaml (or GRCh37)"
    )

try:
    PLAN = downloads.load(config, workflow.configfiles)
except InputError as faults:
    raise WorkflowError(str(faults)) from None

if workflow.is_main_process:
    for words in PLAN.warnings:
        logger.warning(str(words))

STARTED = time.time()
FILES = [resource.path for resource in PLAN.files]


wildcard_constraints:
    path="|".join(map(re.escape, FILES)),
    model="[a-z0-9_]+",


rule all:
    default_target: True
    input:
        expand(f"{PLAN.folder}/.verified/{{path}}", path=FILES),
        expand(f"{PLAN.folder}/weights/{{model}}/LICENCE.txt", model=PLAN.models),


# The files are not outputs: Snakemake would delete gigabytes whenever a rule has changed. The time is a parameter that
# never stays the same, so that every run compares every file with its checksum.
rule download:
    output:
        verified=f"{PLAN.folder}/.verified/{{path}}",
    log:
        f"{PLAN.folder}/logs/{{path}}.log",
    localrule: True
    conda:
        "../envs/landfall.yaml"
    params:
        stage="inputs.download",
        run=STARTED,
    script:
        "scripts/stage.py"


rule weights:
    output:
        licence=f"{PLAN.folder}/weights/{{model}}/LICENCE.txt",
    log:
        f"{PLAN.folder}/logs/weights/{{model}}.log",
    localrule: True
    conda:
        "../envs/landfall.yaml"
    params:
        stage="inputs.weights",
        code=code_digest("stages.inputs.weights"),
        model=lambda wildcards: str(splice_model(wildcards.model).info),
    script:
        "scripts/stage.py"
