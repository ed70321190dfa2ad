"""The family's genotypes at the patient's alleles, checked against the pedigree."""


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
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("variants.family"),
    script:
        "../../scripts/stage.py"
