"""Pangolin: the declaration."""

from __future__ import annotations

from landfall.models.info import Licence, ModelInfo, WeightFile
from landfall.models.spec import Cost, SpliceModelSpec
from landfall.models.splice import outputs

COMMIT = "5cf94b8db938c658391b4305cd7ce33297d44ff7"
VCF_FIELD = outputs.VcfField(
    "Pangolin",
    "Pangolin splice scores: the largest increase and the largest decrease of splicing over heart, liver, brain and "
    "testis. Format: GENE|POS:INCREASE|POS:DECREASE|Warnings:WARNINGS",
    outputs.tissue_string("pangolin"),
)

MODEL = SpliceModelSpec(
    info=ModelInfo(
        name="pangolin",
        title="Pangolin",
        version="1.0.2",
        citation="Zeng and Li, Genome Biology 23:103 (2022), doi:10.1186/s13059-022-02664-4",
        licence=Licence(
            name="GPL-3.0",
            url="https://www.gnu.org/licenses/gpl-3.0.html",
            commercial=True,
            note="Pangolin's trained weights are free to use, commercially too; the terms concern their distribution.",
        ),
        repository=f"https://raw.githubusercontent.com/tkzeng/Pangolin/{COMMIT}",
        weights=tuple(
            WeightFile(
                name=f"final.{replicate}.{task}.3.v2",
                member=f"pangolin/models/final.{replicate}.{task}.3.v2",
                size=2_877_321,
                sha256=digest,
            )
            for task, digests in (
                (
                    0,
                    (
                        "f0478fab173b75f7f7e9fe96688bad6c50fa4a46d70557f423b110caaf565501",
                        "c4c6bb4880fa6fb28b14182ae3ea0600edb07056158f55325b5e6e6e48fc9f26",
                        "ec685a6e7105a4486c1f89a005458a13deb3fe7171f13d434f4877e386d10676",
                    ),
                ),
                (
                    2,
                    (
                        "559c05de3e1ce65c2515ca3e92ef85edb0ec2e47686ca58060e25891ce06eb3a",
                        "48758ba8b95eee9aa9feea52672ef06ca1b34111299c27f8a710f734d8b9aae5",
                        "7cb576c2b24db4fdd6970c4ca4fb7c20ae1b1d8ae80645ebbe689848b5743129",
                    ),
                ),
                (
                    4,
                    (
                        "c50b12e0c0af776d5674ca5e346493f8265783494d4df383364de9c1136657f6",
                        "e03303bed4fd6f135ec0f6c1b192cce954ea42d0646f44d17b4a6fbb2b1f610e",
                        "9476d2e25520d7ff15bece0cd5d3b657e3b1dd3cc5fcab1d9c3b62bea7a0c5b6",
                    ),
                ),
                (
                    6,
                    (
                        "2aae563fa18a8a9b6699c6c96e0d32b8ec7543f8f805fb3bc9de77302cc9f66e",
                        "7d3c0b1b2a60067b940dec315567874fbc8bcd322f1b7c76bf969f51f0f53f7f",
                        "756e7721a382cace24e9bfea5b543af5623f2487d9a3efe7385e9c76367005fd",
                    ),
                ),
            )
            for replicate, digest in enumerate(digests, start=1)
        ),
    ),
    kind="tissues",
    context=5_000,
    cost=Cost(start=4.5, per_million=23.3, peak=684),
    output_columns=outputs.tissue_columns("pangolin"),
    describe=outputs.tissues_in_words("pangolin"),
    calibration_terms=outputs.TISSUE_TERMS,
    vcf_field=VCF_FIELD,
)
