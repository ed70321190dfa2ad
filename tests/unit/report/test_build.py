"""The report: true to its tables, whole without a network, the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.report.build import build
from landfall.report.inputs import ReportInputs
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from landfall.variants.filters.rules import RULES
from landfall.variants.tables import LEDGER
from tests.unit.report import report_example as example

VOID = {"meta", "input", "br", "wbr", "link", "img"}


class Outline(HTMLParser):
    """Text without markup, and whether every element is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [] if tag in VOID else [tag]
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.targets += [value[1:] for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)


def words(html: str) -> str:
    """The text a reader sees, blanks evened out."""
    return re.sub(r"\s+", " ", "".join(Outline(html).words))


def with_outcome(**changes: Any) -> ReportInputs:
    """The example with its leading outcome changed."""
    rows = example.outcomes()
    rows[0] = {**rows[0], **changes}
    return example.full().with_tables(example.tables((OUTCOMES, rows)))


@pytest.fixture(scope="module")
def full() -> str:
    return build(example.full())


def test_two_builds_are_the_same(full: str) -> None:
    assert build(example.full()) == full


def test_order_of_rows_in_side_tables_does_not_matter(full: str) -> None:
    inputs = example.full()
    turned = {
        table.name: parquet.from_rows(table, inputs.rows(table)[::-1]) for table in (OUTCOMES, PROBABILITIES)
    }
    assert build(inputs.with_tables(turned)) == full


@pytest.mark.parametrize("make", [example.full, example.nothing, example.empty])
def test_markup_is_closed_and_links_lead_somewhere(make: Any) -> None:
    outline = Outline(build(make()))
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.targets) <= set(outline.ids)


def test_nothing_is_fetched(full: str) -> None:
    assert not re.search(r'(src|href)="(?!#)', full)
    assert "url(" not in full
    assert "@import" not in full


def test_summary_tells_the_leading_finding(full: str) -> None:
    text = words(full)
    assert "ALPHA1 c.752+784C>T, 784 bases into intron 7, is predicted to create a cryptic donor" in text
    assert "SpliceAI 0.91, at or above the high-precision cut-off of 0.8; probability 0.02 → 0.93" in text
    assert (
        "the 47 bases of intron 7 (chr2:124,869-124,915) would be included in the mRNA as a pseudoexon"
        in text
    )
    assert "premature stop at codon 264, the 14th codon of the new frame" in text
    assert "RT-PCR with primers in exon 7 and exon 8" in text
    assert (
        "GAMMA3 c.374+1G>A: heterozygous; 1 base into intron 4, predicted exon skipping, SpliceAI 0.99"
        in text
    )
    assert "Expect the normal product and one 47 bp longer" in text


def test_minus_strand_is_told_along_the_transcript(full: str) -> None:
    page = words(full)
    assert "strengthen a cryptic donor at chr7:503,400, 2 bases upstream of the variant" in page
    assert "as a pseudoexon between exon 4 and exon 5" in page
    assert "coordinates fall from left to right" in page


def test_skipped_exon_is_told_as_a_loss(full: str) -> None:
    page = words(full)
    assert "abolish the donor of exon 4 at chr9:802,196, 1 base upstream of the variant" in page
    assert "predicted to lose exon 4 (96 bases): exon 3 is joined to exon 5" in page
    assert "one 96 bp shorter" in page


def test_unflagged_candidate_is_not_called_a_hypothesis(full: str) -> None:
    page = words(full).split("not put forward as a finding", 1)[1]
    assert "the largest masked delta score is 0.46, the threshold 0.5" in page
    assert "On its own this variant does not explain a disease of the gene." in page
    assert "If the prediction holds: a heterozygous variant of BETA2" in page
    assert "Hypothesis:" not in page


def test_nothing_flagged_says_what_was_looked_at() -> None:
    text = words(build(example.nothing()))
    assert "No variant is put forward as a finding." in text
    assert "Of 4,133 alleles in the input, 50 passed every filter and were scored." in text
    assert "The largest delta score is SpliceAI 0.13." in text
    assert "Genes analysed: 214 genes" in text
    assert "does not exclude a splice variant" in text


def test_empty_candidate_list_and_bare_provenance() -> None:
    text = words(build(example.empty()))
    assert "there is no candidate to rank" in text
    assert "version not recorded" in text


def test_cases_without_tracks_outcomes_or_transcripts_are_shown() -> None:
    bare = replace(
        example.full().with_tables(example.tables((OUTCOMES, []), (PROBABILITIES, []))),
        transcripts=[],
    )
    text = words(build(bare))
    assert "No splice site probabilities were stored" in text
    assert "No change of the mRNA is called" in text


def test_nulls_of_a_non_coding_outcome_are_not_made_up() -> None:
    nulls = dict.fromkeys(
        (
            "frameshift",
            "ptc",
            "ptc_codon",
            "nmd",
            "nmd_reason",
            "hgvs_r",
            "hgvs_p",
            "inserted",
            "transcript_proportion",
        )
    )
    text = words(build(with_outcome(**nulls, protein_ref=None, protein_alt=None, protein_start=None)))
    page = text.split("Finding ALPHA1")[1].split("Finding GAMMA3")[0]
    assert (
        "The effect on the reading frame is not assessed: the change lies outside the coding sequence" in page
    )
    assert "Predicted:" not in page
    assert "None" not in page
    assert "decay" not in page.split("All predicted outcomes")[0]


def test_outcomes_below_the_cut_offs_are_told_as_possibilities() -> None:
    text = words(build(with_outcome(called=False)))
    assert "Below the cut-offs, a possibility only: between the acceptor" in text
    assert "No hypothesis is drawn from this variant alone." in text


def test_minor_outcome_is_not_told_as_the_whole() -> None:
    text = words(build(with_outcome(transcript_proportion=0.17)))
    assert "in a predicted 17% of its transcripts; most are expected" in text


@pytest.mark.parametrize(
    ("event", "is_gain", "start", "end", "said"),
    [
        ("cryptic_donor", True, 124_132, 124_180, "shift to the cryptic donor"),
        ("cryptic_donor", False, 124_100, 124_132, "so that the mRNA loses"),
        ("cryptic_acceptor", True, 127_950, 128_000, "shift to the cryptic acceptor"),
        ("intron_retention", True, 124_132, 128_000, "is predicted to be retained in the mRNA"),
        ("exon_inclusion", True, 125_000, 125_090, "exon inclusion"),
        ("exon_skipping", False, 124_000, 124_132, "is predicted to lose"),
        ("none", False, None, None, "No change of the mRNA is called"),
    ],
)
def test_every_event_has_its_sentence(event: str, is_gain: bool, start: Any, end: Any, said: str) -> None:
    size = None if start is None else end - start
    ptc = event != "none"
    text = words(
        build(with_outcome(event=event, is_gain=is_gain, start=start, end=end, size_nt=size, ptc=ptc))
    )
    assert said in text.split("Finding ALPHA1")[1].split("Finding GAMMA3")[0]


def test_everything_from_the_tables_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    row = example.row(
        gene=evil,
        location=evil,
        inheritance=evil,
        flagged=True,
        **example.FOUND,
        **example.spliceai((0.9, 0, 0, 0), (1, 1, 1, 1)),
    )
    inputs = replace(
        example.full().with_tables(example.tables((PRIORITISED, [row]))),
        sample=evil,
        provenance={**example.PROVENANCE, "banner": evil, "settings": {evil: evil}},
    )
    assert evil not in build(inputs)


def test_not_scored_candidates_and_rules_are_listed(full: str) -> None:
    text = words(full)
    assert "the model accepts <100> & refuses more" in text
    for rule in RULES:
        assert rule.stage != "normalise" or (rule.name in text and rule.meaning in text)
    assert "non-commercial use only" in text
    assert "ab" * 32 in text


def test_what_the_input_lacks_is_the_first_box_of_the_page(full: str) -> None:
    lacking = "No classified alleles are configured."
    inputs = example.full()
    html = build(replace(inputs, provenance={**inputs.provenance, "incomplete": [lacking]}))
    assert html.index("Incomplete input") < html.index(lacking) < html.index("Warnings of the run")
    assert "Incomplete input" not in full


def test_banner_only_where_one_is_given(full: str) -> None:
    assert "this is nobody's result" in words(full)
    assert 'class="banner"' not in build(example.empty())


def test_a_table_that_breaks_its_contract_is_refused() -> None:
    inputs = example.full()
    with pytest.raises(parquet.TableError, match="lacks"):
        build(inputs.with_tables({"ledger": inputs.table(LEDGER).drop_columns(["rule"])}))


def test_a_table_that_must_be_there_or_is_not_the_reports_is_refused() -> None:
    inputs = example.full()
    left = {name: table for name, table in inputs.tables.items() if name != "ledger"}
    with pytest.raises(parquet.TableError, match="the report lacks ledger"):
        build(replace(inputs, tables=left))
    with pytest.raises(parquet.TableError, match="no section of the report reads other"):
        build(inputs.with_tables({"other": inputs.table(LEDGER)}))


def test_pages_are_at_most_ten() -> None:
    rows = [
        example.row(
            rank=n,
            pos=1000 + n,
            flagged=True,
            **example.FOUND,
            **example.spliceai((0.9, 0, 0, 0), (1, 1, 1, 1)),
        )
        for n in range(1, 31)
    ]
    html = build(example.full().with_tables(example.tables((PRIORITISED, rows))))
    assert html.count('<section class="case"') == 10


def test_table_stops_at_five_hundred_and_says_so() -> None:
    rows = [example.row(rank=n, pos=1000 + n) for n in range(1, 701)]
    html = build(example.full().with_tables(example.tables((PRIORITISED, rows))))
    assert "500 shown of 700" in words(html)
    assert "The first 500 of 700 candidates are shown" in words(html)


def test_settings_say_how_much_is_shown() -> None:
    settings = {"report": {"max_candidates": 7, "max_cases": 1}}
    html = build(replace(example.full(), provenance={**example.PROVENANCE, "settings": settings}))
    assert html.count('<section class="case"') == 1
    assert "7 shown of 54" in words(html)
