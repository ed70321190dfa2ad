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
        missense=missense_file,
        family=rules.family.output.summary,
        calls=rules.family.output.calls,
        alleles=rules.normalise.output.alleles,
        decisions=rules.filter.output.decisions,
        regulation=regulatory_table,
    output:
        **results_of("ranking.prioritise"),
    log:
        f"{WORK}/logs/{{sample}}/prioritise.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("ranking.prioritise"),
    script:
        "../../scripts/stage.py"


rule ledger:
    input:
        ledger=rules.normalise.output.ledger,
        repeats=rules.normalise.output.repeats,
        decisions=rules.filter.output.decisions,
        prioritised=rules.prioritise.output.table,
        variants=rules.filter.output.variants,
        placements=expand(
            rules.windows.output.placements, model=MODELS, allow_missing=True
        ),
    output:
        **results_of("ranking.ledger"),
    log:
        f"{WORK}/logs/{{sample}}/ledger.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("ranking.ledger"),
    script:
        "../../scripts/stage.py"


rule annotate:
    input:
        variants=rules.filter.output.variants,
        prioritised=rules.prioritise.output.table,
        fasta=FASTA,
    output:
        **results_of("ranking.annotate"),
    log:
        f"{WORK}/logs/{{sample}}/annotate.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("ranking.annotate"),
    script:
        "../../scripts/stage.py"
