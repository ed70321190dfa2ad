"""Every allele of the VCF in one spelling, or with the reason why not."""


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
        "../../envs/landfall.yaml"
    threads: 2
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.variants.normalise"),
        sample=sample_row,
        settings=[
            SETTINGS.normalise.max_ref_mismatch_fraction,
            *SETTINGS.filter.frequency.info_fields,
        ],
    script:
        "../scripts/normalise.py"
