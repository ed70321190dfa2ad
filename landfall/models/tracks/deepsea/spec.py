"""DeepSEA: the declaration."""

from __future__ import annotations

from landfall.models.info import FetchedFile, Licence, ModelInfo
from landfall.models.spec import TrackCost, TrackModelSpec
from landfall.models.tracks import e_values
from landfall.models.tracks.base import Layout

MODEL = TrackModelSpec(
    info=ModelInfo(
        name="deepsea",
        title="DeepSEA",
        version="0.94",
        citation="Zhou and Troyanskaya, Nature Methods 12:931 (2015), doi:10.1038/nmeth.3547",
        licence=Licence(
            name="CC BY 3.0",
            url="https://creativecommons.org/licenses/by/3.0/",
            commercial=True,
            note="DeepSEA's trained weights may be used by anyone who names their authors.",
        ),
        fetched=(
            FetchedFile(
                "deepsea_variant_effects.pth",
                "https://zenodo.org/record/1466993/files/deepsea_variant_effects.pth",
                md5="35956ab9c28960b5a3693f470fe980c1",
            ),
            FetchedFile(
                "deepsea_predict.pth",
                "https://zenodo.org/record/1466993/files/deepsea_predict.pth",
                md5="89e640bf6bdbe1ff165f484d9796efc7",
            ),
        ),
        targets=(
            FetchedFile(
                "predictor_names.txt",
                "https://raw.githubusercontent.com/kipoi/models/master/DeepSEA/variantEffects/predictor_names.txt",
            ),
        ),
    ),
    layout=Layout(length=1_000, variant=499, first=0, bin=1_000, bins=1, order="AGCT"),
    cost=TrackCost(window=0.048, alternate=0.030, peak=600),
    e_value_magnitude=e_values.product,
)
