"""DeepSEA Beluga: the declaration."""

from __future__ import annotations

from landfall.models.info import FetchedFile, Licence, ModelInfo
from landfall.models.spec import TrackCost, TrackModelSpec
from landfall.models.tracks import e_values
from landfall.models.tracks.base import Layout

MODEL = TrackModelSpec(
    info=ModelInfo(
        name="beluga",
        title="DeepSEA Beluga",
        version="2018",
        citation="Zhou et al., Nature Genetics 50:1171 (2018), doi:10.1038/s41588-018-0160-6",
        licence=Licence(
            name="Princeton academic licence",
            url="https://github.com/FunctionLab/ExPecto/blob/master/LICENSE",
            commercial=False,
            note="Beluga's trained weights are free for academic use and may not be passed on.",
        ),
        fetched=(
            FetchedFile(
                "deepsea.beluga.pth",
                "https://zenodo.org/record/3402406/files/deepsea.beluga.pth",
                md5="62360f2db4ac96554d28d058b50ab654",
            ),
        ),
        targets=(
            FetchedFile(
                "deepsea_beluga_2002_features.tsv",
                "https://raw.githubusercontent.com/FunctionLab/ExPecto/master/resources/deepsea_beluga_2002_features.tsv",
            ),
        ),
    ),
    layout=Layout(length=2_000, variant=999, first=0, bin=2_000, bins=1, order="AGCT"),
    cost=TrackCost(window=0.19, alternate=0.18, peak=1100),
    e_value_magnitude=e_values.difference,
)
