"""What speaks for and against a leading candidate, and the RT-PCR that would show what it does."""


rule evidence:
    input:
        prioritised=rules.prioritise.output.table,
        outcomes=rules.consequences.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        clinvar=clinvar_file,
    output:
        f"{RESULTS}/{{sample}}/evidence.parquet",
    log:
        f"{WORK}/logs/{{sample}}/evidence.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.ranking.acmg"),
        settings=str(SETTINGS.evidence),
        frequency=str(SETTINGS.filter.frequency),
    script:
        "../scripts/evidence.py"


rule assay:
    input:
        prioritised=rules.prioritise.output.table,
        outcomes=rules.consequences.output[0],
        alleles=rules.normalise.output.alleles,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        sites=sites_file,
    output:
        table=f"{RESULTS}/{{sample}}/assay.parquet",
        text=report(
            f"{RESULTS}/{{sample}}/assay.tsv",
            caption="../report/assay.rst",
            category="{sample}",
            labels={"result": "3 RT-PCR assays"},
        ),
    log:
        f"{WORK}/logs/{{sample}}/assay.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.splicing.rtpcr"),
        settings=str(SETTINGS.assay),
        top=SETTINGS.evidence.top,
        frequency=str(SETTINGS.filter.frequency),
    script:
        "../scripts/assay.py"
