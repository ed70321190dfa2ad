"""The finding in sentences, each made from values of the tables; nulls are left out."""

from __future__ import annotations

import re

from landfall.patient.inheritance.modes import LABELS
from landfall.ranking.finding.columns import has_kind
from landfall.ranking.rows import PrioritisedRow
from landfall.report import formatting
from landfall.report.case import finding_words, protein
from landfall.report.case.case import KINDS, CandidateCase, Site, cutoff, top_track
from landfall.splicing.model_scores import ModelScores
from landfall.splicing.outcomes.used_site import position, segment, used_site
from landfall.splicing.rows import OutcomeRow

EVENTS = {
    "pseudoexon": "pseudoexon",
    "exon_skipping": "exon skipping",
    "cryptic_acceptor": "cryptic acceptor",
    "cryptic_donor": "cryptic donor",
    "intron_retention": "intron retention",
    "exon_inclusion": "exon inclusion",
    "none": "no change of splicing called",
}
BY_CODING = "normal splicing; stop by the coding change"
"""In place of no change: the mRNA is spliced normally, and its coding bases have a stop."""
PRESENT = 0.1
"""P below which a splice site counts as absent."""


def event(row: PrioritisedRow) -> str:
    """The event of a prioritised row with its size: 'pseudoexon, 47 nt'."""
    if row["event"] is None:
        return formatting.DASH
    name = name_of(row["event"], row["event_ptc"])
    size = row["event_size_nt"]
    return name if size is None else f"{name}, {formatting.count(size)}{formatting.NBSP}nt"


def name_of(event: str, ptc: bool | None) -> str:
    """The event of an outcome with its cause: a stop in a normally spliced mRNA is one of the coding change."""
    return BY_CODING if by_coding(event, ptc) else EVENTS.get(event, event)


def by_coding(event: str, ptc: bool | None) -> bool:
    """Whether the coding change alone gives a premature stop: in a normally spliced mRNA nothing else can."""
    return event == "none" and bool(ptc)


def yes_no(value: bool | None, yes: str = "yes", no: str = "no") -> str:
    """A truth value in words, a dash for null."""
    return formatting.DASH if value is None else (yes if value else no)


def story(case: CandidateCase, group: finding_words.Group, model: str, title: str) -> list[str]:
    """The finding in three paragraphs: what it is, the evidence with family and disease, and the hypothesis."""
    by_splicing = has_kind(case.row, "splicing") or not case.row["flagged"]
    single = by_splicing and not finding_words.is_pair(group)
    first = headline(case, model, title) if single else finding_words.headline(group)
    return [first, finding_words.evidence(group), hypothesis(case, group)]


def headline(case: CandidateCase, model: str, title: str) -> str:
    """What the variant is predicted to do, from the site to the protein, in one sentence."""
    o, track = case.outcome, top_track(case.row, model)
    if (
        o is None
        or o["event"] == "none"
        or track is None
        or (ModelScores(case.row, model).ds(track) or 0.0) < 0.2
    ):
        return site_sentence(case, model, title)
    row = case.row
    site = _deciding(case, o, model)
    does = verb(site, lost=site.shift < 0)
    head = f"{row['gene']} {row['hgvs_c']}, {row['location']}, is predicted to {does}"
    weak = "; below the cut-offs, so a mere possibility," if case.weak else ""
    return f"{head}{weak} so that {_becomes(case, o)}{_reads(o)}."


def _deciding(case: CandidateCase, o: OutcomeRow, model: str) -> Site:
    """The site of the outcome that the variant changes most; the one behind the score where the outcome names none."""
    sites = [
        case.site(kind, used.pos, model)
        for kind in KINDS.values()
        if (used := used_site(o, kind)) is not None
    ]
    return max(sites, key=lambda site: abs(site.shift), default=leading_site(case, model))


def _becomes(case: CandidateCase, o: OutcomeRow) -> str:
    """What the mRNA becomes, without the numbers of the sites."""
    size = "a stretch" if o["size_nt"] is None else formatting.plural(o["size_nt"], "base")
    name = o["location"] or "the transcript"
    if o["event"] == "pseudoexon":
        return f"{size} of {name} enter the mRNA as a pseudoexon{between(case)}"
    if o["event"] == "exon_skipping":
        return f"the mRNA loses {name} ({size})"
    if o["event"] == "intron_retention":
        return f"{name} ({size}) stays in the mRNA"
    return f"the mRNA {'gains' if o['is_gain'] else 'loses'} {size} of {name}"


def _reads(o: OutcomeRow) -> str:
    """The effect of an outcome on the reading frame, as a clause."""
    if o["frameshift"] is None:
        return "; the effect on the reading frame is not assessed"
    frame = "the reading frame shifts" if o["frameshift"] else "the reading frame is kept"
    if not o["ptc"]:
        return f": {frame}"
    codon = "" if o["ptc_codon"] is None else f" at codon {formatting.count(o['ptc_codon'])}"
    link = "and" if o["frameshift"] else "but"
    return f": {frame} {link} translation meets a premature stop{codon}"


def site_sentence(case: CandidateCase, model: str, title: str) -> str:
    """What the variant does to which splice site, with score, probabilities and cut-off."""
    row, track = case.row, top_track(case.row, model)
    head = f"{row['gene']} {row['hgvs_c']}, {row['location']},"
    if track is None:
        return f"{head} has no score of {title}."
    value = ModelScores(row, model).ds(track)
    if value is None or value < 0.2:
        return f"{head} has a largest {title} score of {formatting.score(value)}, {cutoff(value)}."
    site = leading_site(case, model)
    where = f"{formatting.locus(row['chrom'], site.pos)}, {place(site.pos - row['pos'], row['strand'])}"
    chance = "" if site.after is None else f"; probability {formatting.change(site.before, site.after)}"
    return (
        f"{head} is predicted to {verb(site, track.endswith('l'))} at {where} "
        f"({title} {formatting.score(value)}, {cutoff(value)}{chance})."
    )


def leading_site(case: CandidateCase, model: str) -> Site:
    """The site behind the largest delta score of a scored case."""
    track = top_track(case.row, model)
    assert track is not None
    return case.site(KINDS[track[0]], case.row["pos"] + (ModelScores(case.row, model).dp(track) or 0), model)


def verb(site: Site, lost: bool) -> str:
    """'create a cryptic donor', 'abolish the acceptor of exon 12' ..."""
    own = f"the {site.kind} of exon {site.exon}" if site.exon else None
    if lost:
        gone = site.after is not None and site.after < PRESENT
        return f"{'abolish' if gone else 'weaken'} {own or f'an unannotated {site.kind}'}"
    if own:
        return f"strengthen {own}"
    if site.before is None:
        return f"create or strengthen a cryptic {site.kind}"
    return f"create a cryptic {site.kind}" if site.before < PRESENT else f"strengthen a cryptic {site.kind}"


def place(bases: int, strand: str) -> str:
    return "the variant base itself" if bases == 0 else f"{formatting.offset(bases, strand)} of the variant"


def mrna_sentence(case: CandidateCase) -> str:
    """The change of the mRNA in the most likely outcome."""
    o = case.outcome
    if o is None or o["event"] == "none":
        why = f" ({o['reason']})" if o and o["reason"] else ""
        if o and by_coding(o["event"], o["ptc"]):
            return "The mRNA is predicted to be spliced normally, with the coding change."
        return f"No change of the mRNA is called for this variant{why}."
    size = "a stretch" if o["size_nt"] is None else formatting.plural(o["size_nt"], "base")
    where = f" {_of(o)}" if o["location"] else ""
    change = _EVENT_SENTENCES.get(o["event"], _other)(case, o, size, where)
    return f"Below the cut-offs, a possibility only: {change[0].lower()}{change[1:]}" if case.weak else change


def _of(o: OutcomeRow) -> str:
    return f"of {o['location']}"


def _pseudoexon(case: CandidateCase, o: OutcomeRow, size: str, where: str) -> str:
    changed = segment(o)
    ends = "" if changed is None else f" ({formatting.span(case.row['chrom'], *changed)})"
    return (
        f"{_pair(case, o)}{size}{where}{ends} would be included in the mRNA as a pseudoexon{between(case)}."
    )


def _pair(case: CandidateCase, o: OutcomeRow) -> str:
    """The two sites of a pseudoexon, each with its change by the variant."""
    known = [(k, *used) for k in KINDS.values() if (used := used_site(o, k)) is not None]
    if len(known) < 2:
        return "The "
    first, second = [
        f"the {k} at {formatting.locus(case.row['chrom'], p)} ({formatting.change(b, a)})"
        for k, p, b, a in known
    ]
    return f"Between {first} and {second}, the "


def _skipping(case: CandidateCase, o: OutcomeRow, size: str, where: str) -> str:
    name = o["location"] or "the exon"
    joined = _joined(case)
    return f"The mRNA is predicted to lose {name} ({size}){joined}."


def _joined(case: CandidateCase) -> str:
    s = case.splicing
    if s is None or s.upstream is None or s.downstream is None:
        return ""
    return f": exon {s.upstream} is joined to exon {s.downstream}"


def between(case: CandidateCase) -> str:
    """' between exon 7 and exon 8', as far as known."""
    s = case.splicing
    if s is None or s.upstream is None or s.downstream is None:
        return ""
    return f" between exon {s.upstream} and exon {s.downstream}"


def _cryptic(case: CandidateCase, o: OutcomeRow, size: str, where: str) -> str:
    kind = o["event"].removeprefix("cryptic_")
    pos = position(o, kind)
    site = "" if pos is None else f" at {formatting.locus(case.row['chrom'], pos)}"
    moves = f"Splicing is predicted to shift to the cryptic {kind}{site}, so that the mRNA"
    return f"{moves} {'gains' if o['is_gain'] else 'loses'} {size}{where}."


def _retention(case: CandidateCase, o: OutcomeRow, size: str, where: str) -> str:
    name = o["location"] or "The intron"
    return f"{name[0].upper()}{name[1:]} ({size}) is predicted to be retained in the mRNA."


def _other(case: CandidateCase, o: OutcomeRow, size: str, where: str) -> str:
    name = EVENTS.get(o["event"], o["event"])
    return f"The mRNA is predicted to {'gain' if o['is_gain'] else 'lose'} {size}{where} ({name})."


_EVENT_SENTENCES = {
    "pseudoexon": _pseudoexon,
    "exon_skipping": _skipping,
    "cryptic_donor": _cryptic,
    "cryptic_acceptor": _cryptic,
    "intron_retention": _retention,
}


def protein_sentence(case: CandidateCase) -> str:
    """Reading frame, premature stop and nonsense-mediated decay of the most likely outcome."""
    o = case.outcome
    if o is None or (o["event"] == "none" and not o["ptc"]):
        return ""
    if o["frameshift"] is None:
        return (
            "The effect on the reading frame is not assessed: the change lies outside the coding sequence or at its "
            "start."
        )
    frame = _frame(o) + _stop(o)
    names = [short(name) for name in (o["hgvs_r"], o["hgvs_p"]) if name]
    return f"{frame}{_decay(o)}{' Predicted: ' + ', '.join(names) + '.' if names else ''}"


def short(name: str, longest: int = 60) -> str:
    """A name cut after a whole residue to at most ``longest`` characters; the facts give it in full."""
    if len(name) <= longest:
        return name
    return re.sub(r"[A-Z][a-z]?$", "", name[:longest]) + "…"


def _frame(o: OutcomeRow) -> str:
    if not o["frameshift"]:
        change = protein.in_frame(o)
        return f"The reading frame is kept ({change})" if change else "The reading frame is kept"
    size = o["size_nt"]
    why = f" ({formatting.count(size)} is not a multiple of three)" if size is not None and size % 3 else ""
    return f"The reading frame shifts{why}"


def _stop(o: OutcomeRow) -> str:
    if not o["ptc"]:
        return " without a premature stop codon." if o["ptc"] is not None else "."
    link = "with" if o["frameshift"] else "but the change introduces"
    codon = "" if o["ptc_codon"] is None else f" at codon {formatting.count(o['ptc_codon'])}"
    run = re.search(r"fs(?:Ter|\*)(\d+)", o["hgvs_p"] or "")
    new = f", the {formatting.ordinal(int(run[1]))} codon of the new frame" if run else ""
    return f", {link} a premature stop{codon}{new}."


def _decay(o: OutcomeRow) -> str:
    if o["nmd"] is None:
        return ""
    why = f" ({o['nmd_reason']})" if o["nmd_reason"] else ""
    return f" Nonsense-mediated decay of the mRNA is {'expected' if o['nmd'] else 'not expected'}{why}."


def hypothesis(case: CandidateCase, group: finding_words.Group) -> str:
    """The hypothesis for review, with the mode of inheritance that the genotype fits."""
    o, row = case.outcome, case.row
    mode = f"Inheritance: {row['inheritance']}."
    if not row["inheritance_fits"]:
        mode += " On its own this variant does not explain a disease of the gene."
    if row["flagged"] and finding_words.is_pair(group):
        both = f"two heterozygous variants of {row['gene']}, {' and '.join(one['hgvs_c'] for one in group)}"
        return (
            f"Hypothesis: {both}, explain the disease. Inheritance: {LABELS[row['best_inheritance_mode']]}."
        )
    variant = finding_words.a_variant(row)
    if o is not None and by_coding(o["event"], o["ptc"]):
        head = "Hypothesis" if row["flagged"] else "If the variant is causal"
        return f"{head}: {variant}, {finding_words.effect(row)}, that leads to {_effect(o)}. {mode}"
    if o is None or o["event"] == "none" or case.weak:
        if row["flagged"] and row["finding_kinds"] != "splicing":
            return f"Hypothesis: {variant}, {finding_words.effect(row)}, explains the disease. {mode}"
        return f"No hypothesis is drawn from this variant alone. {mode}"
    head = "Hypothesis" if row["flagged"] else "If the prediction holds"
    return f"{head}: {variant} that leads to {_effect(o)}{_part(o)}. {mode}"


def _part(o: OutcomeRow) -> str:
    """The share of transcripts."""
    if o["transcript_proportion"] is None:
        return ""
    rest = (
        "; most are expected to be spliced normally or otherwise" if o["transcript_proportion"] < 0.5 else ""
    )
    proportion = formatting.percent(o["transcript_proportion"])
    return f", in a predicted {proportion} of its transcripts{rest}"


def _effect(o: OutcomeRow) -> str:
    """The effect of the most likely outcome on the protein."""
    if o["ptc"]:
        return "loss of the protein by nonsense-mediated decay" if o["nmd"] else "a truncated protein"
    if o["frameshift"] is None:
        return "an altered transcript with unknown effect on the protein"
    if o["frameshift"]:
        return "a protein with an altered C-terminus"
    change = protein.in_frame(o)
    return f"an {change}" if change else "a protein with its reading frame kept"


def proof(case: CandidateCase) -> str:
    """The experiment that would confirm or refute the most likely outcome."""
    o, gene = case.outcome, case.row["gene"]
    tissue = f"RNA of a tissue that expresses {gene}"
    if o is None or o["event"] == "none":
        return f"RNA sequencing or RT-PCR across the region, on {tissue}, would show whether splicing is altered."
    decay = ""
    if o["nmd"]:
        decay = (
            " Nonsense-mediated decay may remove the aberrant product: compare cells with and without an inhibitor of "
            "it."
        )
    return (
        f"RT-PCR with {_primers(case)}, on {tissue}, with a control without the variant. {_products(o)}"
        f"Sanger sequencing of the aberrant product shows its exact junctions.{decay}"
    )


def _primers(case: CandidateCase) -> str:
    s = case.splicing
    if s is None or s.upstream is None or s.downstream is None:
        return "primers on either side of the change"
    return f"primers in exon {s.upstream} and exon {s.downstream}"


def _products(o: OutcomeRow) -> str:
    """The products to expect, if the size is known."""
    if o["size_nt"] is None:
        return ""
    size = f"{formatting.count(o['size_nt'])}{formatting.NBSP}bp"
    return f"Expect the normal product and one {size} {'longer' if o['is_gain'] else 'shorter'}. "


def not_flagged(row: PrioritisedRow) -> str:
    """Why a case shown is not put forward."""
    head = "A candidate" if row["finding_level"] == "candidate" else "Shown for its rank"
    return f"{head}, not put forward as a finding: {row['finding_reason']}"
