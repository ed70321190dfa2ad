"""What the inputs of each sample resolve to; their digests; genes read; weights fetched.

Every input is opened and held against the others when a run starts (onstart in common.smk), before any job.
"""


rule resolve:
    input:
        vcf=sample_vcf,
        others=sample_files("ped", "genes_file", "regions", "panel", "phenopacket"),
        obo=obo_file,
        sites=sites_file,
        fasta=FASTA,
        annotation=ANNOTATION,
    output:
        f"{WORK}/{{sample}}/resolved.json",
    log:
        f"{WORK}/logs/{{sample}}/resolve.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.inputs.resolve"),
        sample=sample_row,
        phenotype=str(SETTINGS.phenotype),
    script:
        "../scripts/resolve.py"


rule digests:
    input:
        vcf=sample_vcf,
        others=sample_files("ped", "genes_file", "regions", "panel", "phenopacket"),
        obo=obo_file,
        known=known_files,
        published=published_files,
        fasta=FASTA,
        annotation=ANNOTATION,
        mane=mane_file,
    output:
        f"{WORK}/{{sample}}/inputs.json",
    log:
        f"{WORK}/logs/{{sample}}/digests.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.inputs.digests"),
    script:
        "../scripts/digests.py"


rule genes:
    input:
        annotation=ANNOTATION,
        mane=mane_file,
        fasta=FASTA,
    output:
        f"{WORK}/transcripts.parquet",
    log:
        f"{WORK}/logs/genes.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.inputs.genes"),
    script:
        "../scripts/genes.py"


rule weights:
    output:
        f"{RESOURCES}/weights/{{model}}/LICENCE.txt",
    log:
        f"{WORK}/logs/weights/{{model}}.log",
    localrule: True
    conda:
        "../../envs/landfall.yaml"
    params:
        code=code_digest("stages.inputs.weights"),
    script:
        "../scripts/weights.py"
