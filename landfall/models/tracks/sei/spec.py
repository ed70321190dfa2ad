"""Sei: the declaration."""

from __future__ import annotations

from landfall.models.info import FetchedFile, Licence, ModelInfo
from landfall.models.spec import TrackCost, TrackModelSpec
from landfall.models.tracks.base import Layout

ARCHIVE = "https://zenodo.org/record/4906997/files/sei_model.tar.gz"

MODEL = TrackModelSpec(
    info=ModelInfo(
        name="sei",
        title="Sei",
        version="1.0.0",
        citation="Chen et al., Nature Genetics 54:940 (2022), doi:10.1038/s41588-022-01102-2",
        licence=Licence(
            name="Sei academic licence",
            url="https://github.com/FunctionLab/sei-framework/blob/main/LICENSE",
            commercial=False,
            note="Sei's trained weights are free for academic research alone.",
        ),
        fetched=(FetchedFile("sei.pth", ARCHIVE, member="model/sei.pth"),),
        targets=(FetchedFile("target.names", ARCHIVE, member="model/target.names"),),
        beside=tuple(
            FetchedFile(name, ARCHIVE, member=f"model/{name}")
            for name in ("projvec_targets.npy", "histone_inds.npy", "seqclass.names")
        ),
    ),
    layout=Layout(length=4_096, variant=2_047, first=0, bin=4_096, bins=1, unknown=0.25),
    cost=TrackCost(window=1.9, alternate=0.36, peak=4300),
    has_classes=True,
)
