"""``python -m landfall splice``: the original SpliceAI's command, many times faster, with a reason for every gap.

Records stream through in chunks, so memory does not grow with the file; variants of a chunk that lie in one gene share
its reference pass, sorted or not. Output goes to ``<output>.partial.vcf`` and takes its final name when it is whole;
``--resume`` goes on behind the last whole record of that file.
"""

from __future__ import annotations

import itertools
import logging
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pysam
import pysam.bcftools

from landfall import annotation, contract, illumina, tables
from landfall.annotated import SPLICEAI_DESCRIPTION
from landfall.files import BrokenFileError
from landfall.genes import GeneIndex, Transcript
from landfall.genome import Genome
from landfall.hgvs import shift, trim
from landfall.laying import Layer
from landfall.models import catalogue, splice, weights
from landfall.models.base import SpliceModel
from landfall.scoring import Progress, Scored, choose_device, score_rows, score_windows
from landfall.windows import Reach, Variant, as_spelled, choose_transcripts, place, refusal

log = logging.getLogger(__name__)

CHUNK_RECORDS = 20_000
CHUNK_SCORED = 400
"""A chunk ends at so many records, or so many variants to score."""
REASONS = "SpliceAI_not_scored"
REASONS_DESCRIPTION = (
    "Why an allele has no SpliceAI score. Format: ALLELE|REASON, ALLELE|SYMBOL|REASON in a gene"
)
DOTS = "|".join("." * 8)


@dataclass(frozen=True)
class Options:
    """The command line. ``rules`` is original (what the original prints) or landfall (every allele, any spelling)."""

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


@dataclass(frozen=True)
class Planned:
    """One allele of a record in one gene: what to score, or why not. ``moved``: bases from the record's POS."""

    alt: str
    variant: Variant | None = None
    gene: Transcript | None = None
    moved: int = 0
    reason: str = ""


@dataclass
class Rules:
    """What is scored and how it is printed; the landfall rules, from which the original's depart."""

    genome: Genome
    genes: Sequence[Transcript]
    model: SpliceModel
    options: Options
    sink: contract.Sink | None = None
    index: GeneIndex = field(init=False)
    order: dict[int, int] = field(init=False)
    sites: dict[str, splice.Sites] = field(init=False)
    layer: Layer = field(init=False)

    def __post_init__(self) -> None:
        self.index = GeneIndex(self.genes)
        self.layer = Layer(self.genome, self.genes)
        self.order = {id(gene): number for number, gene in enumerate(self.genes)}
        grouped: dict[str, list[Transcript]] = {}
        for gene in self.genes:
            grouped.setdefault(gene.gene, []).append(gene)
        self.sites = {gene: splice.annotated_sites(members) for gene, members in grouped.items()}

    @property
    def reach(self) -> Reach:
        return Reach(self.model.context, self.options.distance, max_unknown_fraction=0.5)

    def moved(self, variant: Variant, gene: Transcript) -> int:
        """Bases from its spelling's usual place at which an allele is laid over the reference."""
        return self.layer.moved(variant, gene)

    def plan(self, chrom: str, pos: int, ref: str, alt: str) -> list[Planned]:
        """One entry per gene that holds the allele, in its one spelling; one with a reason if there is none."""
        contig = self.genome.aliases.get(chrom)
        reason = self._unreadable(contig, pos, ref, alt)
        if reason or contig is None:
            return [Planned(alt, reason=reason or "contig_unknown")]
        variant = spelling(contig, pos, ref, alt, self.genome)
        chosen = choose_transcripts(variant, (), lambda v: self.index.overlapping(v.chrom, v.start, v.end))
        planned = []
        for gene in chosen:
            refused = refusal(variant, gene, self.genome, self.reach)
            planned.append(Planned(alt, variant, gene, variant.pos - pos, refused[0] if refused else ""))
        return planned or [Planned(alt, reason="outside_transcripts")]

    def _unreadable(self, contig: str | None, pos: int, ref: str, alt: str) -> str:
        if contig is None:
            return "contig_unknown"
        if set(alt.upper()) - set("ACGT") or not alt:
            return "no_sequence"
        bases = self.genome.fetch(contig, pos - 1, pos - 1 + len(ref))
        if bases != ref.upper():
            return "ref_mismatch"
        return "no_change" if ref.upper() == alt.upper() else ""

    def rows(self, scored: Scored) -> list[dict[str, object]]:
        """Rows of tables.SCORES, unrounded, raw and masked, positions counted from the scored spelling's pos."""
        assert scored.placement.transcript is not None
        return score_rows(scored, self.model.info.name, self.sites[scored.placement.transcript.gene])

    def string(self, scored: Scored, planned: Planned) -> str:
        """The scores as the original prints them, positions counted from the record's POS."""
        assert planned.gene is not None
        assert scored.ref is not None
        assert scored.alt is not None
        origin = scored.placement.variant.start - scored.start
        if self.options.masked:
            sites = self.sites[planned.gene.gene]
            numbers = splice.masked_delta_scores(scored.ref, scored.alt, origin, scored.start, sites)
        else:
            numbers = splice.delta_scores(scored.ref, scored.alt, origin)
        prefix = "masked_" if self.options.masked else ""
        scores = "|".join(f"{numbers[f'{prefix}ds_{suffix}']:.2f}" for suffix, _, _ in splice.EVENTS)
        moved = planned.moved
        positions = "|".join(f"{numbers[f'{prefix}dp_{s}'] + moved:.0f}" for s, _, _ in splice.EVENTS)
        return f"{planned.alt}|{planned.gene.gene}|{scores}|{positions}"


class OriginalRules(Rules):
    """What the original scores and prints, in its gene table's order."""

    @property
    def reach(self) -> Reach:
        distance = self.options.distance
        return Reach(self.model.context, distance, max_unknown_fraction=1.0, longest_ref=2 * distance)

    def moved(self, variant: Variant, gene: Transcript) -> int:
        return as_spelled(variant, gene)

    def plan(self, chrom: str, pos: int, ref: str, alt: str) -> list[Planned]:
        contig = self.genome.aliases.get(chrom)
        if contig is None:
            return [Planned(alt, reason="contig_unknown")]
        holding = self.index.overlapping(contig, pos - 1, pos)
        if not holding:
            return [Planned(alt, reason="outside_transcripts")]
        variant = Variant(contig, pos, ref, alt)
        reason = illumina.passed_over(variant, self.genome, self.reach)
        if reason:
            return [Planned(alt, reason=reason.replace(" ", "_"))]
        dots = "several_bases_on_both_sides" if len(ref) > 1 and len(alt) > 1 else ""
        return [
            Planned(alt, variant, gene, 0, dots) for gene in sorted(holding, key=lambda g: self.order[id(g)])
        ]

    def string(self, scored: Scored, planned: Planned) -> str:
        assert planned.gene is not None
        return illumina.string(scored, planned.gene, self.options.masked)


def spelling(chrom: str, pos: int, ref: str, alt: str, genome: Genome) -> Variant:
    """An allele left-aligned and trimmed, an insertion or deletion with the base before it, as bcftools norm has it."""
    change = shift(trim(pos, ref, alt), chrom, genome, right=False)
    if change.ref and change.alt:
        return Variant(chrom, change.start + 1, change.ref, change.alt)
    if change.start == 0:  # nothing stands before the contig's first base; the base behind it is the anchor
        after = genome.fetch(chrom, change.end, change.end + 1)
        return Variant(chrom, 1, change.ref + after, change.alt + after)
    before = genome.fetch(chrom, change.start - 1, change.start)
    return Variant(chrom, change.start, before + change.ref, before + change.alt)


def run(options: Options) -> Counter[str]:
    """Annotate a whole file; counts of records and of alleles by what became of them.

    Raises BrokenFileError for an input that cannot be read, AnnotationError for a gene table, WeightsError.
    """
    with tempfile.TemporaryDirectory() as scratch:
        genome = open_genome(options.reference, Path(scratch))
        directory = options.resources / "weights" / "spliceai"
        weights.fetch(catalogue.SPLICEAI, directory)
        genes = read_genes(options.annotation, genome, directory)
        device = choose_device(options.device, options.threads)
        model: SpliceModel = catalogue.module("spliceai").Ensemble(directory, device, options.precision)
        rules = (OriginalRules if options.rules == "original" else Rules)(genome, genes, model, options)
        try:
            with _opened(options.input) as (vcf, share), _sink(options) as rules.sink:
                return _stream(vcf, rules, options, share)
        except (OSError, ValueError) as error:
            raise BrokenFileError(f"{options.input}: cannot be read ({error})") from error


Share = Callable[[], float | None]
"""How much of the input was read, 0 to 1; None where nobody knows."""


@contextmanager
def _opened(name: str) -> Iterator[tuple[pysam.VariantFile, Share]]:
    """The input, VCF or BCF, and how far it was read."""
    if name == "-":
        with pysam.VariantFile(name) as vcf:
            yield vcf, lambda: None
        return
    with Path(name).open("rb") as handle, pysam.VariantFile(handle) as vcf:
        size = os.fstat(handle.fileno()).st_size
        yield vcf, lambda: os.lseek(handle.fileno(), 0, os.SEEK_CUR) / size if size else None


@contextmanager
def _sink(options: Options) -> Iterator[contract.Sink | None]:
    """The table of unrounded scores, if one is asked for."""
    if options.parquet is None:
        yield None
        return
    if options.resume:
        raise BrokenFileError(
            "--parquet cannot be combined with --resume: a table has no last whole record to go on from"
        )
    with contract.Sink(tables.SCORES, options.parquet) as sink:
        yield sink


def open_genome(path: Path, scratch: Path) -> Genome:
    """The reference; its index is made beside it, or in a scratch folder where that cannot be written."""
    if not path.is_file():
        raise BrokenFileError(f"{path}: no such file; give the reference sequence with -R")
    if Path(f"{path}.fai").exists():
        return Genome(path)
    if os.access(path.parent, os.W_OK):
        pysam.faidx(str(path))
        return Genome(path)
    linked = scratch / path.name
    linked.symlink_to(path.resolve())
    if Path(f"{path}.gzi").exists():
        Path(f"{linked}.gzi").symlink_to(Path(f"{path}.gzi").resolve())
    pysam.faidx(str(linked))
    return Genome(linked)


def read_genes(name: str, genome: Genome, directory: Path) -> list[Transcript]:
    """``grch37`` or ``grch38`` (the original's tables), a table in its format, or a GTF."""
    if name in ("grch37", "grch38"):
        return illumina.read_gene_table(directory / f"{name}.txt", genome.aliases)
    path = Path(name)
    if not path.is_file():
        raise annotation.AnnotationError(
            f"{path}: no such file; -A takes grch37, grch38, a gene table or a GTF"
        )
    if illumina.is_gene_table(path):
        return illumina.read_gene_table(path, genome.aliases)
    transcripts = annotation.read_gtf(path, genome.aliases, genome)
    return [transcript for transcript in transcripts if transcript.representative]


def _stream(vcf: pysam.VariantFile, rules: Rules, options: Options, share: Share) -> Counter[str]:
    header = vcf.header
    for line in (
        f'##INFO=<ID=SpliceAI,Number=.,Type=String,Description="{SPLICEAI_DESCRIPTION}">',
        f'##INFO=<ID={REASONS},Number=.,Type=String,Description="{REASONS_DESCRIPTION}">',
    ):
        header.add_line(line)
    counts: Counter[str] = Counter()
    partial = Path(f"{options.output}.partial.vcf")
    done = whole_records(partial) if options.resume and options.output != "-" else 0
    for _ in itertools.islice(vcf, done):
        pass
    progress = Progress(None, start=share() or 0.0)
    with Writer(partial, header, options, done) as out:
        for chunk in chunks(vcf, rules):
            progress.expect(sum(not entry.reason for _, planned in chunk for entry in planned), share())
            for (record, _), annotated in zip(chunk, annotate(chunk, rules, progress), strict=True):
                _add(record, annotated, counts)
                out.write(record)
            out.flush()
    if options.output != "-":
        finish(partial, Path(options.output))
    return counts


Chunk = list[tuple[Any, list[Planned]]]


def chunks(records: Iterable[Any], rules: Rules) -> Iterator[Chunk]:
    """Records with what is planned for each of their alleles, as many together as a chunk holds."""
    chunk: Chunk = []
    scored = 0
    for record in records:
        alleles = record.alts or ()
        planned = [
            entry for alt in alleles for entry in rules.plan(record.chrom, record.pos, record.ref, alt)
        ]
        chunk.append((record, planned or [Planned(".", reason="no_alternate")]))
        scored += sum(not entry.reason for entry in planned)
        if len(chunk) >= CHUNK_RECORDS or scored >= CHUNK_SCORED:
            yield chunk
            chunk, scored = [], 0
    if chunk:
        yield chunk


def annotate(chunk: Chunk, rules: Rules, progress: Progress) -> list[tuple[list[str], list[str]]]:
    """For each record of a chunk its SpliceAI strings and its reasons."""
    wanted = [p for _, planned in chunk for p in planned if not p.reason]
    pairs = dict.fromkeys((p.variant, p.gene) for p in wanted if p.variant is not None)
    windows, placements = place(pairs, rules.genome, rules.reach, rules.moved)
    options = rules.options
    found: dict[tuple[Variant, Transcript | None], Scored] = {}
    for scored in score_windows(rules.model, windows, placements, options.distance, options.batch, progress):
        found[scored.placement.variant, scored.placement.transcript] = scored
    if rules.sink is not None:
        rules.sink.add(row for scored in found.values() for row in rules.rows(scored))
    return [_told(planned, found, rules) for _, planned in chunk]


def _told(
    planned: Sequence[Planned], found: dict[tuple[Variant, Transcript | None], Scored], rules: Rules
) -> tuple[list[str], list[str]]:
    strings, reasons = [], []
    for entry in planned:
        scored = found.get((entry.variant, entry.gene)) if entry.variant and not entry.reason else None
        reason = entry.reason or (scored.reason if scored else "")
        if scored is not None and not reason:
            strings.append(rules.string(scored, entry))
        else:
            if entry.gene is not None and isinstance(rules, OriginalRules):
                strings.append(f"{entry.alt}|{entry.gene.gene}|{DOTS}")
            reasons.append("|".join([entry.alt, *([entry.gene.gene] if entry.gene else []), reason]))
    return strings, reasons


def _add(record: Any, annotated: tuple[list[str], list[str]], counts: Counter[str]) -> None:
    strings, reasons = annotated
    if strings:
        record.info["SpliceAI"] = strings
    if reasons:
        record.info[REASONS] = reasons
    counts["records"] += 1
    counts["scored"] += sum(not text.endswith(DOTS) for text in strings)
    counts.update(f"not scored: {text.rsplit('|', 1)[1]}" for text in reasons)


class Writer:
    """Records as VCF text, appended to a partial file or written to standard output."""

    def __init__(self, partial: Path, header: pysam.VariantHeader, options: Options, done: int) -> None:
        self.stdout = options.output == "-"
        self.handle = os.fdopen(os.dup(1), "w") if self.stdout else partial.open("a" if done else "w")
        if not done:
            self.handle.write(str(header))

    def __enter__(self) -> Writer:
        return self

    def write(self, record: Any) -> None:
        self.handle.write(str(record))

    def flush(self) -> None:
        self.handle.flush()

    def __exit__(self, *_: object) -> None:
        self.handle.close()


def whole_records(partial: Path) -> int:
    """Records that a partial file holds to their end; a line that was cut off is removed from it."""
    if not partial.exists():
        return 0
    count, whole = 0, 0
    with partial.open("rb") as handle:
        for line in handle:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            count += not line.startswith(b"#")
    os.truncate(partial, whole)
    return count


def finish(partial: Path, output: Path) -> None:
    """Give the finished file its name, compressed as the name asks: .gz is bgzip, .bcf is BCF."""
    if output.suffix in (".gz", ".bcf"):
        packed = partial.with_suffix(f".packed{output.suffix}")
        kind = "-Ob" if output.suffix == ".bcf" else "-Oz"
        pysam.bcftools.view("--no-version", kind, "-o", str(packed), str(partial), catch_stdout=False)
        partial.unlink()
        os.replace(packed, output)
    else:
        os.replace(partial, output)
