"""The family's genotypes at the patient's alleles, held against the pedigree."""


rule family:
    input:
        vcf=sample_vcf,
        pedigree=sample_files("ped", "phenopacket"),
        variants=rules.filter.output.variants,
        resolved=rules.resolve.output[0],
    output:
        calls=f"{WORK}/{{sample}}/family_calls.parquet",
        summary=f"{WORK}/{{sample}}/family.json",
    log:
        f"{WORK}/logs/{{sample}}/family.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.variants.family"),
        sample=sample_row,
        settings=[
            SETTINGS.genome.build,
            SETTINGS.inheritance.max_mendelian_errors,
            SETTINGS.filter.het_allele_balance,
        ],
    script:
        "../scripts/family.py"
