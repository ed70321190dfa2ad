"""The prediction step by step: on the reference sequence, and with the variant."""

from __future__ import annotations

from landfall.report import formatting
from landfall.report.case import narrative
from landfall.report.case.case import KINDS, CandidateCase, Site
from landfall.splicing.outcomes.used_site import position


def reference(case: CandidateCase, model: str, title: str) -> list[str]:
    """The prediction without the variant: the sites used by the outcome, and the normal junctions."""
    sentences = (*_before(case, model), _unused(case, model, title), _normally(case))
    return [sentence for sentence in sentences if sentence]


def _before(case: CandidateCase, model: str) -> list[str]:
    """The outcome's own sites with the reference allele."""
    o = case.outcome
    if o is None or o["event"] == "none":
        return []
    placed = [(kind, position(o, kind)) for kind in KINDS.values()]
    sites = [case.site(kind, pos, model) for kind, pos in placed if pos is not None]
    return [_stands(case, site) for site in sites if site.before is not None]


def _stands(case: CandidateCase, site: Site) -> str:
    """A site on the reference."""
    chance = (
        f"{formatting.locus(case.row['chrom'], site.pos)}, probability {formatting.probability(site.before)}"
    )
    if site.exon:
        return f"The {site.kind} of exon {site.exon} is annotated ({chance})."
    return (
        f"{'No cryptic' if (site.before or 0) < narrative.PRESENT else 'A cryptic'} {site.kind} ({chance})."
    )


def _unused(case: CandidateCase, model: str, title: str) -> str:
    """Whether the reference has any unannotated site in the scored window."""
    track = next((t for t in case.tracks if t.model == model), None)
    if track is None:
        return ""
    kinds = track.values["ref"].items()
    found = [
        case.site(kind, track.start + index + 1, model)
        for kind, values in kinds
        for index, value in enumerate(values)
        if value >= narrative.PRESENT
    ]
    cryptic = [site for site in found if not site.exon]
    view = f"the {formatting.plural(len(track.values['ref']['donor']), 'base')} scored by {title}"
    if not cryptic:
        return (
            f"Among {view} there is no unannotated splice site of probability {narrative.PRESENT:g} or more."
        )
    top = max(cryptic, key=lambda site: (site.before or 0, -site.pos))
    counted = formatting.plural(len(cryptic), "unannotated splice site")
    place = formatting.locus(case.row["chrom"], top.pos)
    return (
        f"Among {view} there {'is' if len(cryptic) == 1 else 'are'} {counted} of probability {narrative.PRESENT:g} or "
        f"more, the strongest {_a(top.kind)} at {place} ({formatting.probability(top.before)})."
    )


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "acceptor" else f"a {kind}"


def _normally(case: CandidateCase) -> str:
    """The normal junctions of the exons around the change."""
    s = case.splicing
    if s is None:
        return ""
    exons = list(dict.fromkeys(piece.exon for piece in s.pieces if piece.normal))
    if len(exons) < 2:
        return ""
    return f"Annotated splicing: {' to '.join(f'exon {exon}' for exon in exons)}."


def patient(case: CandidateCase, model: str, title: str) -> list[str]:
    """The prediction with the variant: site, mRNA, protein."""
    sentences = (
        narrative.site_sentence(case, model, title),
        narrative.mrna_sentence(case),
        narrative.protein_sentence(case),
    )
    return [sentence for sentence in sentences if sentence]
