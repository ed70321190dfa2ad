"""``landfall splice``: the command of the original SpliceAI, many times faster, with a reason for every missing score.

Other networks of splice sites that come with such a command are scored and printed the same way, under their own names.

Records are processed in chunks, so that memory does not grow with the file; variants of a chunk in one gene share its
reference pass, sorted or not. Files: ``landfall.splicing.vcf.files``.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from landfall import __version__
from landfall.genome.annotation import reader
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import files as io_files
from landfall.io import parquet
from landfall.io.files import BrokenFileError
from landfall.models.base import SpliceModel
from landfall.models.registry import splice_model
from landfall.models.runtime.device import choose_device
from landfall.models.runtime.progress import Progress
from landfall.models.weights import fetching
from landfall.splicing.scored import Scored
from landfall.splicing.scoring import score_windows
from landfall.splicing.tables import SCORES
from landfall.splicing.vcf import files, pangolin_compat, reference, spliceai_compat
from landfall.splicing.vcf.files import Output, Record, Source, output_errors
from landfall.splicing.vcf.rules import DOTS, Options, OriginalRules, Planned, Rules
from landfall.splicing.windows import place
from landfall.variants.vcf_header import MOST_ALTERNATES

CHUNK_TEXT = 16_000_000
CHUNK_RECORDS = 20_000
CHUNK_SCORED = 400
"""Limits of a chunk in characters, records, and variants to score; and most variants placed at once."""


def run(options: Options) -> Counter[str]:
    """Annotate a file; returns counts of records and of alleles by status.

    Raises BrokenFileError for a file that cannot be read or written, AnnotationError for a gene table, WeightsError,
    BrokenPipeError if the reader of standard output has closed it.
    """
    _check(options)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Output(options.output) as out,
        files.opened_input(options.input, Path(scratch)) as source,
    ):
        genome = open_genome(options.reference, Path(scratch))
        fetching.fetch(options.spec.info, options.weights)
        table = gene_table(options)
        genes = read_genes(table, genome)
        header = files.annotated_header(source.header, options.info, settings_of(options, table))
        out.begin(header, source, options.info, options.resume)
        device = choose_device(options.device, options.threads)
        model: SpliceModel = options.spec.load(options.weights, device, precision=options.precision)
        rules = rules_of(options)(genome, genes, model, options)
        with _sink(options) as rules.sink:
            counts = _stream(source, rules, out)
        out.finish()
        return counts


def rules_of(options: Options) -> type[Rules]:
    """The rules of the command line and the model."""
    tissues = options.spec.kind == "tissues"
    if options.rules == "original":
        return pangolin_compat.PangolinRules if tissues else OriginalRules
    return pangolin_compat.TissueRules if tissues else Rules


def _check(options: Options) -> None:
    """Check the files of the command line; raises BrokenFileError with all faults at once."""
    try:
        faults = [*_unreadable(options), *_unfit_table(options), *_overwritten(options)]
    except OSError as error:  # an invalid file name
        raise BrokenFileError(f"{error.filename}: {error.strerror}") from error
    if faults:
        raise BrokenFileError("\n".join(faults))


def _unreadable(options: Options) -> Iterator[str]:
    """Faults of files that are missing or evidently of another format."""
    if not files.streamed(options.input) and (problem := io_files.problem(Path(options.input))):
        yield f"{options.input}: {io_files.in_words(problem)}"
    if words := reference.problem_of(options.reference):
        yield f"{options.reference}: {words}; -R takes the reference sequence as FASTA"
    if options.annotation not in TABLES and (problem := io_files.problem(Path(options.annotation))):
        words = io_files.in_words(problem)
        yield f"{options.annotation}: {words}; -A takes grch37, grch38, a gene table, a GTF or a GFF3"


def _unfit_table(options: Options) -> Iterator[str]:
    if options.parquet is not None and options.resume:
        yield "--parquet cannot be combined with --resume: a partial table cannot be continued"
    if options.parquet is not None and options.parquet.is_dir():
        yield f"{options.parquet}: is a folder; --parquet takes the name of a file"
    if options.parquet is not None and options.parquet.resolve() == Path(options.output).resolve():
        yield f"{options.parquet}: is given with -O and with --parquet"


def _overwritten(options: Options) -> Iterator[str]:
    """Faults of files that are both read and written, also under two names (a symbolic or a hard link)."""
    read = {"-I": Path(options.input), "-R": options.reference, "-A": Path(options.annotation)}
    written = {"-O": Path(options.output), "--parquet": options.parquet}
    partial = Path(f"{options.output}.partial.vcf")
    for flag, path in read.items():
        for output, target in written.items():
            if target is not None and _same(path, target):
                yield f"{target}: is given with {flag} and with {output}"
        if _same(path, partial):
            yield f"{path}: is given with {flag}, and -O {options.output} is written under this name first"


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.samefile(other)


def settings_of(options: Options, table: Path) -> dict[str, object]:
    """The settings on which an output depends, apart from its input, for its header.

    The reference is identified by size and date, as a digest of its bases takes too long for small inputs.
    """
    return {
        "version": __version__,
        "model": f"{options.model}-{options.spec.info.version}",
        "rules": options.rules,
        "distance": options.distance,
        "masked": int(options.masked),
        "precision": options.precision,
        "annotation": files.digest_of(table),
        "reference": files.stamp_of(options.reference),
    }


@contextmanager
def _sink(options: Options) -> Iterator[parquet.TableWriter | None]:
    """The table of unrounded scores, if requested."""
    if options.parquet is None:
        yield None
        return
    with ExitStack() as stack:
        with output_errors(str(options.parquet)):
            sink = stack.enter_context(parquet.TableWriter(SCORES, options.parquet))
        yield sink
        with output_errors(str(options.parquet)):
            stack.close()


def open_genome(path: Path, scratch: Path) -> Genome:
    """The reference; its index is written next to it, or to a scratch folder if that is not writable."""
    if problem := reference.problem_of(path):
        raise BrokenFileError(f"{path}: {problem}; -R takes the reference sequence as FASTA")
    try:
        return Genome(reference.indexed(path, scratch))
    except (OSError, ValueError) as error:
        raise BrokenFileError(f"{path}: cannot be read with its index: {error}") from error


TABLES = ("grch37", "grch38")
"""The gene tables of the original SpliceAI, distributed with its weights; commands of later models take the same."""


def gene_table(options: Options) -> Path:
    """The file of the annotation; a table of the original is fetched if it is absent. Raises WeightsError."""
    if options.annotation not in TABLES:
        return Path(options.annotation)
    original = splice_model("spliceai").info
    directory = options.resources / "weights" / original.name
    fetching.fetch(original, directory)
    return directory / f"{options.annotation}.txt"


def read_genes(path: Path, genome: Genome) -> list[Transcript]:
    """Coding and representative transcripts of a table in the original's format, a GTF or a GFF3."""
    if spliceai_compat.is_gene_table(path):
        return spliceai_compat.read_gene_table(path, genome.aliases)
    transcripts = reader.read_gtf(path, genome.aliases, genome)
    return [transcript for transcript in transcripts if transcript.coding or transcript.representative]


def _stream(source: Source, rules: Rules, out: Output) -> Counter[str]:
    counts: Counter[str] = Counter()
    options = rules.options
    progress = Progress(None, start=source.share() or 0.0)
    for chunk in chunks(source.records, rules):
        progress.expect(sum(not entry.reason for _, planned in chunk for entry in planned), source.share())
        lines = []
        for (record, _), (strings, reasons) in zip(chunk, annotate(chunk, rules, progress), strict=True):
            lines.append(record.line({options.field.name: strings, options.reasons: reasons}))
            counts["records"] += 1
            counts["scored"] += sum(not text.endswith(DOTS) for text in strings)
            counts.update(f"not scored: {text.rsplit('|', 1)[1]}" for text in reasons)
        out.write(lines)
    return counts


Chunk = list[tuple[Record, list[Planned]]]


def chunks(records: Iterable[Record], rules: Rules) -> Iterator[Chunk]:
    """Chunks of records with the planned entries of their alleles."""
    chunk: Chunk = []
    scored = text = 0
    for record in records:
        planned = _planned(record, rules)
        chunk.append((record, planned))
        scored += sum(not entry.reason for entry in planned)
        text += record.size
        if len(chunk) >= CHUNK_RECORDS or scored >= CHUNK_SCORED or text >= CHUNK_TEXT:
            yield chunk
            chunk, scored, text = [], 0, 0
    if chunk:
        yield chunk


def _planned(record: Record, rules: Rules) -> list[Planned]:
    """The planned entries of a record's alleles; at least one."""
    alts = record.alts
    if len(alts) > MOST_ALTERNATES:
        return [Planned(alt, reason="too_many_alternates") for alt in alts]
    planned = [entry for alt in alts for entry in rules.plan(record.chrom, record.pos, record.ref, alt)]
    return planned or [Planned(".", reason="no_alternate")]


Printed = tuple[str, str]
"""Score string and reason of an entry; one of them is empty."""


def annotate(chunk: Chunk, rules: Rules, progress: Progress) -> list[tuple[list[str], list[str]]]:
    """The strings of the scores and the reasons of each record of a chunk."""
    wanted: dict[tuple[Variant, Transcript | None], list[Planned]] = defaultdict(list)
    for _, planned in chunk:
        for entry in planned:
            if entry.variant is not None and not entry.reason:
                wanted[entry.variant, entry.gene].append(entry)
    pairs = list(wanted)
    printed: dict[int, Printed] = {}
    for first in range(0, len(pairs), CHUNK_SCORED):
        for scored in _scored(pairs[first : first + CHUNK_SCORED], rules, progress):
            for entry in wanted[scored.placement.variant, scored.placement.transcript]:
                printed[id(entry)] = ("" if scored.reason else rules.string(scored, entry)), scored.reason
    return [_strings_and_reasons(planned, printed, rules) for _, planned in chunk]


def _scored(
    pairs: Sequence[tuple[Variant, Transcript | None]], rules: Rules, progress: Progress
) -> Iterator[Scored]:
    """The scores of each pair, also written to the table if requested."""
    windows, placements = place(pairs, rules.genome, rules.reach, rules.moved)
    options = rules.options
    extent = rules.outputs, rules.past_allele
    for scored in score_windows(
        rules.model, windows, placements, options.distance, options.batch, progress, *extent
    ):
        if rules.sink is not None:
            with output_errors(str(options.parquet)):
                rules.sink.add(rules.rows(scored))
        yield scored


def _strings_and_reasons(
    planned: Sequence[Planned], printed: Mapping[int, Printed], rules: Rules
) -> tuple[list[str], list[str]]:
    strings, reasons = [], []
    for entry in planned:
        text, reason = ("", entry.reason) if entry.reason else printed[id(entry)]
        if not text and entry.gene is not None:
            text = rules.without_score(entry)
        strings += [text] if text else []
        reasons += [f"{entry.label}|{reason}"] if reason else []
    return strings, reasons
