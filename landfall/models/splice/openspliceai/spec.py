"""OpenSpliceAI-MANE: the declaration."""

from __future__ import annotations

from landfall.models.info import Licence, ModelInfo, WeightFile
from landfall.models.spec import Cost, SpliceModelSpec
from landfall.models.splice import outputs

COMMIT = "8f70d22bee10326630c397d2c7a9ff61f166f9cf"
VCF_FIELD = outputs.VcfField(
    "OpenSpliceAI",
    "OpenSpliceAI variant annotation. These include delta scores (DS) and delta positions (DP) for "
    "acceptor gain (AG), acceptor loss (AL), donor gain (DG), and donor loss (DL). "
    "Format: ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL",
    outputs.delta_string("openspliceai"),
)

MODEL = SpliceModelSpec(
    info=ModelInfo(
        name="openspliceai",
        title="OpenSpliceAI-MANE",
        version="0.0.7",
        citation="Chao et al., eLife 14:RP107454 (2025), doi:10.7554/eLife.107454.3",
        licence=Licence(
            name="GPL-3.0",
            url="https://www.gnu.org/licenses/gpl-3.0.html",
            commercial=True,
            note="OpenSpliceAI's trained weights are free to use, commercially too; the terms concern their "
            "distribution.",
        ),
        repository=f"https://raw.githubusercontent.com/Kuanhao-Chao/OpenSpliceAI/{COMMIT}",
        weights=tuple(
            WeightFile(
                name=f"model_10000nt_rs{seed}.pt",
                member=f"models/openspliceai-mane/10000nt/model_10000nt_rs{seed}.pt",
                size=2_878_124,
                sha256=digest,
            )
            for seed, digest in (
                (10, "7b0d6af6239e27392226bbada310ee9e2ce0ced149fb6fdff8996c12cba3cc85"),
                (11, "38fe4469eff09ffe5caa291bc224248c81ed68acca0b729afb87450909a8130e"),
                (12, "49f38e3fd0e87b81ce22d986d1168eb9b2c55668bfd6aaa064da1082ee668667"),
                (13, "bae2756b452f31d45b74604816561da79284d791be37f467491a68342c819b20"),
                (14, "cfe2741311ed02dab3042492a5be14029b18d63be693751e9534315a9e4c6271"),
            )
        ),
    ),
    kind="sites",
    context=5_000,
    cost=Cost(start=3.6, per_million=9.7, peak=684),
    output_columns=outputs.delta_columns("openspliceai"),
    describe=outputs.deltas_in_words("openspliceai"),
    calibration_terms=outputs.SITE_TERMS,
    vcf_field=VCF_FIELD,
)
