"""Normalisation of every allele of the VCF, with the reason where it fails."""


rule normalise:
    input:
        vcf=sample_vcf,
        fasta=FASTA,
        resolved=rules.resolve.output[0],
    output:
        alleles=f"{WORK}/{{sample}}/normalised.parquet",
        ledger=f"{WORK}/{{sample}}/normalise.ledger.parquet",
        repeats=f"{WORK}/{{sample}}/normalise.repeats.parquet",
    log:
        f"{WORK}/logs/{{sample}}/normalise.log",
    conda:
        "../../../envs/landfall.yaml"
    threads: 2
    resources:
        **OTHER,
    params:
        **stage("variants.normalise"),
    script:
        "../../scripts/stage.py"
