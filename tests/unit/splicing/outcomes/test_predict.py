"""Every event with exact numbers, on both strands of the gene described in outcome_locus.py."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from math import exp, log, sqrt
from pathlib import Path

import pytest

from landfall.config.interpretation import Consequences
from landfall.genome.annotation.reader import read_gtf
from landfall.genome.encoding import one_hot
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import translate
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.splice.spliceai.model import Ensemble
from landfall.splicing.outcomes import site_strength
from landfall.splicing.outcomes.predict import Outcome, predict_outcomes
from landfall.splicing.outcomes.proportions import coefficients
from landfall.splicing.outcomes.sites import OutcomeSettings, SiteProbabilities, usage
from landfall.splicing.tables import OUTCOMES
from landfall.testing.outcome_locus import CODING, UTR3, UTR5, Case

B = coefficients()
PSEUDO = {("acceptor", 1000): (0.0, 0.8), ("donor", 1046): (0.0, 0.8)}
"""47 nt of intron 2, of which 1048 is the second base behind the donor."""
DEEP = (1048, "C", "T")


@pytest.fixture(params=["+", "-"])
def strand(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def oracle(message: str) -> str:
    """The protein of an mRNA of the test gene, to its first stop."""
    protein = translate(message[50:])
    return protein[: protein.index("*") + 1]


def of(outcomes: Sequence[Outcome], event: str) -> Outcome:
    """The likeliest outcome of a kind."""
    return next(outcome for outcome in outcomes if outcome.event == event)


def retained(loss: float) -> float:
    """Strength of intron retention."""
    return sqrt(loss)


def skipped(most: float, least: float) -> float:
    """Strength of skipping an exon of strong sites, by its largest and smallest loss."""
    return sqrt(most) * exp(B["skipping"] + B["skipping.other_loss"] * log(max(least, 0.05)))


def cryptic(p: float, native: float = 1.0) -> float:
    """Strength of a cryptic site by its P(alternate) and P(reference) of the one it replaces."""
    return sqrt(p) * exp(B["cryptic"] + B["cryptic.native"] * log((native + 0.02) / (1.02 - native)))


def parted(changed: float, *strengths: float) -> list[float]:
    """Weights of outcomes of a damaged site that change so much together."""
    return [changed * strength / sum(strengths) for strength in strengths]


def test_the_test_gene_reads_to_its_end() -> None:
    assert len(CODING) == 300
    assert oracle(UTR5 + CODING + UTR3).index("*") == 99


def test_outcome_has_the_columns_of_the_table() -> None:
    assert {field.name for field in fields(Outcome)} == set(OUTCOMES.names) - set(site_strength.COLUMNS)


def test_pseudoexon_in_another_frame(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    first, none = case.predict(DEEP, PSEUDO)
    assert (first.event, first.size_nt, first.is_gain, first.location) == ("pseudoexon", 47, True, "intron 2")
    assert case.segment(first) == (1000, 1047)
    assert first.acceptor == case.on_contig(1000) + 1
    assert first.donor == case.on_contig(1046) + 1
    assert (first.acceptor_ref, first.acceptor_alt, first.donor_alt) == (0.0, 0.8, 0.8)
    assert first.inserted == "C" * 47
    assert first.hgvs_r == "r.(140_141ins140+211_141-244)"
    # 46 codons of exons 1 and 2, 17 that hold 2 + 47 + 2 bases (17 * 3 = 51), then TAG
    assert (first.frameshift, first.ptc, first.ptc_codon) == (True, True, 64)
    assert first.hgvs_p == "p.(Glu47AspfsTer18)"
    # the stop begins at 50 + 63 * 3 = 239 of an mRNA whose last junction is at 100 + 90 + 47 + 90 = 327
    assert first.nmd is True
    assert first.nmd_reason == "the stop lies 88 nt before the last exon junction, more than 50"
    assert first.protein_start == 37
    assert first.protein_alt is not None
    assert first.protein_alt.endswith("*")
    assert first.transcript_proportion == pytest.approx(0.8)
    assert none.event == "none"
    assert none.transcript_proportion == pytest.approx(0.2)
    assert (none.hgvs_r, none.hgvs_p, none.ptc) == ("r.(=)", "p.(=)", False)


def test_pseudoexon_in_frame_with_a_stop_inside(tmp_path: Path, strand: str) -> None:
    """Its size is a multiple of three, and yet the protein is cut short (as in DYSF PE50.1)."""
    # codon 47 is two bases of exon 2 and the first of the segment; the third codon behind it is TGA
    case = Case(tmp_path, strand, {1007: "TGA"})
    first = case.predict(DEEP, PSEUDO | {("donor", 1046): (0.0, 0.0), ("donor", 1047): (0.0, 0.8)})[0]
    assert (first.size_nt, first.frameshift, first.ptc, first.ptc_codon) == (48, False, True, 50)
    assert first.hgvs_p == "p.(Ala46_Glu47insAspProProTer)"


def test_variant_inside_a_pseudoexon_is_in_its_bases_and_name(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    first = case.predict((1010, "C", "T"), PSEUDO)[0]
    assert first.inserted == "C" * 10 + "T" + "C" * 36
    assert first.hgvs_r == "r.(140_141ins[140+211_140+220;u;140+222_141-244])"


def test_insertion_inside_a_pseudoexon_changes_its_size(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand, {1010: "A"})
    first = case.predict((1010, "A", "AGG"), PSEUDO)[0]
    assert (first.size_nt, first.frameshift) == (49, True)
    assert first.inserted == "C" * 10 + "AGG" + "C" * 36
    assert first.hgvs_r == "r.(140_141ins[140+211_140+221;gg;140+222_141-244])"


def test_deletion_inside_a_pseudoexon_changes_its_size_and_frame(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand, {1010: "AGT"})
    first = case.predict((1010, "AGT", "A"), PSEUDO)[0]
    assert (first.size_nt, first.frameshift) == (45, False)
    assert first.inserted == "C" * 10 + "A" + "C" * 34


def test_size_limits_are_those_of_the_alternate_sequence(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand, {1010: "A"})
    short = {("acceptor", 1000): (0.0, 0.8), ("donor", 1023): (0.0, 0.8)}
    near = OutcomeSettings(max_extension=100)
    assert [o.event for o in case.predict((1010, "A", "T"), short, near)] == ["none"]
    assert case.predict((1010, "A", "AG"), short, near)[0].size_nt == 25


def test_donor_within_an_insertion_is_found_by_its_gt(tmp_path: Path) -> None:
    """An insertion's probabilities lie on the base before it; the exon ends where GT follows."""
    case = Case(tmp_path, "+", {1046: "A"})
    first = case.predict((1046, "A", "AAAAGTC"), PSEUDO)[0]
    assert first.inserted == "C" * 46 + "AAAA"
    assert first.size_nt == 50


def test_pseudoexon_accepts_a_strong_partner_that_does_not_change(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    strong = case.predict(DEEP, {("acceptor", 1000): (0.6, 0.6), ("donor", 1046): (0.0, 0.8)})
    assert strong[0].event == "pseudoexon"
    weak = case.predict(DEEP, {("acceptor", 1000): (0.05, 0.05), ("donor", 1046): (0.0, 0.8)})
    assert [o.event for o in weak] == ["none"]
    assert "without a partner within the window" in weak[0].reason


def test_pseudoexon_sites_share_their_partners(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    outcomes = case.predict(DEEP, PSEUDO | {("acceptor", 980): (0.0, 0.2)})
    assert [(o.event, o.size_nt) for o in outcomes] == [
        ("pseudoexon", 47),
        ("pseudoexon", 67),
        ("none", None),
    ]
    shares = [0.8 * 0.64 / (0.64 + 0.16), 0.8 * 0.16 / (0.64 + 0.16), 0.2]
    assert [o.transcript_proportion for o in outcomes] == pytest.approx(shares)


def test_pseudoexon_needs_the_donor_before_it(tmp_path: Path, strand: str) -> None:
    """TP53 c.993+2T>G: exon 9 has lost its donor, so an exon of the intron behind it cannot be joined to it."""
    case = Case(tmp_path, strand)
    outcomes = case.predict((790, "C", "A"), PSEUDO | {("donor", 789): (1.0, 0.0)})
    assert "pseudoexon" not in {o.event for o in outcomes}
    half = case.predict((790, "C", "A"), PSEUDO | {("donor", 789): (1.0, 0.85)})
    assert [o.event for o in half] == ["pseudoexon", "none"]
    k = usage(0.85)
    assert (1 - 0.8 * k) * (1 - k) < 2 * OutcomeSettings().min_share, "skipping and retention are left out"
    assert [o.transcript_proportion for o in half] == pytest.approx([0.8 * k, 1 - 0.8 * k])


def test_weak_pairs_are_listed_as_possibilities(tmp_path: Path, strand: str) -> None:
    """DYSF c.4886+1249G>T has gains of 0.017 and 0.26 at the sites of its pseudoexon."""
    case = Case(tmp_path, strand)
    weak = {("acceptor", 1000): (0.0, 0.017), ("donor", 1046): (0.0, 0.16)}
    first = case.predict(DEEP, weak)[0]
    assert (first.event, first.called) == ("pseudoexon", False)
    assert "below the cut-offs of 0.1 and 0.02" in first.reason
    assert [o.event for o in case.predict(DEEP, weak, OutcomeSettings(listed_delta=0.2))] == ["none"]


def test_a_pseudoexon_is_called_from_a_cutoff_of_its_own(tmp_path: Path, strand: str) -> None:
    """CFTR c.3718-2477C>T has gains of 0.10 and 0.16 and makes its pseudoexon."""
    case = Case(tmp_path, strand)
    weak = {("acceptor", 1000): (0.0, 0.10), ("donor", 1046): (0.0, 0.16)}
    called = [
        case.predict(DEEP, weak, OutcomeSettings(min_pseudoexon_delta=least))[0].called
        for least in (0.15, 0.17)
    ]
    assert called == [True, False]
    assert case.predict(DEEP, weak)[0].called
    near = case.predict((795, "C", "T"), {("donor", 799): (0.0, 0.16)})
    assert not any(o.called for o in near if o.event == "cryptic_donor"), "at an exon the cut-off is another"


def test_the_likeliest_outcome_is_called_where_splicing_is_probably_affected(
    tmp_path: Path, strand: str
) -> None:
    """Of possibilities below the cut-offs, and of those that are not even listed without the probability."""
    case, limits = Case(tmp_path, strand), OutcomeSettings(min_pseudoexon_delta=0.2)
    for sites in ((0.10, 0.16), (0.03, 0.05)):
        weak = {("acceptor", 1000): (0.0, sites[0]), ("donor", 1046): (0.0, sites[1])}
        unlikely = case.predict(DEEP, weak, limits, splice_probability=0.4)
        assert unlikely[-1].called
        first, none = case.predict(DEEP, weak, limits, splice_probability=0.93)
        assert (first.event, first.size_nt, first.called, none.called) == ("pseudoexon", 47, True, False)
        assert "calibrated probability of 0.93" in first.reason
        assert sum(o.transcript_proportion or 0 for o in (first, none)) == pytest.approx(1)


def test_a_probable_effect_without_any_changed_site_is_named_so(tmp_path: Path, strand: str) -> None:
    (none,) = Case(tmp_path, strand).predict(DEEP, {}, splice_probability=0.93)
    assert none.called
    assert "but splicing is affected with a calibrated probability of 0.93" in none.reason


def test_a_called_event_stays_the_first_where_splicing_is_probably_affected(
    tmp_path: Path, strand: str
) -> None:
    case = Case(tmp_path, strand)
    assert case.predict(DEEP, PSEUDO, splice_probability=0.93) == case.predict(DEEP, PSEUDO)


def test_an_outcome_does_not_depend_on_the_window_that_holds_its_sites(tmp_path: Path, strand: str) -> None:
    """As for distances D that all hold the sites; a window without one names it as unknown."""
    case = Case(tmp_path, strand)
    sites = {("donor", 789): (1.0, 0.05), ("donor", 830): (0.0, 0.4)}
    whole, part = (case.predict((790, "C", "A"), sites, view=view) for view in ((0, 2_100), (150, 1_950)))
    assert whole == part
    short = case.predict((790, "C", "A"), sites, view=(760, 900))
    skipped = of(short, "exon_skipping")
    assert "acceptor at" in skipped.reason
    assert "outside the scored window, its change is unknown" in skipped.reason
    assert skipped.transcript_proportion == pytest.approx(of(whole, "exon_skipping").transcript_proportion)


def test_called_events_precede_likelier_possibilities(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = {("acceptor", 1000): (0.0, 0.25), ("donor", 1046): (0.0, 0.03)}
    sites |= {("acceptor", 410): (0.0, 0.5), ("donor", 456): (0.06, 0.075)}
    assert [o.size_nt for o in case.predict(DEEP, sites)] == [47, 47, None]
    assert [o.location for o in case.predict(DEEP, sites)] == ["intron 2", "intron 1", None]


def test_cryptic_donor_in_the_intron(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    outcomes = case.predict((795, "C", "T"), {("donor", 799): (0.0, 0.9), ("donor", 789): (1.0, 0.4)})
    first, none = of(outcomes, "cryptic_donor"), outcomes[-1]
    assert (first.event, first.size_nt, first.is_gain, first.location) == (
        "cryptic_donor",
        10,
        True,
        "intron 2",
    )
    assert case.segment(first) == (790, 800)
    assert first.inserted == "CCCCCTCCCC"
    assert first.hgvs_r == "r.(140_141ins[140+1_140+5;u;140+7_140+10])"
    assert first.frameshift is True
    assert (first.acceptor, first.donor) == (case.on_contig(700) + 1, case.on_contig(799) + 1)
    k = usage(0.4)
    normal = k / (k + 0.9)
    displaced = (k - normal) * (0.9 - 0.6) / 0.9
    moved, _, _ = parted(1 - normal - displaced, cryptic(0.9), retained(0.6), skipped(0.6, 0))
    assert (first.transcript_proportion, none.transcript_proportion) == pytest.approx(
        (displaced + moved, normal)
    )


def test_cryptic_donor_in_the_exon(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    base = case.sequence[780]
    alt = "G" if base != "G" else "T"
    first = of(
        case.predict((780, base, alt), {("donor", 777): (0.0, 0.9), ("donor", 789): (1.0, 0.1)}),
        "cryptic_donor",
    )
    assert (first.event, first.size_nt, first.is_gain, first.location) == (
        "cryptic_donor",
        12,
        False,
        "exon 2",
    )
    assert case.segment(first) == (778, 790)
    assert first.hgvs_r == "r.(129_140del)"
    assert (first.frameshift, first.ptc, first.inserted) == (False, False, None)


def test_cryptic_acceptor_in_the_intron(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = {("acceptor", 1280): (0.0, 0.7), ("acceptor", 1290): (1.0, 0.2)}
    first = of(case.predict((1270, "C", "G"), sites), "cryptic_acceptor")
    assert (first.event, first.size_nt, first.location) == ("cryptic_acceptor", 10, "intron 2")
    assert case.segment(first) == (1280, 1290)
    assert first.hgvs_r == "r.(140_141ins141-10_141-1)"
    # 140 + 10 coding bases end with codon 50; exon 3 is read on as ACT AGA CGC TGA
    assert (first.frameshift, first.ptc, first.ptc_codon) == (True, True, 54)
    message = UTR5 + CODING[:140] + "C" * 10 + CODING[140:] + UTR3
    assert len(oracle(message)) == 54


def test_cryptic_acceptor_in_the_exon_with_the_variant_applied(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    assert case.sequence[1340] == CODING[190]
    alt = "T" if CODING[190] != "T" else "G"
    sites = {("acceptor", 1302): (0.0, 0.7), ("acceptor", 1290): (1.0, 0.2)}
    first = of(case.predict((1340, CODING[190], alt), sites), "cryptic_acceptor")
    assert (first.event, first.size_nt, first.is_gain) == ("cryptic_acceptor", 12, False)
    own = f"191{CODING[190]}>{alt}".lower().replace("t", "u")
    assert first.hgvs_r == f"r.([141_152del;{own}])"


def test_site_that_was_there_takes_over_where_the_annotated_one_is_lost(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    outcomes = case.predict((791, "C", "A"), {("donor", 799): (0.5, 0.5), ("donor", 789): (1.0, 0.0)})
    assert "pre-existing site" in of(outcomes, "cryptic_donor").reason


def test_exon_skipping(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = {("acceptor", 700): (1.0, 0.1), ("donor", 789): (1.0, 0.1)}
    outcomes = case.predict((790, "C", "A"), sites)
    first, none = outcomes[0], outcomes[-1]
    assert (first.event, first.size_nt, first.is_gain, first.location) == (
        "exon_skipping",
        90,
        False,
        "exon 2",
    )
    assert case.segment(first) == (700, 790)
    assert first.hgvs_r == "r.(51_140del)"
    assert (first.frameshift, first.ptc, first.nmd) == (False, False, None)
    lost, _, _ = parted(1 - usage(0.1), skipped(0.9, 0.9), retained(0.9), retained(0.9))
    assert (first.transcript_proportion, none.transcript_proportion) == pytest.approx((lost, usage(0.1)))


def test_skipping_of_two_exons(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = dict.fromkeys((("acceptor", 700), ("donor", 789)), (1.0, 0.3))
    sites |= dict.fromkeys((("acceptor", 1290), ("donor", 1379)), (1.0, 0.3))
    outcomes = case.predict((790, "C", "A"), sites)
    double = next(o for o in outcomes if o.location == "exons 2 to 3")
    assert (double.event, double.size_nt, double.hgvs_r) == ("exon_skipping", 180, "r.(51_230del)")
    assert case.segment(double) == (700, 1380)


def test_intron_retention(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = {("donor", 789): (1.0, 0.2), ("acceptor", 1290): (1.0, 0.3)}
    first = of(case.predict((790, "C", "A"), sites), "intron_retention")
    assert (first.size_nt, first.is_gain) == (500, True)
    assert case.segment(first) == (790, 1290)
    assert first.inserted == "A" + "C" * 499
    assert first.hgvs_r == "r.(140_141ins[a;140+2_141-1])"
    assert (first.frameshift, first.ptc) == (True, True)
    # the retained intron makes one exon of 90 + 500 + 90 bases
    assert first.nmd is False
    assert first.nmd_reason == "the stop lies in an exon of 680 nt, longer than 400"


def test_a_lost_site_has_a_consequence_although_its_partner_is_unchanged(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    outcomes = case.predict((790, "C", "A"), {("donor", 789): (1.0, 0.0)})
    assert [o.event for o in outcomes] == ["exon_skipping", "intron_retention", "none"]
    assert [o.transcript_proportion for o in outcomes] == pytest.approx(
        [*parted(1, skipped(1, 0), retained(1)), 0]
    )
    assert outcomes[0].reason.endswith(
        f"of exon 2 loses strength, {site(case, 'acceptor', 700)} (1.00 to 1.00) does not; a loss of 0.2 or more"
    )


def site(case: Case, kind: str, base: int) -> str:
    return f"{kind} at {case.on_contig(base) + 1}"


def test_the_exon_is_skipped_the_more_so_where_its_other_site_falls_too(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    both = case.predict((790, "C", "A"), {("acceptor", 700): (1.0, 0.3), ("donor", 789): (1.0, 0.0)})
    one = case.predict((790, "C", "A"), {("acceptor", 700): (1.0, 1.0), ("donor", 789): (1.0, 0.0)})
    (most, some) = ((of(found, "exon_skipping").transcript_proportion or 0) for found in (both, one))
    assert both[0].event == "exon_skipping"
    assert most > some + 0.1


def test_a_stronger_cryptic_site_is_likelier(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = {("donor", 789): (1.0, 0.0), ("donor", 839): (0.0, 0.8), ("donor", 989): (0.0, 0.2)}
    strong, weak = [o for o in case.predict((790, "C", "A"), sites) if o.event == "cryptic_donor"]
    assert (strong.size_nt, weak.size_nt) == (50, 200)
    assert weak.transcript_proportion == pytest.approx((strong.transcript_proportion or 0) / 2)


def test_a_cryptic_site_takes_over_more_easily_from_a_weak_one(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    odds = []
    for native in (1.0, 0.7):
        sites = {("donor", 789): (native, 0.0), ("donor", 799): (0.0, 0.5)}
        outcomes = case.predict((790, "C", "A"), sites)
        odds.append(
            (of(outcomes, "cryptic_donor").transcript_proportion or 0)
            / (of(outcomes, "intron_retention").transcript_proportion or 1)
        )
    assert odds[1] / odds[0] == pytest.approx(cryptic(0.5, 0.7) / cryptic(0.5, 1.0))
    assert odds[1] > odds[0]


def test_an_exon_of_the_transcript_is_included_more_often(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = {("acceptor", 700): (0.2, 0.8), ("donor", 789): (0.2, 0.8)}
    first, none = case.predict((795, "C", "T"), sites)
    assert (first.event, first.location, first.size_nt, first.called) == (
        "exon_inclusion",
        "exon 2",
        90,
        True,
    )
    assert case.segment(first) == (700, 790)
    assert (first.hgvs_r, first.hgvs_p, first.frameshift, first.ptc) == ("r.(=)", "p.(=)", False, False)
    assert (first.transcript_proportion, none.transcript_proportion) == pytest.approx((0.6, 0.4))


def test_an_exon_of_another_transcript_is_no_pseudoexon(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    new = case.predict(DEEP, PSEUDO)[0]
    assert (new.start, new.end) != (None, None)
    known = case.predict(DEEP, PSEUDO, gene_exons={(new.start or 0, new.end or 0)})[0]
    assert (known.event, known.size_nt, known.transcript_proportion, known.hgvs_r) == (
        "exon_inclusion", new.size_nt, new.transcript_proportion, new.hgvs_r,
    )  # fmt: skip
    assert "an exon of another transcript" in known.reason


def test_a_lost_site_whose_partner_is_out_of_view(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    outcomes = case.predict((790, "C", "A"), {("donor", 789): (1.0, 0.1)}, view=(750, 900))
    assert {o.event for o in outcomes} == {"exon_skipping", "intron_retention", "none"}
    assert all(o.acceptor is None for o in outcomes)


def test_nothing_predicted_is_one_row(tmp_path: Path, strand: str) -> None:
    (none,) = Case(tmp_path, strand).predict(DEEP, {})
    assert (none.event, none.outcome, none.transcript_proportion, none.start, none.size_nt) == (
        "none",
        1,
        1.0,
        None,
        None,
    )
    assert (none.frameshift, none.ptc, none.nmd) == (False, False, None)


def test_exonic_variant_is_read_with_normal_splicing(tmp_path: Path, strand: str) -> None:
    """GAA of codon 3 becomes TAA."""
    case = Case(tmp_path, strand)
    (none,) = case.predict((156, "G", "T"), {})
    assert (none.hgvs_r, none.hgvs_p) == ("r.(7g>u)", "p.(Glu3Ter)")
    assert (none.ptc, none.ptc_codon, none.nmd) == (True, 3, False)
    assert none.nmd_reason == "the stop lies 6 nt downstream of the start codon, within 100"


@pytest.mark.parametrize("unit", ["ACT", "AC"])
def test_insertion_at_an_acceptor_belongs_to_the_exon(tmp_path: Path, unit: str) -> None:
    """AG|ACT becomes AG|ACTACT: left-aligned it stands in the intron, whose last base the site is folded into."""
    case = Case(tmp_path, "+", {1288: "AG"})
    assert case.sequence[1290:1293] == "ACT"
    folded = {("acceptor", 1289): (0.0, 0.97), ("acceptor", 1290): (1.0, 0.01)}
    (none,) = case.predict((1289, "G", "G" + unit), folded)
    assert (none.event, none.transcript_proportion) == ("none", 1.0)
    assert none.frameshift is (len(unit) == 2)
    assert none.hgvs_r == {"ACT": "r.(142_144dup)", "AC": "r.(141_142dup)"}[unit]


def test_insertion_at_a_donor_belongs_to_the_exon_if_gt_follows_it(tmp_path: Path) -> None:
    """A|GT becomes ATTA|GT: the insertion is folded into the exon's last base, and the donor with it."""
    last = CODING[139]
    case = Case(tmp_path, "+", {790: "GT"})
    (none,) = case.predict((789, last, last + "TTA"), {("donor", 789): (1.0, 0.95)})
    assert (none.event, none.frameshift) == ("none", False)
    (behind,) = case.predict((789, last, last + "GTA"), {("donor", 789): (1.0, 0.95)})
    assert (behind.event, behind.hgvs_p, behind.frameshift) == ("none", "p.(=)", False)


def test_frame_counts_coding_bases_only(tmp_path: Path, strand: str) -> None:
    """Exon 2 begins in the 5'UTR here: of its 90 bases 60 code, from its 31st on; losing it loses the
    start.
    """
    case = Case(tmp_path, strand, cds=(730, 1950))
    skipped = case.predict((790, "C", "A"), {("acceptor", 700): (1.0, 0.1), ("donor", 789): (1.0, 0.1)})[0]
    assert (skipped.frameshift, skipped.ptc, skipped.hgvs_p) == (None, None, "p.(Met1?)")
    assert "start codon is lost" in skipped.reason
    sites = {("acceptor", 691): (0.0, 0.9), ("acceptor", 700): (1.0, 0.1)}
    in_utr = of(case.predict((690, "C", "G"), sites), "cryptic_acceptor")
    assert (in_utr.size_nt, in_utr.frameshift, in_utr.ptc, in_utr.hgvs_p) == (9, None, None, "p.(=)")


def test_non_coding_transcript(tmp_path: Path, strand: str) -> None:
    first = Case(tmp_path, strand, cds=None).predict(DEEP, PSEUDO)[0]
    assert (first.frameshift, first.ptc, first.nmd, first.hgvs_p) == (None, None, None, None)
    assert first.hgvs_r == "r.(190_191ins190+211_191-244)"


def test_unknown_bases_behind_the_change_leave_the_stop_open(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand, {1290: "N" * 90, 1880: "N" * 120})
    first = case.predict(DEEP, PSEUDO)[0]
    assert (first.event, first.frameshift, first.ptc, first.nmd) == ("pseudoexon", True, None, None)
    assert "the reference is N at codon 63" in first.reason


def test_unknown_bases_before_the_change_do_not_hide_a_stop(tmp_path: Path, strand: str) -> None:
    """The reference frame is open by annotation, so codons are counted through it."""
    first = Case(tmp_path, strand, {100: "N" * 100}).predict(DEEP, PSEUDO)[0]
    assert (first.ptc, first.ptc_codon, first.hgvs_p) == (True, 64, "p.(Glu47AspfsTer18)")


@pytest.mark.parametrize(
    ("allele", "sites"),
    [
        (DEEP, PSEUDO | {("acceptor", 980): (0.0, 0.2)}),
        ((1010, "C", "T"), PSEUDO),
        ((1010, "CC", "GT"), PSEUDO),
        ((795, "C", "T"), {("donor", 799): (0.0, 0.9), ("donor", 789): (1.0, 0.4)}),
        ((1270, "C", "G"), {("acceptor", 1280): (0.0, 0.7), ("acceptor", 1290): (1.0, 0.2)}),
        ((790, "C", "A"), {("acceptor", 700): (1.0, 0.1), ("donor", 789): (1.0, 0.1)}),
    ],
)
def test_mirrored_locus_gives_the_mirrored_outcomes(
    tmp_path: Path, allele: tuple[int, str, str], sites: dict[tuple[str, int], tuple[float, float]]
) -> None:
    cases = [Case(tmp_path, strand) for strand in "+-"]
    plus, minus = ([_along(case, o) for o in case.predict(allele, sites)] for case in cases)
    assert plus == minus


def _along(case: Case, outcome: Outcome) -> dict[str, object]:
    """An outcome with all its positions along the transcript."""
    row = asdict(outcome) | {"pos": None, "ref": None, "alt": None, "reason": None}
    if outcome.start is not None:
        row["start"], row["end"] = case.segment(outcome)
    for site in ("acceptor", "donor"):
        if row[site] is not None:
            row[site] = case.on_contig(row[site] - 1)
    return row


def test_rows_keep_the_contract_and_shares_add_to_one(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = PSEUDO | {("acceptor", 980): (0.0, 0.2), ("donor", 820): (0.0, 0.4), ("donor", 789): (1.0, 0.7)}
    sites |= {("acceptor", 700): (1.0, 0.8)}
    outcomes = case.predict(DEEP, sites)
    table = parquet.from_rows(OUTCOMES, [o.row() for o in outcomes])
    assert table.num_rows == len(outcomes) > 3
    assert sum(o.transcript_proportion or 0 for o in outcomes) == pytest.approx(1)
    assert [o.outcome for o in outcomes] == list(range(1, len(outcomes) + 1))
    assert outcomes[-1].event == "none"


def test_no_more_outcomes_than_wanted(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    sites = PSEUDO | {("acceptor", base): (0.0, 0.3) for base in range(900, 990, 10)}
    outcomes = case.predict(DEEP, sites, OutcomeSettings(max_outcomes=3))
    assert len(outcomes) == 4
    assert sum(o.transcript_proportion or 0 for o in outcomes) == pytest.approx(1)


def test_arrays_of_different_lengths_are_refused() -> None:
    row = {"ref_acceptor": [0.0], "ref_donor": [0.0], "alt_acceptor": [0.0, 0.0], "alt_donor": [0.0]}
    with pytest.raises(ValueError, match="differ in length"):
        SiteProbabilities.of(0, row)


WEIGHTS = Path(__file__).resolve().parents[4] / "resources" / "weights" / "spliceai"
FAVOURITE = {"DYSF c.4886+1249G>T": 88}
"""Where the model prefers another size than the published one, which is then listed behind it."""


@pytest.mark.shared_data
@pytest.mark.slow
def test_published_pseudoexons_have_their_size(shared_data: Path) -> None:
    """Eight real variants scored at 500 bases: the published size is the first outcome but for one."""
    if not WEIGHTS.is_dir():
        pytest.skip(f"SpliceAI's weights not found at {WEIGHTS}")
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    transcripts = read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    genes = {t.gene: t for t in transcripts if t.tag}
    model = Ensemble(WEIGHTS)
    with (shared_data / "truth" / "pseudoexons.GRCh38.tsv").open() as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    for row in rows:
        variant = Variant(row["chrom"], int(row["pos"]), row["ref"], row["alt"])
        probabilities = score(model, variant, genes[row["gene"]], genome)
        outcomes = predict_outcomes(variant, genes[row["gene"]], probabilities, genome)
        check_published(row, outcomes)


def score(model: Ensemble, variant: Variant, transcript: Transcript, genome: Genome) -> SiteProbabilities:
    """A substitution scored 500 bases to either side, N outside the transcript."""
    start, end = variant.start - 5_500, variant.end + 5_500
    low, high = max(start, transcript.start), min(end, transcript.end)
    window = ("N" * (low - start) + genome.fetch(variant.chrom, low, high)).ljust(end - start, "N")
    arrays = {}
    for name, base in (("ref", variant.ref), ("alt", variant.alt)):
        sequence = window[:5_500] + base + window[5_501:]
        sequence = sequence if transcript.forward else reverse_complement(sequence)
        values = model.predict(one_hot([sequence]))[0][:: 1 if transcript.forward else -1]
        arrays |= {f"{name}_acceptor": values[:, 1], f"{name}_donor": values[:, 2]}
    return SiteProbabilities.of(variant.start - 500, arrays)


def check_published(row: dict[str, str], outcomes: list[Outcome]) -> None:
    size, name = int(row["pseudoexon_nt"]), f"{row['gene']} {row['hgvs_c']}"
    if not size:
        assert [o.event for o in outcomes] == ["none"], name
        return
    sizes = [o.size_nt for o in outcomes if o.event == "pseudoexon"]
    assert outcomes[0].event == "pseudoexon", name
    assert sizes[0] == FAVOURITE.get(name, size), name
    assert size in sizes, name
    if name in FAVOURITE:
        listed = next(o for o in outcomes if o.size_nt == size)
        assert listed.acceptor == 71_661_722
        assert listed.acceptor_alt == pytest.approx(0.017, abs=0.0005)
    if name == "DYSF c.5668-824C>T":
        assert (outcomes[0].frameshift, outcomes[0].ptc, outcomes[0].nmd) == (False, True, True)


NMD = [
    ({}, "the stop lies 88 nt before the last exon junction, more than 50", True),
    ({"last_junction_nt": 88}, "the stop lies 88 nt before the last exon junction, within 88", False),
    ({"start_proximal_nt": 190}, "the stop lies 189 nt downstream of the start codon, within 190", False),
    ({"long_exon_nt": 80}, "the stop lies in an exon of 90 nt, longer than 80", False),
    ({"long_exon_nt": 0}, "the stop lies 88 nt before the last exon junction, more than 50", True),
]


@pytest.mark.parametrize(("limits", "reason", "decays"), NMD)
def test_each_rule_of_decay_is_a_setting(
    tmp_path: Path, strand: str, limits: dict[str, int], reason: str, decays: bool
) -> None:
    first = Case(tmp_path, strand).predict(DEEP, PSEUDO, OutcomeSettings(**limits))[0]
    assert (first.nmd_reason, first.nmd) == (reason, decays)


def test_no_stop_is_near_a_start_that_is_not_known(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    case.transcript = replace(case.transcript, open_start=True)
    first = case.predict(DEEP, PSEUDO, OutcomeSettings(start_proximal_nt=190))[0]
    assert (first.nmd_reason, first.nmd) == (
        "the stop lies 88 nt before the last exon junction, more than 50",
        True,
    )


def test_a_frame_that_the_ribosome_changes_gives_no_protein(tmp_path: Path, strand: str) -> None:
    case = Case(tmp_path, strand)
    case.transcript = replace(case.transcript, slippage=True)
    first = case.predict(DEEP, PSEUDO, OutcomeSettings())[0]
    assert (first.hgvs_p, first.ptc, first.frameshift, first.nmd) == (None, None, None, None)
    assert "ribosomal slippage" in first.reason


@pytest.mark.parametrize("escapes", [True, False])
def test_an_mrna_without_a_junction(tmp_path: Path, escapes: bool) -> None:
    case = Case(tmp_path, "+")
    single = Transcript("GENE", "G1", "T1", "chrT", "+", ((100, 200),), 150, 200)
    around = SiteProbabilities.of(
        0, {f"{a}_{k}": [0.0] for a in ("ref", "alt") for k in ("acceptor", "donor")}
    )
    settings = OutcomeSettings(single_exon_escapes=escapes)
    (none,) = predict_outcomes(Variant("chrT", 157, "G", "T"), single, around, case.genome, settings)
    assert (none.ptc, none.nmd, none.nmd_reason) == (True, not escapes, "the mRNA has a single exon")


def test_bug_settings_of_outcomes_were_declared_twice() -> None:
    """Those of the configuration are declared there alone, with their defaults."""
    assert issubclass(OutcomeSettings, Consequences)
    assert not set(OutcomeSettings.__annotations__) & set(Consequences.model_fields)
