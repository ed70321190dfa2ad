"""The figure of splice site probabilities: reference above, patient below, the gene to scale underneath."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from markupsafe import Markup

from landfall.genome.transcripts import Transcript
from landfall.report import formatting
from landfall.report.case.case import KINDS, CandidateCase, Site, Track
from landfall.report.figures import exon_geometry, svg
from landfall.report.figures.label_layout import LabelRequest, Placed, place
from landfall.report.figures.scale import Scale
from landfall.splicing.outcomes.used_site import position

WIDTH, LEFT, RIGHT = 860, 58, 14
PANEL, LEVEL, FLOOR, NOTABLE, SHIFTED = 104, 17, 0.01, 0.1, 0.05
MOST_SITES = 8
AROUND, MARGIN = 500, 50
"""Bases shown on either side of the variant, and beyond the outermost site shown."""


def sites(case: CandidateCase, track: Track) -> list[Site]:
    """The splice sites to name: of the outcome, those that change, those that stay; 5' to 3'."""
    found = {key: case.site(*key, track.model) for key in _candidates(case, track)}
    used = {(kind, position(case.outcome, kind)) for kind in KINDS.values()} if case.outcome else set()
    ranked = sorted(
        found.values(),
        key=lambda s: ((s.kind, s.pos) not in used, -abs(s.shift), -max(s.before or 0, s.after or 0), s.pos),
    )
    sign = -1 if case.row["strand"] == "-" else 1
    return sorted(ranked[:MOST_SITES], key=lambda s: (sign * s.pos, s.kind))


def _candidates(case: CandidateCase, track: Track) -> Iterator[tuple[str, int]]:
    for kind in KINDS.values():
        before, after = track.values["ref"][kind], track.values["alt"][kind]
        for index, (b, a) in enumerate(zip(before, after, strict=True)):
            if max(a, b) >= NOTABLE:
                yield kind, track.start + index + 1
        event = position(case.outcome, kind) if case.outcome else None
        if event is not None and 0 <= event - 1 - track.start < len(before):
            yield kind, event


def in_view(case: CandidateCase, track: Track) -> Track:
    """The part of a track that is shown: AROUND bases on either side of the variant, and every site of the outcome or
    with a change of SHIFTED.
    """
    places = [case.row["pos"] - 1 - track.start]
    for kind in KINDS.values():
        pairs = zip(track.values["ref"][kind], track.values["alt"][kind], strict=True)
        places += [index for index, (ref, alt) in enumerate(pairs) if abs(alt - ref) >= SHIFTED]
        if case.outcome and (pos := position(case.outcome, kind)) is not None:
            places.append(pos - 1 - track.start)
    length = len(track.values["ref"]["donor"])
    variant = places[0]
    first = max(0, min(min(places) - MARGIN, variant - AROUND))
    last = min(length, max(max(places) + MARGIN, variant + AROUND) + 1)
    values = {a: {k: each[first:last] for k, each in kinds.items()} for a, kinds in track.values.items()}
    return replace(track, start=track.start + first, values=values)


def draw(case: CandidateCase, track: Track) -> Markup:
    """The whole figure as SVG."""
    track = in_view(case, track)
    end = track.start + len(track.values["ref"]["donor"])
    scale = Scale(track.start, end, LEFT, WIDTH - RIGHT, case.row["strand"])
    placed = _labels(case, track, scale)
    band = LEVEL * (max(label.level for label in placed) + 1) + 2.0
    tops = (band + 14.0, band + 14.0 + PANEL + 26)
    floor = tops[1] + PANEL
    parts = [
        *_segment(case, scale, band + 4, floor + 50),
        *_panel("Reference", tops[0]),
        *_panel("Patient", tops[1]),
    ]
    parts += _leaders(placed, band, floor)
    for allele, top in zip(("ref", "alt"), tops, strict=True):
        parts += _stems(track, allele, top + PANEL, scale)
    parts += _gene(case.transcript, scale, floor + 34) if case.transcript else []
    parts += [*_axis(case, scale, floor + 72), *_words(placed, band)]
    title = f"Splice site probabilities around {case.row['gene']} {case.row['hgvs_c']}, reference and patient"
    return svg.picture(WIDTH, floor + 110, title, parts)


def _labels(case: CandidateCase, track: Track, scale: Scale) -> list[Placed]:
    """The sites that the event uses or that change, and the variant, named above the panels.

    Sites that stay as they are need no name: the exons underneath show which they are.
    """
    used = {(kind, position(case.outcome, kind)) for kind in KINDS.values()} if case.outcome else set()
    named = [s for s in sites(case, track) if (s.kind, s.pos) in used or abs(s.shift) >= SHIFTED]
    requests = [LabelRequest(scale.base(s.pos), _site_words(s), s.kind, s.kind == "acceptor") for s in named]
    variant = LabelRequest(scale.base(case.row["pos"]), f"variant {case.row['hgvs_c']}", "variant", False)
    return place([*requests, variant], WIDTH)


def _site_words(site: Site) -> str:
    name = f"{site.kind}, exon {site.exon}" if site.exon else site.kind
    return f"{name} · {formatting.count(site.pos)} · {formatting.change(site.before, site.after)}"


def _leaders(placed: list[Placed], band: float, floor: float) -> list[Markup]:
    return [
        svg.line(p.request.x, _base(p, band) + 3, p.request.x, floor, f"leader {p.request.cls}")
        for p in placed
    ]


def _words(placed: list[Placed], band: float) -> list[Markup]:
    return [_word(label, _base(label, band)) for label in placed]


def _word(label: Placed, y: float) -> Markup:
    x, anchor = (label.right, "end") if label.ends else (label.left, "start")
    return svg.text(x, y, label.request.words, f"site {label.request.cls}", anchor)


def _base(label: Placed, band: float) -> float:
    """y of the base line of a label."""
    return band - LEVEL * label.level - 5


def _segment(case: CandidateCase, scale: Scale, top: float, bottom: float) -> list[Markup]:
    """The bases that the mRNA gains or loses, shaded through both panels, with their number."""
    o = case.outcome
    if o is None or o["start"] is None or o["end"] is None:
        return []
    x, width = scale.span(o["start"], o["end"])
    if width <= 0:
        return []
    kind = "gained" if o["is_gain"] else "lost-part"
    size = f"{formatting.MINUS if not o['is_gain'] else '+'}{formatting.count(o['end'] - o['start'])} nt"
    return [
        svg.rect(x, top, width, bottom - top, f"shade {kind}"),
        svg.text(x + width / 2, bottom + 11, size, f"size {kind}", "middle"),
    ]


def _panel(name: str, top: float) -> list[Markup]:
    """Frame, grid and y axis of one panel."""
    parts = []
    for value in (0.0, 0.5, 1.0):
        y = top + PANEL * (1 - value)
        parts.append(svg.line(LEFT, y, WIDTH - RIGHT, y, "axis" if value == 0 else "grid"))
        parts.append(svg.text(LEFT - 6, y + 4, f"{value:g}", "tick", "end"))
    middle = top + PANEL / 2
    turn = f"rotate(-90 14 {svg.number(middle)})"
    parts.append(
        svg.element("text", name, x=14, y=middle, cls="panel-name", text_anchor="middle", transform=turn)
    )
    return parts


def _stems(track: Track, allele: str, floor: float, scale: Scale) -> list[Markup]:
    """One stem per base whose probability is above the floor; acceptors round, donors square."""
    parts = []
    for kind, values in track.values[allele].items():
        for index, value in enumerate(values):
            if value > FLOOR:
                x, y = scale.base(track.start + index + 1), floor - PANEL * value
                parts.append(svg.line(x, floor, x, y, f"stem {kind}"))
                parts += [mark(x, y, kind)] if value >= NOTABLE else []
    return parts


def mark(x: float, y: float, kind: str) -> Markup:
    """The head of a stem: acceptor and donor differ in shape and colour."""
    if kind == "acceptor":
        return svg.element("circle", cx=x, cy=y, r=4, cls="head acceptor")
    return svg.rect(x - 3.6, y - 3.6, 7.2, 7.2, "head donor")


def _gene(transcript: Transcript, scale: Scale, y: float) -> list[Markup]:
    """Introns as a line with chevrons, exons as boxes, their coding part taller; all to scale."""
    x, width = scale.span(transcript.start, transcript.end)
    parts = [svg.line(x, y, x + width, y, "intron")]
    parts += [
        svg.path(f"M{svg.number(c - 3)} {svg.number(y - 4)}l4 4l-4 4", "chevron") for c in _chevrons(x, width)
    ]
    for number, exon in enumerate(exon_geometry.exons(transcript), 1):
        parts += _exon(transcript, exon_geometry.orient(exon, transcript.strand), number, scale, y)
    return parts + _beyond(transcript, scale, y)


def _chevrons(x: float, width: float) -> list[float]:
    return [x + 40 * n for n in range(1, int(width // 40) + 1)]


def _exon(transcript: Transcript, exon: tuple[int, int], number: int, scale: Scale, y: float) -> list[Markup]:
    x, width = scale.span(*exon)
    if width <= 0:
        return []
    parts = [svg.rect(x, y - 6, width, 12, "exon")]
    if transcript.cds_start is not None and transcript.cds_end is not None:
        coding = max(exon[0], transcript.cds_start), min(exon[1], transcript.cds_end)
        parts += [svg.rect(*_box(scale.span(*coding), y), "exon")] if coding[0] < coding[1] else []
    centre = min(max(x + width / 2, LEFT + 22), WIDTH - RIGHT - 22)
    return [*parts, svg.text(centre, y - 14, f"exon {number}", "exon-name", "middle")]


def _beyond(transcript: Transcript, scale: Scale, y: float) -> list[Markup]:
    """The distance of the next exons outside the window: an intron at its edge is not the end of the gene."""
    view = exon_geometry.orient((scale.start, scale.end), scale.strand)
    numbered = list(enumerate(exon_geometry.exons(transcript), 1))
    before = [(number, view[0] - end) for number, (_, end) in numbered if end <= view[0]]
    after = [(number, start - view[1]) for number, (start, _) in numbered if start >= view[1]]
    parts = []
    if before:
        words = f"← exon {before[-1][0]}, {formatting.plural(before[-1][1], 'base')} away"
        parts.append(svg.text(LEFT, y + 20, words, "tick"))
    if after:
        words = f"exon {after[0][0]}, {formatting.plural(after[0][1], 'base')} away →"
        parts.append(svg.text(WIDTH - RIGHT, y + 20, words, "tick", "end"))
    return parts


def _box(span: tuple[float, float], y: float) -> tuple[float, float, float, float]:
    return span[0], y - 10, span[1], 20


def _axis(case: CandidateCase, scale: Scale, y: float) -> list[Markup]:
    """Contig coordinates, read 5' to 3' of the transcript."""
    parts = [svg.line(LEFT, y, WIDTH - RIGHT, y, "axis")]
    for pos in _ticks(scale):
        x = scale.base(pos)
        parts += [
            svg.line(x, y, x, y + 5, "axis"),
            svg.text(x, y + 17, formatting.count(pos), "tick", "middle"),
        ]
    turned = "; − strand, so coordinates fall from left to right" if scale.strand == "-" else ""
    words = f"{case.row['chrom']}, base; transcript 5′ → 3′ from left to right{turned}"
    return [*parts, svg.text(LEFT, y + 31, words, "tick")]


def _ticks(scale: Scale) -> list[int]:
    """Round positions, about six of them, away from the ends where their labels would be cut."""
    steps = [m * 10**e for e in range(1, 8) for m in (1, 2, 5)]
    step = next(s for s in steps if scale.length / s <= 7)
    first = -(-(scale.start + 1) // step) * step
    ticks = range(first, scale.end + 1, step)
    return [pos for pos in ticks if LEFT + 20 < scale.base(pos) < WIDTH - RIGHT - 30]
