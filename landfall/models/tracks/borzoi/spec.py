"""Borzoi: the declaration."""

from __future__ import annotations

from landfall.models.info import FetchedFile, ModelInfo
from landfall.models.spec import TrackCost, TrackModelSpec
from landfall.models.tracks.base import Layout
from landfall.models.tracks.published import APACHE

MODEL = TrackModelSpec(
    info=ModelInfo(
        name="borzoi",
        title="Borzoi",
        version="2023",
        citation="Linder et al., Nature Genetics 57:949 (2025), doi:10.1038/s41588-024-02053-6",
        licence=APACHE,
        fetched=tuple(
            FetchedFile(
                f"f{fold}/model0_best.h5",
                f"https://storage.googleapis.com/seqnn-share/borzoi/f{fold}/model0_best.h5",
            )
            for fold in range(4)
        ),
        targets=(
            FetchedFile("targets.txt", "https://storage.googleapis.com/seqnn-share/borzoi/hg38/targets.txt"),
            FetchedFile(
                "targets_human.txt", "https://storage.googleapis.com/seqnn-share/borzoi/hg38/targets.txt"
            ),
        ),
        beside=(
            FetchedFile("params_pred.json", "https://github.com/calico/borzoi"),
            FetchedFile("params.json", "https://storage.googleapis.com/seqnn-share/borzoi/params.json"),
        ),
    ),
    layout=Layout(length=524_288, variant=262_143, first=512, bin=32, bins=16_352),
    cost=TrackCost(window=90, alternate=73, peak=11_000),
    needs_targets=True,
    stranded=True,
)
