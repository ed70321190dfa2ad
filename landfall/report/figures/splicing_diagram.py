"""The figure of splicing: exons and the changed piece, normal junctions above, predicted ones below."""

from __future__ import annotations

from markupsafe import Markup

from landfall.report import formatting
from landfall.report.case.case import CandidateCase
from landfall.report.figures import svg
from landfall.report.figures.exon_geometry import Piece, Span, Splicing, orient

WIDTH, MARGIN, TALL = 860, 90, 34
ARC = 46


def draw(case: CandidateCase) -> Markup | None:
    """The schematic as SVG, not to scale; None where the outcome changes no exon of the transcript."""
    s = case.splicing
    if s is None:
        return None
    edges = _edges(s)
    y = 30.0 + ARC
    parts = [_line(WIDTH - MARGIN, y)]
    parts += _arcs(s.normal, edges, y - TALL / 2, -ARC, "normal") + _arcs(
        s.predicted, edges, y + TALL / 2, ARC, "predicted"
    )
    for piece, (x, width) in zip(s.pieces, _places(s, edges), strict=True):
        whole = sum(other.exon == piece.exon for other in s.pieces) == 1
        parts += _piece(piece, whole, x, width, y)
    parts += [*_names(y), *_variant(case, s, edges, y)]
    title = f"Splicing of {case.row['gene']}: normal above, predicted with {case.row['hgvs_c']} below"
    return svg.picture(WIDTH, y + ARC + 44, title, parts)


def _line(end: float, y: float) -> Markup:
    return svg.line(MARGIN, y, end, y, "intron")


def _names(y: float) -> list[Markup]:
    return [
        svg.text(4, y - ARC / 2 - 16, "normal", "arc-name normal"),
        svg.text(4, y + ARC / 2 + 24, "predicted", "arc-name predicted"),
    ]


def _weight(piece: Piece) -> float:
    """Width of a piece: enough for its words, growing slowly with its size."""
    if not piece.normal and not piece.predicted:
        return 120
    if piece.normal and piece.predicted:
        return 92
    return 84 + min(piece.size, 400) / 8


def _edges(s: Splicing) -> dict[int, float]:
    """x of every piece boundary."""
    total = sum(_weight(piece) for piece in s.pieces)
    unit = min((WIDTH - 2 * MARGIN) / total, 1.5)
    x = MARGIN + (WIDTH - 2 * MARGIN - total * unit) / 2
    edges = {s.pieces[0].span[0]: x}
    for piece in s.pieces:
        x += _weight(piece) * unit
        edges[piece.span[1]] = x
    return edges


def _places(s: Splicing, edges: dict[int, float]) -> list[tuple[float, float]]:
    return [(edges[p.span[0]], edges[p.span[1]] - edges[p.span[0]]) for p in s.pieces]


def _piece(piece: Piece, whole: bool, x: float, width: float, y: float) -> list[Markup]:
    if not piece.normal and not piece.predicted:
        return [
            svg.text(x + width / 2, y + 14, f"{formatting.count(piece.size)} nt", "intron-size", "middle")
        ]
    cls, words = "block", f"exon {piece.exon}"
    if not piece.normal:
        cls, words = "block gained", f"+{formatting.count(piece.size)} nt"
    elif not piece.predicted:
        name = f"exon {piece.exon}, " if whole else ""
        cls, words = "block lost-part", f"{name}{formatting.MINUS}{formatting.count(piece.size)} nt"
    box = svg.rect(x, y - TALL / 2, width, TALL, cls, 2)
    return [box, svg.text(x + width / 2, y + 4.5, words, cls.replace("block", "block-name"), "middle")]


def _arcs(
    junctions: tuple[Span, ...], edges: dict[int, float], y: float, height: float, cls: str
) -> list[Markup]:
    """One arc per junction, drawn where both of its ends are in view."""
    parts = []
    for start, end in junctions:
        if start in edges and end in edges:
            a, b = edges[start], edges[end]
            peak = svg.number((a + b) / 2), svg.number(y + 1.9 * height)
            curve = f"M{svg.number(a)} {svg.number(y)}Q{' '.join(peak)} {svg.number(b)} {svg.number(y)}"
            parts.append(svg.path(curve, f"arc {cls}"))
    return parts


def _variant(case: CandidateCase, s: Splicing, edges: dict[int, float], y: float) -> list[Markup]:
    """A pointer to the position of the variant among the pieces."""
    first = case.row["pos"] - 1
    along = orient((first, first + 1), case.row["strand"])[0]
    for piece in s.pieces:
        if piece.span[0] <= along < piece.span[1]:
            a, b = edges[piece.span[0]], edges[piece.span[1]]
            x = a + (b - a) * (along - piece.span[0] + 0.5) / piece.size
            pointer = svg.points(
                (x, y - TALL / 2 - 2), (x - 5, y - TALL / 2 - 11), (x + 5, y - TALL / 2 - 11)
            )
            return [
                svg.element("polygon", points=pointer, cls="variant-mark"),
                svg.text(x, y - TALL / 2 - 15, case.row["hgvs_c"], "variant-name", "middle"),
            ]
    return []
