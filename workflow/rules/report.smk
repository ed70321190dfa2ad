"""One HTML file that tells the story and needs no network."""


rule report:
    input:
        prioritised=rules.prioritise.output.table,
        outcomes=rules.consequences.output[0],
        probabilities=expand(
            rules.merge.output.probabilities, model=MODELS, allow_missing=True
        ),
        ledger=rules.ledger.output[0],
        callset=rules.callset.output[0],
        evidence=rules.evidence.output[0],
        assays=rules.assay.output.table,
        interpreted_candidates=rules.closer.output.interpreted_candidates,
        mutagenesis=rules.closer.output.mutagenesis,
        antisense_scan=rules.closer.output.antisense_scan,
        haplotypes=rules.closer.output.haplotypes,
        stability=rules.closer.output.stability,
        regulation=REGULATION_RESULTS,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        provenance=rules.provenance.output[0],
        changes=rules.changes.output[0],
    output:
        report(
            f"{RESULTS}/{{sample}}/report.html",
            caption="../report/report.rst",
            category="{sample}",
            labels={"result": "1 Clinical report"},
        ),
    log:
        f"{WORK}/logs/{{sample}}/report.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.report.report"),
        settings=str(SETTINGS.report),
    script:
        "../scripts/report.py"
