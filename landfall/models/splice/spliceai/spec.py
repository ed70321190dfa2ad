"""SpliceAI-10k: the declaration."""

from __future__ import annotations

from landfall.models.info import Licence, ModelInfo, WeightFile
from landfall.models.spec import Cost, SpliceModelSpec
from landfall.models.splice import outputs

VCF_FIELD = outputs.VcfField(
    "SpliceAI",
    "SpliceAIv1.3.1 variant annotation. These include delta scores (DS) and delta positions (DP) for "
    "acceptor gain (AG), acceptor loss (AL), donor gain (DG), and donor loss (DL). "
    "Format: ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL",
    outputs.delta_string("spliceai"),
)

MODEL = SpliceModelSpec(
    info=ModelInfo(
        name="spliceai",
        title="SpliceAI-10k",
        version="1.3.1",
        citation="Jaganathan et al., Cell 176:535 (2019), doi:10.1016/j.cell.2018.12.015",
        licence=Licence(
            name="CC BY-NC 4.0",
            url="https://creativecommons.org/licenses/by-nc/4.0/",
            commercial=False,
            note="SpliceAI's trained weights are free for academic and non-commercial use; Illumina licenses other "
            "use.",
        ),
        package="spliceai==1.3.1",
        package_sha256="63c633b8de6803d4ffb613e6ef62f1a896fec9fc13245c0f000ff7adea279776",
        weights=tuple(
            WeightFile(
                name=f"spliceai{number}.h5",
                member=f"spliceai/models/spliceai{number}.h5",
                size=3_131_720,
                sha256=digest,
            )
            for number, digest in enumerate(
                (
                    "e1fd5adcef7489d604b10e79c40078ef790d51ef048c4ce3869c9119ac5de42b",
                    "6ab042b82ab966b6d3582cb31b96f0859ea08a864f168d69e83aa14450a3b66e",
                    "e2e790bde53dfdf410c6dc434a86122a7d12f3f38dc2ef45d85986e9ecf22fad",
                    "ca88ac9e58e69ba6fdeed319b72f063f164c9abf7392eaccef903e94c1d99dd6",
                    "791cd22c62a80a08d2ca674615a93ce8159d7b55bd157cfef2983b1bd6b41391",
                ),
                start=1,
            )
        ),
        tables=(
            WeightFile(
                name="grch37.txt",
                member="spliceai/annotations/grch37.txt",
                size=4_418_184,
                sha256="16e495da074e965f46f60ced4e73292843e949051d2dc31dd521da3fd7615dce",
            ),
            WeightFile(
                name="grch38.txt",
                member="spliceai/annotations/grch38.txt",
                size=4_250_439,
                sha256="565c0ea83f66b2210182364c3d626fef526229e3d02f444bab247329b6695f2c",
            ),
        ),
    ),
    kind="sites",
    context=5_000,
    cost=Cost(start=3.6, per_million=9.7, peak=684),
    output_columns=outputs.delta_columns("spliceai"),
    describe=outputs.deltas_in_words("spliceai"),
    calibration_terms=outputs.SITE_TERMS,
    vcf_field=VCF_FIELD,
)
