"""The values resolved from the inputs of each sample, and their digests.

Every input is opened and compared with the others when a run starts (onstart in common.smk), before any job.
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
        resolved=f"{WORK}/{{sample}}/resolved.json",
    log:
        f"{WORK}/logs/{{sample}}/resolve.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("inputs.resolve"),
    script:
        "../../scripts/stage.py"


rule digests:
    input:
        vcf=sample_vcf,
        others=sample_files("ped", "genes_file", "regions", "panel", "phenopacket"),
        obo=obo_file,
        known=known_files,
        missense=missense_file,
        published=published_files,
        fasta=FASTA,
        annotation=ANNOTATION,
        mane=mane_file,
    output:
        inputs=f"{WORK}/{{sample}}/inputs.json",
    log:
        f"{WORK}/logs/{{sample}}/digests.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("inputs.digests"),
    script:
        "../../scripts/stage.py"
