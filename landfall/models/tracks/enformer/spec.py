"""Enformer: the declaration."""

from __future__ import annotations

from landfall.models.info import FetchedFile, Licence, ModelInfo
from landfall.models.spec import TrackCost, TrackModelSpec
from landfall.models.tracks.base import Layout
from landfall.models.tracks.published import CALICO_TARGETS

MODEL = TrackModelSpec(
    info=ModelInfo(
        name="enformer",
        title="Enformer",
        version="1",
        citation="Avsec et al., Nature Methods 18:1196 (2021), doi:10.1038/s41592-021-01252-x",
        licence=Licence(
            name="CC BY 4.0",
            url="https://creativecommons.org/licenses/by/4.0/",
            commercial=True,
            note="Enformer's trained weights may be used by anyone who names their authors.",
        ),
        fetched=(
            FetchedFile(
                "pytorch_model.bin",
                "https://huggingface.co/EleutherAI/enformer-official-rough/resolve/"
                "affe5713ae9017460706a44108289b13c5fee16c/pytorch_model.bin",
            ),
            FetchedFile(
                "enformer-fine-tuned-human-1.index",
                "gs://dm-enformer/models/enformer/sonnet_weights/",
            ),
        ),
        targets=(CALICO_TARGETS,),
    ),
    layout=Layout(length=196_608, variant=98_304, first=40_960, bin=128, bins=896),
    cost=TrackCost(window=50, alternate=15, peak=2900),
)
