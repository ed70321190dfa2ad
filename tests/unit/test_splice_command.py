"""The splice command with a toy network: streaming, order, resume, reasons, spellings."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import builders
import pysam
import pytest

from landfall import splice_command, tables
from landfall.__main__ import main
from landfall.annotation import AnnotationError
from landfall.files import BrokenFileError
from landfall.genome import Genome
from landfall.splice_command import REASONS, Options, run, spelling

SEQUENCE = builders.bases(3000, seed=5)
TABLE = """#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END
LEFT\t1\t+\t200\t1500\t200,700,1300,\t320,820,1500,
RIGHT\t1\t-\t1400\t2800\t1400,2500,\t1600,2800,
"""


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    model = SimpleNamespace(Ensemble=lambda *_: builders.ToyModel())
    monkeypatch.setattr(splice_command.catalogue, "module", lambda _: model)
    monkeypatch.setattr(splice_command.weights, "fetch", lambda *_: None)


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
    monkeypatch.setattr(splice_command, "CHUNK_SCORED", limit)
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
    monkeypatch.setattr(splice_command, "CHUNK_SCORED", 5)
    told = splice_command._told
    seen = []

    def fail(*arguments):
        seen.append(1)
        if len(seen) > 20:
            raise RuntimeError("pulled plug")
        return told(*arguments)

    monkeypatch.setattr(splice_command, "_told", fail)
    with pytest.raises(RuntimeError, match="pulled plug"):
        run(options)
    assert not Path(options.output).exists()
    monkeypatch.setattr(splice_command, "_told", told)
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
    rows = tables.read(tables.SCORES, path).to_pylist()
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
    monkeypatch.setattr(splice_command.os, "access", lambda *_: False)
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
