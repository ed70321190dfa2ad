"""CI-SpliceAI: the declaration."""

from __future__ import annotations

from landfall.models.info import Licence, ModelInfo, WeightFile
from landfall.models.spec import Cost, SpliceModelSpec
from landfall.models.splice import outputs

MODEL = SpliceModelSpec(
    info=ModelInfo(
        name="cispliceai",
        title="CI-SpliceAI",
        version="1.2.2",
        citation="Strauch et al., PLoS One 17:e0269159 (2022), doi:10.1371/journal.pone.0269159",
        licence=Licence(
            name="CC BY 4.0",
            url="https://creativecommons.org/licenses/by/4.0/",
            commercial=True,
            note="CI-SpliceAI's trained weights may be used by anyone who names their authors.",
        ),
        package="cispliceai==1.2.2",
        package_sha256="def1db5358848a19533fd387e0620fc0df79784b9e6e1cba1a045ad6678e1da7",
        weights=(
            WeightFile(
                name="CI-SpliceAI.pb",
                member="cispliceai/data/CI-SpliceAI.pb",
                size=15_946_046,
                sha256="34330c2fd844f73cbf2f8acef85f519cabc4350016e6f19ac2b935aa53b43d06",
            ),
        ),
    ),
    kind="sites",
    context=5_000,
    cost=Cost(start=3.6, per_million=9.1, peak=687),
    output_columns=outputs.delta_columns("cispliceai"),
    describe=outputs.deltas_in_words("cispliceai"),
    calibration_terms=outputs.SITE_TERMS,
)
