"""RT-PCR assays that confirm the outcomes of leading candidates."""


rule assay:
    input:
        prioritised=rules.prioritise.output.table,
        outcomes=rules.consequences.output[0],
        alleles=rules.normalise.output.alleles,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        sites=sites_file,
    output:
        **results_of("splicing.rtpcr"),
    log:
        f"{WORK}/logs/{{sample}}/assay.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("splicing.rtpcr"),
    script:
        "../../scripts/stage.py"
