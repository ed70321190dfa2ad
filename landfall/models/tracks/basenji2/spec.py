"""Basenji2: the declaration."""

from __future__ import annotations

from landfall.models.info import FetchedFile, ModelInfo
from landfall.models.spec import TrackCost, TrackModelSpec
from landfall.models.tracks.base import Layout
from landfall.models.tracks.published import APACHE, CALICO_TARGETS

MODEL = TrackModelSpec(
    info=ModelInfo(
        name="basenji2",
        title="Basenji2",
        version="2020",
        citation="Kelley, PLoS Computational Biology 16:e1008050 (2020), doi:10.1371/journal.pcbi.1008050",
        licence=APACHE,
        fetched=(
            FetchedFile("model_human.h5", "https://storage.googleapis.com/basenji_barnyard2/model_human.h5"),
            FetchedFile(
                "basenji2.pth",
                "https://zenodo.org/records/14969593/files/basenji2.pth",
                md5="1f46acc933e05515faf4d7eec0e27d42",
            ),
        ),
        targets=(CALICO_TARGETS,),
    ),
    layout=Layout(length=131_072, variant=65_535, first=8_192, bin=128, bins=896),
    cost=TrackCost(window=4.6, alternate=0.44, peak=1500),
)
