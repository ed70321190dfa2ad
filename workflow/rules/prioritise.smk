"""The ranked table, the annotated VCF and the whole ledger."""


rule prioritise:
    input:
        variants=rules.filter.output.variants,
        scores=expand(rules.merge.output.scores, model=MODELS, allow_missing=True),
        outcomes=rules.consequences.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        given=sample_files("ped", "phenopacket", "panel"),
        obo=obo_file,
        family=rules.family.output.summary,
        calls=rules.family.output.calls,
        alleles=rules.normalise.output.alleles,
        decisions=rules.filter.output.decisions,
        regulation=regulatory_table,
    output:
        table=f"{RESULTS}/{{sample}}/prioritised.parquet",
        pairs=f"{RESULTS}/{{sample}}/pairs.parquet",
        text=report(
            f"{RESULTS}/{{sample}}/prioritised.tsv",
            caption="../report/prioritised.rst",
            category="{sample}",
            labels={"result": "2 Ranked candidates"},
        ),
    log:
        f"{WORK}/logs/{{sample}}/prioritise.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.ranking.prioritise"),
        sample=sample_row,
        settings=[
            SETTINGS.prioritise.flag_delta,
            str(SETTINGS.inheritance),
            str(SETTINGS.phenotype),
            SETTINGS.filter.frequency.asked,
            SETTINGS.filter.het_allele_balance,
        ],
    script:
        "../scripts/prioritise.py"


rule ledger:
    input:
        ledger=rules.normalise.output.ledger,
        repeats=rules.normalise.output.repeats,
        decisions=rules.filter.output.decisions,
        prioritised=rules.prioritise.output.table,
        variants=rules.filter.output.variants,
    output:
        f"{RESULTS}/{{sample}}/ledger.parquet",
    log:
        f"{WORK}/logs/{{sample}}/ledger.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.ranking.ledger"),
    script:
        "../scripts/ledger.py"


rule annotate:
    input:
        variants=rules.filter.output.variants,
        prioritised=rules.prioritise.output.table,
        fasta=FASTA,
    output:
        vcf=f"{RESULTS}/{{sample}}/annotated.vcf.gz",
        index=f"{RESULTS}/{{sample}}/annotated.vcf.gz.tbi",
    log:
        f"{WORK}/logs/{{sample}}/annotate.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.ranking.annotate"),
        models=str(SETTINGS.models),
    script:
        "../scripts/annotate.py"
