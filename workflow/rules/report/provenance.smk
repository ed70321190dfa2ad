"""The record of provenance."""


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
        results=result_files(recorded=True),
    output:
        **results_of("report.provenance"),
    log:
        f"{WORK}/logs/{{sample}}/provenance.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("report.provenance"),
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
        "../../scripts/stage.py"
