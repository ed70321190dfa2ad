"""Draft criteria for and against the leading candidates."""


rule evidence:
    input:
        prioritised=rules.prioritise.output.table,
        outcomes=rules.consequences.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        clinvar=clinvar_file,
        family=rules.family.output.summary,
        calls=rules.family.output.calls,
        given=sample_files("ped", "phenopacket"),
    output:
        **results_of("ranking.acmg"),
    log:
        f"{WORK}/logs/{{sample}}/evidence.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("ranking.acmg"),
    script:
        "../../scripts/stage.py"
