"""The record of where every value comes from."""


rule provenance:
    input:
        inputs=rules.digests.output[0],
        scores=expand(rules.merge.output.scores, model=MODELS, allow_missing=True),
        track_scores=expand(
            rules.track_merge.output.scores,
            track_model=TRACK_MODELS,
            allow_missing=True,
        ),
        ledger=rules.ledger.output[0],
        family=rules.family.output.summary,
        resolved=rules.resolve.output[0],
        qualification=certificate,
        results=[
            *rules.prioritise.output,
            *rules.consequences.output,
            *rules.evidence.output,
            *rules.assay.output,
            *rules.ledger.output,
            *rules.callset.output,
            *rules.annotate.output,
            *rules.closer.output,
            *REGULATION_RESULTS,
        ],
    output:
        report(
            f"{RESULTS}/{{sample}}/provenance.json",
            caption="../report/provenance.rst",
            category="{sample}",
            labels={"result": "4 Where every value comes from"},
        ),
    log:
        f"{WORK}/logs/{{sample}}/provenance.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.report.provenance"),
        sample=sample_row,
        settings=digest_of(SETTINGS.plain),
        switched_off=[
            *(
                availability.why_off(model)
                for model in availability.off(SETTINGS.regulation)
            ),
            *(
                availability.e_values_off(model)
                for model in availability.running(SETTINGS.regulation)
            ),
            *(
                availability.classes_off(model)
                for model in availability.running(SETTINGS.regulation)
            ),
            SETTINGS.maxentscan_off,
        ],
    script:
        "../scripts/provenance.py"
