"""The splice command with a toy network: streaming, order, resume, reasons, spellings."""

from __future__ import annotations

import errno
import gzip
import itertools
import os
import random
import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from landfall.cli.main import main
from landfall.genome.annotation.reader import AnnotationError
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.io import parquet
from landfall.io.files import BrokenFileError
from landfall.models.spec import SpliceModelSpec
from landfall.splicing import windows
from landfall.splicing.tables import SCORES
from landfall.splicing.vcf import files
from landfall.splicing.vcf import scoring as vcf_scoring
from landfall.splicing.vcf.rules import Options, Rules
from landfall.splicing.vcf.scoring import run
from landfall.testing import builders
from landfall.testing.toy_splice_models import ToyModel

ROOT = Path(__file__).resolve().parents[4]
SEQUENCE = builders.bases(3000, seed=5)
REASONS = "SpliceAI_not_scored"
TABLE = """#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END
LEFT\t1\t+\t200\t1500\t200,700,1300,\t320,820,1500,
RIGHT\t1\t-\t1400\t2800\t1400,2500,\t1600,2800,
"""


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SpliceModelSpec, "load", lambda *_, **__: ToyModel())
    monkeypatch.setattr(vcf_scoring.fetching, "fetch", lambda *_: None)


def records(count: int = 80) -> list[str]:
    rng, lines = random.Random(2), []
    for _ in range(count):
        pos = rng.randint(60, 2900)
        ref = SEQUENCE[pos - 1 : pos - 1 + rng.choice([1, 1, 1, 3, 9])]
        alts = {
            builders.bases(rng.choice([1, 1, 2, 6]), rng.randint(0, 999))
            for _ in range(rng.choice([1, 1, 2]))
        }
        lines.append(f"chr1\t{pos}\t.\t{ref}\t{','.join(sorted(alts - {ref})) or '*'}\t.\t.\t.")
    return sorted(lines, key=lambda line: int(line.split("\t")[1]))


def write_vcf(path: Path, lines: list[str]) -> Path:
    header = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=3000>\n##contig=<ID=chr9,length=99>\n"
    path.write_text(
        header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + "".join(f"{x}\n" for x in lines)
    )
    return path


@pytest.fixture
def options(tmp_path: Path) -> Options:
    fasta, table = tmp_path / "ref.fa", tmp_path / "genes.txt"
    fasta.write_text(f">chr1\n{SEQUENCE}\n")
    table.write_text(TABLE)
    vcf = write_vcf(tmp_path / "in.vcf", records())
    return Options(str(vcf), str(tmp_path / "out.vcf"), fasta, str(table), distance=20)


def annotated(path: str | Path) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """SpliceAI strings and reasons by record."""
    with pysam.VariantFile(str(path)) as vcf:
        return {
            f"{r.pos}{r.ref}{r.alts}": (tuple(r.info.get("SpliceAI", ())), tuple(r.info.get(REASONS, ())))
            for r in vcf
        }


@pytest.mark.parametrize("rules", ["original", "landfall"])
def test_every_allele_has_a_score_or_a_reason(options: Options, rules: str) -> None:
    counts = run(replace(options, rules=rules))
    found = annotated(options.output)
    assert counts["records"] == 80
    for strings, reasons in found.values():
        assert strings or reasons
    texts = [text for strings, _ in found.values() for text in strings]
    assert {text.split("|")[1] for text in texts} == {"LEFT", "RIGHT"}
    dots = [text for text in texts if text.endswith("|.")]
    assert bool(dots) == (rules == "original")


def test_the_order_of_the_input_does_not_change_a_string(options: Options, tmp_path: Path) -> None:
    run(options)
    lines = records()
    random.Random(1).shuffle(lines)
    write_vcf(tmp_path / "in.vcf", lines)
    run(replace(options, output=str(tmp_path / "shuffled.vcf")))
    assert annotated(tmp_path / "shuffled.vcf") == annotated(options.output)


@pytest.mark.parametrize("limit", [1, 7])
def test_the_size_of_a_chunk_does_not_change_the_file(
    options: Options, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    run(options)
    whole = Path(options.output).read_text()
    monkeypatch.setattr(vcf_scoring, "CHUNK_SCORED", limit)
    run(options)
    assert Path(options.output).read_text() == whole


def test_a_stopped_run_goes_on_where_it_stopped(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    run(options)
    whole = Path(options.output).read_bytes()
    Path(options.output).unlink()
    cut = whole[: len(whole) * 2 // 3]
    assert not cut.endswith(b"\n")
    Path(f"{options.output}.partial.vcf").write_bytes(cut)
    counts = run(replace(options, resume=True))
    assert Path(options.output).read_bytes() == whole
    assert 0 < counts["records"] < 80


def test_a_run_that_fails_leaves_nothing_under_the_final_name(options: Options, monkeypatch) -> None:
    monkeypatch.setattr(vcf_scoring, "CHUNK_SCORED", 5)
    told = vcf_scoring._strings_and_reasons
    seen = []

    def fail(*arguments):
        seen.append(1)
        if len(seen) > 20:
            raise RuntimeError("pulled plug")
        return told(*arguments)

    monkeypatch.setattr(vcf_scoring, "_strings_and_reasons", fail)
    with pytest.raises(RuntimeError, match="pulled plug"):
        run(options)
    assert not Path(options.output).exists()
    monkeypatch.setattr(vcf_scoring, "_strings_and_reasons", told)
    run(replace(options, resume=True))
    resumed = Path(options.output).read_bytes()
    run(options)
    assert Path(options.output).read_bytes() == resumed


@pytest.mark.parametrize("name", ["out.vcf.gz", "out.bcf"])
def test_the_name_of_the_output_gives_its_format(options: Options, tmp_path: Path, name: str) -> None:
    run(options)
    run(replace(options, output=str(tmp_path / name)))
    assert annotated(tmp_path / name) == annotated(options.output)
    assert not list(tmp_path.glob("*partial*"))


@pytest.mark.parametrize("rules", ["original", "landfall"])
def test_the_table_of_scores_is_what_is_printed_unrounded(
    options: Options, tmp_path: Path, rules: str
) -> None:
    path = tmp_path / "scores.parquet"
    run(replace(options, parquet=path, rules=rules))
    rows = parquet.read(SCORES, path).to_pylist()
    gains = sorted(f"{row['value']:.2f}" for row in rows if row["track"] == "ds_ag")
    texts = {
        text
        for strings, _ in annotated(options.output).values()
        for text in strings
        if not text.endswith("|.")
    }
    assert sorted({f"{text.split('|')[2]}" for text in texts}) == sorted(set(gains))
    with pytest.raises(BrokenFileError, match="--resume"):
        run(replace(options, parquet=path, resume=True))


def test_standard_output_takes_the_records(options: Options, capfd: pytest.CaptureFixture[str]) -> None:
    run(options)
    run(replace(options, output="-"))
    assert capfd.readouterr().out == Path(options.output).read_text()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("chr1\t50\t.\t{50}\tT\t.\t.\t.", "outside_transcripts"),
        ("chr9\t5\t.\tA\tT\t.\t.\t.", "contig_unknown"),
        ("chr1\t900\t.\t{wrong}\tT\t.\t.\t.", "ref_mismatch"),
        ("chr1\t900\t.\t{900}\t<DEL>\t.\t.\t.", "no_sequence"),
        ("chr1\t900\t.\t{900}\t.\t.\t.\t.", "no_alternate"),
        ("chr1\t900\t.\t{long}\t{900}\t.\t.\t.", "longer_than_window"),
    ],
)
def test_reasons(options: Options, tmp_path: Path, line: str, reason: str) -> None:
    bases = {"50": SEQUENCE[49], "900": SEQUENCE[899], "long": SEQUENCE[899:950]}
    bases["wrong"] = "A" if bases["900"] != "A" else "C"
    bases["50"] = bases["50"] if bases["50"] != "T" else "T"
    for name, base in bases.items():
        line = line.replace(f"{{{name}}}", base)
    cells = line.split("\t")
    if cells[4] == cells[3]:
        cells[4] = "G"
    write_vcf(tmp_path / "in.vcf", ["\t".join(cells)])
    counts = run(replace(options, rules="landfall"))
    ((strings, reasons),) = annotated(options.output).values()
    assert strings == ()
    assert reasons[0].endswith(reason)
    assert counts[f"not scored: {reason}"] == 1


def test_equivalent_spellings_score_alike(options: Options, tmp_path: Path) -> None:
    """One deletion in a repeat, spelt at either end, and one substitution with a base too many."""
    sequence = SEQUENCE[:900] + "CACACACACA" + SEQUENCE[910:]
    options.reference.write_text(f">chr1\n{sequence}\n")
    first, last = sequence[899] + "CA", "ACA"
    lines = [f"chr1\t900\t.\t{first}\t{first[0]}\t.\t.\t.", f"chr1\t908\t.\t{last}\tA\t.\t.\t."]
    base, after = sequence[999], sequence[1000]
    other = next(b for b in "ACGT" if b != base)
    lines += [
        f"chr1\t1000\t.\t{base}\t{other}\t.\t.\t.",
        f"chr1\t1000\t.\t{base}{after}\t{other}{after}\t.\t.\t.",
    ]
    write_vcf(tmp_path / "in.vcf", lines)
    run(replace(options, rules="landfall"))
    with pysam.VariantFile(options.output) as vcf:
        rows = [(r.pos, r.info["SpliceAI"][0].split("|")) for r in vcf]
    for (pos, one), (other_pos, two) in (rows[:2], rows[2:]):
        assert one[2:6] == two[2:6]
        assert [pos + int(dp) for dp in one[6:]] == [other_pos + int(dp) for dp in two[6:]]


def test_spelling_is_left_aligned_with_an_anchor(tmp_path: Path) -> None:
    fasta = tmp_path / "ref.fa"
    fasta.write_text(">c\nGATTTTACCA\n")
    pysam.faidx(str(fasta))
    genome = Genome(fasta)
    assert str(spelling("c", 5, "TT", "T", genome)) == "c-2-AT-A"
    assert str(spelling("c", 6, "T", "TT", genome)) == "c-2-A-AT"
    assert str(spelling("c", 7, "ACC", "ATC", genome)) == "c-8-C-T"
    assert str(spelling("c", 1, "GA", "A", genome)) == "c-1-GA-A"


@pytest.mark.parametrize(
    ("text", "words"),
    [("NAME\n", "line 1"), (TABLE + "BAD\t1\t+\tx\t9\t1,\t9,\n", "line 4"), (TABLE + "BAD\t1\n", "line 4")],
)
def test_a_bad_line_of_the_gene_table_is_named(options: Options, text: str, words: str) -> None:
    Path(options.annotation).write_text(text if text != "NAME\n" else "#NAME\tCHROM\n")
    with pytest.raises(AnnotationError, match=words):
        run(options)


def test_a_reference_in_a_folder_that_cannot_be_written(
    options: Options, tmp_path: Path, monkeypatch
) -> None:
    run(options)
    whole = Path(options.output).read_text()
    Path(f"{options.reference}.fai").unlink()

    def closed(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files.atomic, "written", closed)
    run(options)
    assert Path(options.output).read_text() == whole
    assert not Path(f"{options.reference}.fai").exists()


def test_faults_of_the_user_end_with_a_message(options: Options, tmp_path: Path, caplog) -> None:
    flags = [
        "splice",
        "-I",
        str(tmp_path / "none.vcf"),
        "-R",
        str(options.reference),
        "-A",
        options.annotation,
    ]
    assert main([*flags, "-O", options.output]) == 1
    assert "none.vcf" in caplog.text
    with pytest.raises(BrokenFileError, match=r"missing\.fa"):
        run(replace(options, reference=tmp_path / "missing.fa"))


GTF_ROW = 'chr1\tx\t{}\t{}\t{}\t.\t+\t{}\tgene_id "g"; gene_name "LEFT"; transcript_id "{}"; {}\n'


def gtf(path: Path) -> Path:
    """A representative of 201..900 and a longer coding transcript without the tag, to 1500, as LMNA has them."""
    rows = []
    for name, exons, tag in (
        ("short", [(201, 320), (701, 900)], 'tag "MANE_Select";'),
        ("long", [(201, 320), (1301, 1500)], ""),
    ):
        rows.append(GTF_ROW.format("transcript", exons[0][0], exons[-1][1], ".", name, tag))
        for start, end in exons:
            rows.append(GTF_ROW.format("exon", start, end, ".", name, tag))
            rows.append(GTF_ROW.format("CDS", start, end, "0", name, tag))
    path.write_text("".join(rows))
    return path


def substitution(pos: int, info: str = ".") -> str:
    ref = SEQUENCE[pos - 1]
    return f"chr1\t{pos}\t.\t{ref}\t{'C' if ref != 'C' else 'T'}\t.\t.\t{info}"


@pytest.mark.parametrize("rules", ["original", "landfall"])
def test_a_gtf_is_read_with_every_coding_transcript(options: Options, tmp_path: Path, rules: str) -> None:
    """An allele behind the representative's end is scored in the transcript that holds it; one string per gene."""
    write_vcf(tmp_path / "in.vcf", [substitution(310), substitution(1290)])
    counts = run(replace(options, annotation=str(gtf(tmp_path / "genes.gtf")), rules=rules))
    assert counts == {"records": 2, "scored": 2}
    for strings, reasons in annotated(options.output).values():
        assert [text.split("|")[1] for text in strings] == ["LEFT"]
        assert reasons == ()


def test_the_mask_knows_the_sites_of_every_transcript_of_the_gene(options: Options, tmp_path: Path) -> None:
    genome = vcf_scoring.open_genome(options.reference, tmp_path)
    genes = vcf_scoring.read_genes(gtf(tmp_path / "genes.gtf"), genome)
    rules = Rules(genome, genes, ToyModel(), options)
    sites = rules.sites["chr1", "LEFT"]
    assert (set(sites.donors), set(sites.acceptors)) == ({319}, {700, 1300})


OTHER_WORK = {
    "another distance": ({"distance": 30}, "distance 20, now 30"),
    "masked": ({"masked": True}, "masked 0, now 1"),
    "other rules": ({"rules": "landfall"}, "rules original, now landfall"),
    "another precision": ({"precision": "bfloat16"}, "precision float32, now bfloat16"),
    "another reference": ({"reference": "other.fa"}, "reference "),
    "another annotation": ({"annotation": "other.txt"}, "annotation "),
    "another input": ({"input": "other.vcf"}, "its record 1 differs from that of"),
    "a shorter input": ({"input": "short.vcf"}, "its record 4 differs from that of"),
    "another header": ({"input": "header.vcf"}, "its header is that of another input"),
}


@pytest.mark.parametrize("case", OTHER_WORK)
def test_a_partial_file_of_other_work_is_not_gone_on_from(
    options: Options, tmp_path: Path, case: str
) -> None:
    (tmp_path / "other.fa").write_text(f">chr1\n{SEQUENCE[::-1]}\n")
    (tmp_path / "other.txt").write_text(TABLE.replace("LEFT", "OTHER"))
    write_vcf(tmp_path / "other.vcf", records()[1:])
    write_vcf(tmp_path / "short.vcf", records()[:3])
    header = write_vcf(tmp_path / "header.vcf", records())
    header.write_text(header.read_text().replace("ID=chr9", "ID=chr8"))
    run(options)
    partial = Path(f"{options.output}.partial.vcf")
    os.replace(options.output, partial)
    before = partial.read_bytes()
    change, words = OTHER_WORK[case]
    given = {
        name: str(tmp_path / value) if name in ("input", "annotation") else tmp_path / value
        if name == "reference"
        else value
        for name, value in change.items()
    }  # fmt: skip
    with pytest.raises(files.OutputError, match="--resume cannot continue from it") as caught:
        run(replace(options, resume=True, **given))
    assert words in str(caught.value)
    assert partial.read_bytes() == before
    assert not Path(options.output).exists()


def test_a_partial_file_of_nobody_knows_what_is_not_gone_on_from(options: Options) -> None:
    Path(f"{options.output}.partial.vcf").write_bytes(b"#CHROM\tPOS\n" + b"\0" * 5000)
    with pytest.raises(files.OutputError, match=r"rules unknown, now original"):
        run(replace(options, resume=True))


def test_a_second_run_with_the_same_output_is_refused(options: Options) -> None:
    with files.Output(options.output) as first:
        with pytest.raises(files.OutputError, match="another run is writing"):
            run(options)
        first.write(["still whole"])
        assert first.partial.read_bytes() == b"still whole\n"
    run(options)


def command(options: Options, *words: str, **change: str) -> list[str]:
    given = {
        "-I": options.input,
        "-O": options.output,
        "-R": str(options.reference),
        "-A": options.annotation,
    }
    given |= {f"-{name}": value for name, value in change.items()}
    return ["splice", *(word for pair in given.items() for word in pair), *words]


def damaged(folder: Path) -> dict[str, str]:
    """Files that are not what they are given as, by name."""
    text = write_vcf(folder / "whole.vcf", records()).read_bytes()
    contents = {
        "cut.vcf.gz": gzip.compress(text)[:-300],
        "cut.vcf": text[:-4],
        "empty.vcf": b"",
        "page.vcf": b"<!DOCTYPE html>\n<p>log in</p>\n",
        "headless.vcf": text[text.index(b"chr1\t") :],
        "pos.vcf": text.replace(b"chr1\t", b"chr1\tx", 1),
        "nul.vcf": b"\0" * 4000,
        "ref.fa.gz": gzip.compress(f">chr1\n{SEQUENCE}\n".encode()),
        "empty.fa": b"",
        "no.fa": b"@read\nACGT\n+\nIIII\n",
        "uneven.fa": b">chr1\nACGT\nAC\nACGT\n",
        "latin.txt": TABLE.replace("LEFT", "L\xc9FT").encode("latin-1"),
        "strand.txt": TABLE.replace("\t+\t", "\t.\t").encode(),
        "order.txt": TABLE.replace("200,700,1300", "200,1300,700").encode(),
        "elsewhere.txt": TABLE.replace("\t1\t", "\t22\t").encode(),
        "cut.txt.gz": gzip.compress(TABLE.encode())[:-30],
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in contents}


NOT_WHAT_IT_IS_GIVEN_AS = [
    ("I", "cut.vcf.gz", "cannot be read to its end"),
    ("I", "cut.vcf", "line 84: 7 columns where the header has 8"),
    ("I", "empty.vcf", "is empty"),
    ("I", "page.vcf", "line 1: a record before the '#CHROM' line"),
    ("I", "headless.vcf", "line 1: a record before the '#CHROM' line"),
    ("I", "nul.vcf", "line 1: a record before the '#CHROM' line"),
    ("I", "pos.vcf", "line 5: POS is not a number: x"),
    ("R", "ref.fa.gz", "is compressed with gzip"),
    ("R", "empty.fa", "is empty"),
    ("R", "no.fa", "is not a FASTA"),
    ("R", "uneven.fa", "cannot be indexed"),
    ("A", "latin.txt", "line 2: byte 0xc9 is not UTF-8"),
    ("A", "strand.txt", "line 2: strand ., which is neither"),
    ("A", "order.txt", "line 2: exons that are not in ascending order"),
    ("A", "elsewhere.txt", r"none of its contigs \(22\)"),
    ("A", "cut.txt.gz", "cannot be read to its end"),
]


@pytest.mark.parametrize(("flag", "name", "words"), NOT_WHAT_IT_IS_GIVEN_AS)
def test_a_file_that_is_not_what_it_is_given_as_is_named(
    options: Options, tmp_path: Path, caplog: pytest.LogCaptureFixture, flag: str, name: str, words: str
) -> None:
    path = damaged(tmp_path)[name]
    assert main(command(options, **{flag: path})) == 1
    assert re.search(re.escape(path) + ".*" + words, caplog.text), caplog.text
    assert not Path(options.output).exists()


def test_every_file_at_fault_is_named_at_once(options: Options, tmp_path: Path, caplog) -> None:
    paths = damaged(tmp_path)
    words = command(options, I=paths["empty.vcf"], R=paths["no.fa"], A=str(tmp_path / "none.gtf"))
    assert main(words) == 1
    assert all(name in caplog.text for name in ("empty.vcf", "no.fa", "none.gtf"))


@pytest.mark.parametrize(
    "words", [("--threads", "0"), ("--batch", "-3"), ("--threads", "two"), ("-D", "5000"), ("-D", "0.5")]
)
def test_a_number_that_makes_no_sense_is_refused(
    options: Options, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(command(options, *words))
    assert f"{words[1]} is not a whole number from" in capsys.readouterr().err


def write_text(path: Path, header: str, *lines: str, encoding: str = "utf-8") -> str:
    text = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=3000>\n" + header
    text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + "".join(f"{line}\n" for line in lines)
    path.write_bytes(text.encode(encoding))
    return str(path)


@pytest.mark.parametrize("kind", ["Float", "Integer", "Flag"])
def test_a_field_of_the_same_name_and_another_type_is_replaced(
    options: Options, tmp_path: Path, kind: str
) -> None:
    header = f'##INFO=<ID=SpliceAI,Number=1,Type={kind},Description="of another tool">\n'
    path = write_text(tmp_path / "a.vcf", header, substitution(310, "SpliceAI=0.5;DP=3"))
    run(replace(options, input=path))
    text = Path(options.output).read_text()
    assert text.count("ID=SpliceAI,") == 1
    (line,) = [line for line in text.splitlines() if not line.startswith("#")]
    assert re.fullmatch(r"DP=3;SpliceAI=[CT]\|LEFT\|.*", line.split("\t")[7])


def test_an_old_score_does_not_stay_beside_a_reason(options: Options, tmp_path: Path) -> None:
    old = "DP=3;SpliceAI=C|LEFT|0.9|0|0|0|1|1|1|1;SpliceAI_not_scored=A|old;SpliceAI_other=1"
    path = write_text(tmp_path / "a.vcf", "", substitution(50, old), substitution(60, "SpliceAI=x"))
    run(replace(options, input=path))
    lines = [line.split("\t")[7] for line in Path(options.output).read_text().splitlines() if line[0] != "#"]
    alt = substitution(50).split("\t")[4]
    assert lines[0] == f"DP=3;SpliceAI_other=1;SpliceAI_not_scored={alt}|outside_transcripts"
    assert lines[1].startswith("SpliceAI_not_scored=")


DRIVER = """
import sys
from landfall.cli.main import main
from landfall.testing import toy_splice_models
from landfall.models.spec import SpliceModelSpec
from landfall.splicing.vcf import scoring as splice_command
SpliceModelSpec.load = lambda *_, **__: toy_splice_models.ToyModel()
from landfall.testing import toy_splice_models
splice_command.fetching.fetch = lambda *_: None
sys.exit(main(sys.argv[1:]))
"""


def test_bytes_are_kept_in_any_locale(options: Options, tmp_path: Path) -> None:
    header = '##INFO=<ID=NOTE,Number=1,Type=String,Description="für Müller">\n'
    lines = [substitution(310, "NOTE=Zürich;AF=1e-05;DB"), substitution(60, "NOTE=LATIN")]
    path = Path(write_text(tmp_path / "a.vcf", header, *lines))
    path.write_bytes(path.read_bytes().replace(b"LATIN", "Zürich".encode("latin-1")))
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": "."}
    words = command(options, I=str(path), O=str(tmp_path / "out.vcf.gz"))
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, *words],
        env=os.environ | environment,
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    written = gzip.decompress((tmp_path / "out.vcf.gz").read_bytes())
    for line in path.read_bytes().splitlines():
        assert line in written


def test_a_bcf_keeps_its_bytes_and_may_come_through_a_pipe(options: Options, tmp_path: Path, capfd) -> None:
    header = '##INFO=<ID=A,Number=1,Type=String,Description="\xfc">\n'
    lines = [substitution(pos, "A=\xfc") for pos in range(300, 305)]
    path = write_text(tmp_path / "a.vcf", header, *lines, encoding="latin-1")
    pysam.bcftools.view("-Ob", "-o", str(tmp_path / "a.bcf"), path, catch_stdout=False)
    for name in ("a.bcf", "-"):
        with (tmp_path / "a.bcf").open("rb") as handle, pytest.MonkeyPatch.context() as patch:
            real = os.dup
            patch.setattr(os, "dup", lambda fd, to=handle, real=real: real(to.fileno() if fd == 0 else fd))
            run(replace(options, input=str(tmp_path / name) if name != "-" else name))
        assert Path(options.output).read_bytes().count(b"A=\xfc;") == 5


def test_the_input_may_be_a_pipe_and_windows_may_have_written_it(options: Options, tmp_path: Path) -> None:
    run(options)
    whole = annotated(options.output)
    text = Path(options.input).read_bytes().replace(b"\n", b"\r\n") + b"\r\n"
    os.mkfifo(tmp_path / "pipe")
    feeder = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(gzip.compress(text)))
    feeder.start()
    run(replace(options, input=str(tmp_path / "pipe")))
    feeder.join(timeout=10)
    assert annotated(options.output) == whole
    assert b"\r" not in Path(options.output).read_bytes()


def test_a_full_disk_is_a_fault_of_the_output(options: Options, caplog) -> None:
    assert main(command(options, O="/dev/full")) == 1
    assert "/dev/full: cannot be written: No space left on device; free disk space" in caplog.text
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("suffix", ["vcf", "vcf.gz", "bcf"])
def test_a_disk_that_is_full_at_the_end_leaves_no_half_file(
    options: Options, tmp_path: Path, caplog, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    output = tmp_path / f"out.{suffix}"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert main(command(options, O=str(output))) == 1
    assert f"{output}: cannot be written: No space left on device" in caplog.text
    assert not output.exists()
    assert main(command(options, "--resume", O=str(output))) == 0
    assert len(annotated(output)) > 70


@pytest.mark.parametrize(
    ("name", "words"),
    [("none/out.vcf", "No such file"), ("folder", "it is a folder"), ("in.vcf/x", "Not a dir")],
)
def test_an_output_that_cannot_be_written_is_told_before_any_work(
    options: Options, tmp_path: Path, caplog, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(vcf_scoring.fetching, "fetch", lambda *_: pytest.fail("work was begun"))
    assert main(command(options, O=str(tmp_path / name))) == 1
    assert f"{tmp_path / name}: cannot be written: {words}" in caplog.text


def test_a_table_that_cannot_be_written_is_named_and_the_input_is_not(options: Options, caplog) -> None:
    assert main(command(options, "--parquet", f"{options.input}/scores.parquet")) == 1
    assert f"{options.input}/scores.parquet: cannot be written" in caplog.text
    assert not Path(options.output).exists()


def test_the_table_of_scores_and_the_output_are_two_files(options: Options, caplog) -> None:
    assert main(command(options, "--parquet", options.output)) == 1
    assert f"{options.output}: is given with -O and with --parquet" in caplog.text
    assert not Path(options.output).exists()


@pytest.mark.parametrize("rules", ["original", "landfall"])
def test_an_empty_ref_agrees_with_no_reference(options: Options, tmp_path: Path, rules: str) -> None:
    vcf = write_vcf(tmp_path / "empty.vcf", ["chr1\t400\t.\t\tT\t.\t.\t."])
    assert main(command(options, "--rules", rules, I=str(vcf))) == 0
    assert "SpliceAI=" not in Path(options.output).read_text()


def test_what_is_wrong_and_what_to_do_are_two_clauses(options: Options, tmp_path: Path, caplog) -> None:
    empty = tmp_path / "empty.gtf"
    empty.touch()
    assert main(command(options, A=str(empty))) == 1
    assert f"{empty}: is empty; was it copied or written to its end?; -A takes" in caplog.text


def test_a_reader_that_goes_away_ends_the_command_quietly(
    options: Options, caplog, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.setattr(os, "dup", lambda _: writer)
    caplog.set_level("ERROR")
    assert main(command(options, O="-")) == 141
    assert caplog.text == ""


@pytest.mark.parametrize("flag", ["R", "A"])
def test_an_output_does_not_take_the_place_of_what_is_read(options: Options, caplog, flag: str) -> None:
    path = str(options.reference) if flag == "R" else options.annotation
    before = Path(path).read_bytes()
    assert main(command(options, O=path)) == 1
    assert f"{path}: is given with -{flag} and with -O" in caplog.text
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize("link", [None, "symlink_to", "hardlink_to"])
def test_an_output_does_not_take_the_place_of_its_input(
    options: Options, tmp_path: Path, caplog, monkeypatch: pytest.MonkeyPatch, link: str | None
) -> None:
    monkeypatch.setattr(vcf_scoring.fetching, "fetch", lambda *_: pytest.fail("work was begun"))
    output = tmp_path / "linked.vcf" if link else Path(options.input)
    if link:
        getattr(output, link)(options.input)
    before = Path(options.input).read_bytes()
    assert main(command(options, O=str(output))) == 1
    assert f"{output}: is given with -I and with -O" in caplog.text
    assert Path(options.input).read_bytes() == before


def test_an_output_under_which_the_input_stands_is_refused(options: Options, tmp_path: Path, caplog) -> None:
    path = write_vcf(tmp_path / "x.vcf.partial.vcf", records())
    before = path.read_bytes()
    assert main(command(options, I=str(path), O=str(tmp_path / "x.vcf"))) == 1
    assert "is written under this name first" in caplog.text
    assert path.read_bytes() == before


def many(count: int) -> str:
    """A record of so many alternate alleles, all different."""
    alts = ["".join(letters) for letters in itertools.islice(itertools.product("ACGT", repeat=9), count)]
    ref = SEQUENCE[309]
    return f"chr1\t310\t.\t{ref}\t{','.join(ref + alt for alt in alts)}\t.\t.\t."


def test_a_record_of_thousands_of_alleles_is_scored_block_by_block(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = windows.place

    def counted(pairs, *rest):
        seen.append(len(pairs))
        return real(pairs, *rest)

    monkeypatch.setattr(vcf_scoring, "place", counted)
    write_vcf(tmp_path / "in.vcf", [many(3_000)])
    counts = run(replace(options, rules="landfall"))
    assert counts["scored"] == 3_000
    assert max(seen) <= vcf_scoring.CHUNK_SCORED


def test_a_record_of_more_alleles_than_any_cohort_has_gets_a_reason(options: Options, tmp_path: Path) -> None:
    write_vcf(tmp_path / "in.vcf", [many(70_000), substitution(310)])
    counts = run(options)
    assert counts == {"records": 2, "scored": 1, "not scored: too_many_alternates": 70_000}


def test_a_chunk_ends_at_so_much_text(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of a large cohort may have megabytes of genotypes."""
    run(options)
    whole = Path(options.output).read_bytes()
    monkeypatch.setattr(vcf_scoring, "CHUNK_TEXT", 100)
    sizes = []
    real = vcf_scoring.annotate
    monkeypatch.setattr(vcf_scoring, "annotate", lambda c, *r: (sizes.append(len(c)), real(c, *r))[1])
    run(options)
    assert max(sizes) <= 10
    assert Path(options.output).read_bytes() == whole


def test_a_symbol_does_not_break_the_field_that_it_stands_in(options: Options, tmp_path: Path) -> None:
    table = tmp_path / "odd.txt"
    table.write_text(TABLE.replace("LEFT", "A;B=C,D|E F"))
    write_vcf(tmp_path / "in.vcf", [substitution(310)])
    run(replace(options, annotation=str(table)))
    ((strings, _),) = annotated(options.output).values()
    assert [text.split("|")[1] for text in strings] == ["A%3BB%3DC%2CD%7CE%20F"]


def test_a_line_that_would_fill_the_memory_is_refused(
    options: Options, tmp_path: Path, caplog, monkeypatch
) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 10_000)
    path = tmp_path / "bomb.vcf.gz"
    path.write_bytes(gzip.compress(Path(options.input).read_bytes() + b"A" * 100_000))
    assert main(command(options, I=str(path))) == 1
    assert "bomb.vcf.gz: cannot be read to its end: a line of more than 10,000 bytes" in caplog.text


def test_an_index_takes_its_name_when_it_is_whole(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run on the same reference may look for it meanwhile."""
    index = Path(f"{options.reference}.fai")
    real = pysam.faidx
    monkeypatch.setattr(
        pysam, "faidx", lambda name: (real(name), index.exists() and pytest.fail("written early"))
    )
    run(options)
    assert index.exists()


def test_a_closed_standard_input_is_told(options: Options, caplog, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: int) -> int:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    assert main(command(options, I="-")) == 1
    assert "standard input: cannot be read: Bad file descriptor" in caplog.text


@pytest.mark.shared_data
@pytest.mark.parametrize("rules", ["original", "landfall"])
def test_lmna_is_scored_in_the_transcript_that_holds_the_allele(
    options: Options, tmp_path: Path, shared_data: Path, rules: str
) -> None:
    """c.1824C>T (p.Gly608=, progeria) lies behind the end of the representative of the loci's annotation."""
    path = write_text(tmp_path / "lmna.vcf", "", "chr1\t156138613\t.\tC\tT\t.\t.\t.")
    loci = shared_data / "loci"
    genes = str(loci / "genes.GRCh38.gtf.gz")
    counts = run(replace(options, input=path, reference=loci / "GRCh38.fa.gz", annotation=genes, rules=rules))
    assert counts == {"records": 1, "scored": 1}
    ((strings, _),) = annotated(options.output).values()
    assert [text.split("|")[1] for text in strings] == ["LMNA"]


@pytest.mark.parametrize("flag", ["I", "O", "R", "A"])
def test_a_name_that_no_file_can_have_is_told(options: Options, tmp_path: Path, caplog, flag: str) -> None:
    path = str(tmp_path / ("x" * 300))
    assert main(command(options, **{flag: path})) == 1
    assert f"{path}" in caplog.text
    assert "File name too long" in caplog.text


def test_a_folder_as_the_table_of_scores_is_told_before_any_work(
    options: Options, tmp_path: Path, caplog
) -> None:
    assert main(command(options, "--parquet", str(tmp_path))) == 1
    assert f"{tmp_path}: is a folder; --parquet" in caplog.text


def test_a_run_that_the_user_stops_goes_on_later(
    options: Options, caplog, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(options)
    whole = Path(options.output).read_bytes()
    Path(options.output).unlink()
    monkeypatch.setattr(vcf_scoring, "CHUNK_SCORED", 5)
    real, chunks = vcf_scoring.annotate, []

    def stopped(*arguments):
        chunks.append(1)
        if len(chunks) > 3:
            raise KeyboardInterrupt
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(vcf_scoring, "annotate", stopped)
        assert main(command(replace(options), "-D", "20")) == 130
    assert "continue with --resume" in caplog.text
    assert main(command(options, "-D", "20", "--resume")) == 0
    assert Path(options.output).read_bytes() == whole


def test_small_letters_are_bases(options: Options, tmp_path: Path) -> None:
    ref = SEQUENCE[309:312]
    lines = [
        f"chr1\t310\t.\t{ref[0]}\t{ref[0]}GG\t.\t.\t.",
        f"chr1\t310\t.\t{ref[0].lower()}\t{ref[0]}gg\t.\t.\t.",
    ]
    write_vcf(tmp_path / "in.vcf", lines)
    run(replace(options, rules="landfall"))
    with pysam.VariantFile(options.output) as vcf:
        one, other = (record.info["SpliceAI"][0].split("|")[1:] for record in vcf)
    assert one == other
