"""The figures of the page of one variant scored by regulatory track models, with titles and captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.models.registry import track_model
from landfall.regulation.rows import RegulatoryRow, StrongestTrackRow
from landfall.report.figures import regulation

Row = Mapping[str, Any]
TRACKS_CAPTION = (
    "Grey: signal with the reference allele. Line: with the variant. Below: their difference on its own scale, given "
    "at the right."
)
DARK = "Dark: the start of the gene."
NUMBERED = "Below the axis: the regions of the table."
MAPS = {
    "attention": "Attention shows which positions the model weights; it does not measure contacts of chromatin.",
    "contribution": "Contribution (gradient × input) shows on which bases the prediction depends.",
}


@dataclass(frozen=True)
class Figure:
    """A drawing, its title and its caption."""

    title: str
    drawing: Markup
    caption: str


def measured(line: StrongestTrackRow) -> str:
    """'RNA, brain (SK-N-DZ)', as far as known."""
    factor = f" {line['mark']}" if line["mark"] and line["mark"] != line["assay"] else ""
    what = f"{line['assay']}{factor}" or f"track {line['track']}"
    return f"{what}, {line['tissue']}" if line["tissue"] else what


def figures(
    row: RegulatoryRow,
    more: Mapping[str, Sequence[Row]],
    strongest: Sequence[StrongestTrackRow],
    titles: Mapping[str, str],
) -> list[Figure]:
    """Tracks, attention, contribution and in silico mutagenesis, model by model. more: rows of the variant by table."""
    found = []
    for model in dict.fromkeys(line["model"] for line in strongest):
        title = titles.get(model, model)
        own = {table: [line for line in rows if line["model"] == model] for table, rows in more.items()}
        named = {line["track"]: measured(line) for line in strongest if line["model"] == model}
        if own["regulation_bins"]:
            drawing = regulation.tracks(row, own["regulation_bins"], named)
            found.append(Figure(f"Tracks around gene and variant ({title})", drawing, TRACKS_CAPTION))
        for kind, words in MAPS.items():
            maps = {m["haplotype"]: m for m in own["regulation_attribution"] if m["kind"] == kind}
            if maps:
                stretches = own["regulation_stretches"]
                drawing = regulation.profile(row, maps["reference"], stretches, kind)
                sentences = [
                    _explained(maps["reference"], named),
                    regulation.describe(row, maps, kind),
                    words,
                ]
                dark = regulation.along(maps["reference"]).holds(row["tss"])
                keys = [DARK if dark else "", NUMBERED if stretches else ""]
                caption = " ".join(filter(None, [*sentences, *keys]))
                found.append(Figure(f"{kind.capitalize()} ({title})", drawing, caption))
        if own["regulation_mutagenesis"]:
            drawing = regulation.mutagenesis(row, own["regulation_mutagenesis"])
            target = named.get(own["regulation_mutagenesis"][0]["track"], "the track that changes most")
            caption = f"Each base of the reference changed to each other base: the change of {target}."
            found.append(Figure(f"Changes of single bases ({title})", drawing, caption))
    return found


def _explained(line: Row, named: Mapping[int, str]) -> str:
    """The target of an attribution; empty for attention, which has no track."""
    if line["track"] is None:
        return ""
    place = {"gene": ", at the gene's start", "variant": ", at the variant"}[line["attribution_target"]]
    track = named.get(line["track"], "the track that changes most")
    return f"Target: {track}{'' if track_model(line['model']).whole_window else place}."
