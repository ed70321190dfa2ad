"""What ``landfall splice`` scores and prints of an allele in a gene: the rules of landfall and of the original."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.base import SpliceModel
from landfall.models.registry import splice_model
from landfall.models.spec import SpliceModelSpec
from landfall.models.splice import delta_scores
from landfall.models.splice.outputs import VcfField
from landfall.splicing.score_rows import score_rows
from landfall.splicing.scored import Scored
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.vcf import spliceai_compat
from landfall.splicing.windows import Reach, as_spelled, choose_transcripts, refusal
from landfall.variants.filters.scoring import OUTSIDE_TRANSCRIPTS

DOTS = "|".join("." * 8)


@dataclass(frozen=True)
class Options:
    """The command line. ``rules``: original (output of the original) or landfall (every allele, any representation)."""

    input: str
    output: str
    reference: Path
    annotation: str
    distance: int = 50
    masked: bool = False
    rules: str = "original"
    threads: int = 1
    device: str = "auto"
    batch: int = 8
    resume: bool = False
    resources: Path = Path("resources")
    precision: str = "float32"
    parquet: Path | None = None
    model: str = "spliceai"

    @property
    def spec(self) -> SpliceModelSpec:
        return splice_model(self.model)

    @property
    def field(self) -> VcfField:
        """The INFO field of the scores."""
        assert self.spec.vcf_field is not None
        return self.spec.vcf_field

    @property
    def reasons(self) -> str:
        """The INFO field of the reasons for missing scores."""
        return f"{self.field.name}_not_scored"

    @property
    def info(self) -> dict[str, str]:
        """Names and descriptions of the INFO fields that are written."""
        what = f"Why an allele has no {self.field.name} score"
        reasons = f"{what}. Format: ALLELE|REASON, ALLELE|SYMBOL|REASON in a gene"
        return {self.field.name: self.field.description, self.reasons: reasons}

    @property
    def weights(self) -> Path:
        """The folder of the model's weights."""
        return self.resources / "weights" / self.model


@dataclass(frozen=True)
class Planned:
    """One allele of a record in one gene: the variant to score, or a reason. ``moved``: bases from the record's POS."""

    alt: str
    variant: Variant | None = None
    gene: Transcript | None = None
    moved: int = 0
    reason: str = ""

    @property
    def label(self) -> str:
        """ALLELE|SYMBOL, or ALLELE alone outside genes."""
        names = [self.alt, *([self.gene.gene] if self.gene else [])]
        return "|".join(map(spliceai_compat.printable, names))


@dataclass
class Rules:
    """Rules for scoring and printing: those of landfall, the base class of the original's."""

    genome: Genome
    genes: Sequence[Transcript]
    model: SpliceModel
    options: Options
    sink: parquet.TableWriter | None = None
    index: GeneIndex = field(init=False)
    order: dict[int, int] = field(init=False)
    sites: dict[tuple[str, str], delta_scores.Sites] = field(init=False)
    layer: SiteAlignment = field(init=False)

    def __post_init__(self) -> None:
        self.index = GeneIndex(self.genes)
        self.layer = SiteAlignment(self.genome, self.genes)
        self.order = {id(gene): number for number, gene in enumerate(self.genes)}
        grouped: dict[tuple[str, str], list[Transcript]] = defaultdict(list)
        for gene in self.genes:
            grouped[gene.chrom, gene.gene].append(gene)
        self.sites = {key: delta_scores.annotated_sites(members) for key, members in grouped.items()}

    @property
    def reach(self) -> Reach:
        return Reach(self.model.context, self.options.distance, max_unknown_fraction=0.5)

    def moved(self, variant: Variant, gene: Transcript) -> int:
        """Shift in bases of the alignment of an allele with the reference."""
        return self.layer.moved(variant, gene)

    def plan(self, chrom: str, pos: int, ref: str, alt: str) -> list[Planned]:
        """One entry per gene that overlaps the allele, normalised; one with a reason without any."""
        contig = self.genome.aliases.get(chrom)
        reason = self._unreadable(contig, pos, ref, alt)
        if reason or contig is None:
            return [Planned(alt, reason=reason or "contig_unknown")]
        variant = spelling(contig, pos, ref.upper(), alt.upper(), self.genome)
        chosen = choose_transcripts(variant, (), lambda v: self.index.overlapping(v.chrom, v.start, v.end))
        planned = []
        for gene in chosen:
            refused = refusal(variant, gene, self.genome, self.reach)
            planned.append(Planned(alt, variant, gene, variant.pos - pos, refused.rule if refused else ""))
        return planned or [Planned(alt, reason=OUTSIDE_TRANSCRIPTS.name)]

    def _unreadable(self, contig: str | None, pos: int, ref: str, alt: str) -> str:
        if contig is None:
            return "contig_unknown"
        if set(alt.upper()) - set("ACGT") or not alt:
            return "no_sequence"
        bases = self.genome.fetch(contig, pos - 1, pos - 1 + len(ref))
        if not ref or bases != ref.upper():
            return "ref_mismatch"
        return "no_change" if ref.upper() == alt.upper() else ""

    outputs = len(delta_scores.COLUMNS)
    past_allele = False
    """As of :func:`landfall.splicing.scoring.score_windows`."""

    def without_score(self, planned: Planned) -> str:
        """The string of an allele without scores in a gene; empty for none."""
        return ""

    def rows(self, scored: Scored) -> list[dict[str, object]]:
        """Rows of tables.SCORES, unrounded, raw and masked, positions relative to pos of the scored representation."""
        gene = scored.placement.transcript
        assert gene is not None
        return score_rows(scored, self.model.info.name, self.sites[gene.chrom, gene.gene])

    def string(self, scored: Scored, planned: Planned) -> str:
        """The scores in the original's format, positions relative to the record's POS."""
        assert planned.gene is not None
        assert scored.ref is not None
        assert scored.alt is not None
        origin = scored.placement.variant.start - scored.start
        if self.options.masked:
            sites = self.sites[planned.gene.chrom, planned.gene.gene]
            numbers = delta_scores.masked_delta_scores(scored.ref, scored.alt, origin, scored.start, sites)
        else:
            numbers = delta_scores.delta_scores(scored.ref, scored.alt, origin)
        prefix = "masked_" if self.options.masked else ""
        scores = "|".join(f"{numbers[f'{prefix}ds_{suffix}']:.2f}" for suffix, _, _ in delta_scores.EVENTS)
        moved = planned.moved
        positions = "|".join(f"{numbers[f'{prefix}dp_{s}'] + moved:.0f}" for s, _, _ in delta_scores.EVENTS)
        return f"{planned.label}|{scores}|{positions}"


class OriginalRules(Rules):
    """Scoring and printing of the original, in the order of its gene table."""

    @property
    def reach(self) -> Reach:
        distance = self.options.distance
        return Reach(self.model.context, distance, max_unknown_fraction=1.0, longest_ref=2 * distance)

    def moved(self, variant: Variant, gene: Transcript) -> int:
        return as_spelled(variant, gene)

    def without_score(self, planned: Planned) -> str:
        return f"{planned.label}|{DOTS}"

    def plan(self, chrom: str, pos: int, ref: str, alt: str) -> list[Planned]:
        contig = self.genome.aliases.get(chrom)
        if contig is None:
            return [Planned(alt, reason="contig_unknown")]
        holding = self.index.overlapping(contig, pos - 1, pos)
        if not holding:
            return [Planned(alt, reason=OUTSIDE_TRANSCRIPTS.name)]
        variant = Variant(contig, pos, ref, alt)
        reason = self.passed_over(variant)
        if reason:
            return [Planned(alt, reason=reason.replace(" ", "_"))]
        dots = "several_bases_on_both_sides" if self.unscored(variant) else ""
        chosen = [*_representatives(holding), *choose_transcripts(variant, (), lambda _: _others(holding))]
        return [
            Planned(alt, variant, gene, 0, dots) for gene in sorted(chosen, key=lambda g: self.order[id(g)])
        ]

    def passed_over(self, variant: Variant) -> str | None:
        """Why SpliceAI's command prints nothing for a record in a gene, or None."""
        return spliceai_compat.passed_over(variant, self.genome, self.reach)

    def unscored(self, variant: Variant) -> bool:
        """Whether SpliceAI's command gives no score for alleles of these lengths."""
        return len(variant.ref) > 1 and len(variant.alt) > 1

    def string(self, scored: Scored, planned: Planned) -> str:
        assert planned.gene is not None
        return spliceai_compat.string(scored, planned.gene, self.options.masked)


def _representatives(transcripts: Iterable[Transcript]) -> list[Transcript]:
    """Every row of a gene table, duplicate names included; of a GTF one transcript per gene."""
    return [transcript for transcript in transcripts if transcript.representative]


def _others(transcripts: Sequence[Transcript]) -> list[Transcript]:
    """Transcripts of genes without a representative among them."""
    held = {transcript.gene for transcript in _representatives(transcripts)}
    return [transcript for transcript in transcripts if transcript.gene not in held]
