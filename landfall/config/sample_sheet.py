"""The sample sheet: one patient per row, tab-separated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from landfall.io import files, text_lines
from landfall.io.errors import InputError, InputProblem, closest, suggestion


@dataclass(frozen=True)
class Column:
    """A column of the sheet: its meaning, whether it is required, and the pattern of a cell."""

    meaning: str
    needed: bool = False
    pattern: str = ".*"


COLUMNS = {
    "sample": Column(
        "name of the patient in paths and reports: letters, digits, `_`, `.` and `-`, not beginning with `.` or `-`; "
        "unique, regardless of case",
        needed=True,
        pattern="[A-Za-z0-9_][A-Za-z0-9_.-]*",
    ),
    "vcf": Column("the patient's VCF (plain, gzip or bgzip) or BCF; no index is needed", needed=True),
    "vcf_sample": Column(
        "the patient's name in the VCF; by default the name in `sample`, or the only sample"
    ),
    "ped": Column(
        "PED file with the family, six columns; the patient has the name in the VCF, or the one in `sample`"
    ),
    "hpo": Column(
        "HPO terms, as identifiers or names, joined by `;`; their genes, with those of all more specific terms, become "
        "the candidate genes; an identifier that the HPO release lacks is not used, and the report names it"
    ),
    "genes": Column(
        "gene symbols of the annotation joined by `,`, or the path of a text file with one symbol per line; added to "
        "the genes of `hpo`"
    ),
    "regions": Column("BED file; only alleles in its regions are kept"),
    "panel": Column(
        "panel of genes with confidence levels: tab-separated, as PanelApp exports it (`Gene Symbol`, `GEL_Status`, "
        "`Model_Of_Inheritance`) or with the columns `gene` and `confidence` (3, 2, 1 or green, amber, red)"
    ),
    "phenopacket": Column(
        "GA4GH phenopacket v2 as JSON, of a patient or of a family: sex, features present and excluded, and the "
        "pedigree, where `ped` and `hpo` do not give them"
    ),
    "previous": Column(
        "folder of an earlier result of the patient (`results/<sample>` of that run, kept elsewhere): the report opens "
        "with what changed since, and why"
    ),
}
"""The columns of the sheet by name."""
HPO_ID = re.compile(r"HP:\d{7}")
GENE_LIST_ENDINGS = (".txt", ".tsv", ".list", ".csv")


@dataclass(frozen=True)
class Sample:
    """One patient: the row of the sample sheet, with its file and 1-based line for messages.

    ``vcf_sample`` is the name in the VCF as given, None to take the sample's name or the only sample.
    Symbols given in the sheet are in ``genes``; a list in a file is at ``genes_file``.
    """

    name: str
    vcf: Path
    sheet: str
    line: int
    vcf_sample: str | None = None
    ped: Path | None = None
    hpo: tuple[str, ...] = ()
    genes: tuple[str, ...] = ()
    genes_file: Path | None = None
    regions: Path | None = None
    panel: Path | None = None
    phenopacket: Path | None = None
    previous: Path | None = None

    def fault(self, column: str, message: str, remedy: str = "") -> InputProblem:
        """A fault at this sample's row."""
        return InputProblem(self.sheet, self.line, f"sample {self.name}: {column}: {message}", remedy)


@dataclass(frozen=True)
class Sheet:
    """The samples that can be used; the faults of the sheet as a whole; those of single rows, by the name of the sample
    (``line_3`` where the row has no usable name).
    """

    samples: list[Sample] = field(default_factory=list)
    faults: list[InputProblem] = field(default_factory=list)
    of_row: dict[str, list[InputProblem]] = field(default_factory=dict)


def read_sheet(path: Path) -> Sheet:
    """The samples of a sheet that can be used, and every fault of the sheet."""
    rows, faults = _rows(path)
    if faults:
        return Sheet(faults=faults)
    (header_line, header), *body = rows
    faults = _header_faults(path, header_line, header)
    if faults:
        return Sheet(faults=faults)
    sheet = Sheet()
    for line, cells in body:
        row, wrong = _row(path, line, header, cells)
        if wrong:
            sheet.of_row.setdefault(_name_of(line, row), []).extend(wrong)
        else:
            sheet.samples.append(_sample(path, line, row))
    sheet.faults.extend(_repeated(path, sheet.samples) + _none(path, body))
    return sheet


def _name_of(line: int, row: Mapping[str, str]) -> str:
    """The name of a row at fault."""
    name = row.get("sample", "")
    return name if re.fullmatch(COLUMNS["sample"].pattern, name) else f"line_{line}"


def _rows(path: Path) -> tuple[list[tuple[int, list[str]]], list[InputProblem]]:
    """Lines with their 1-based numbers, split at tabs; empty lines and lines with '#' are skipped."""
    if wrong := files.name_problem(path):
        return [], [InputProblem(str(path), None, f"the sample sheet: {wrong[0]}", wrong[1])]
    try:
        lines = [(number, line) for number, line in text_lines.lines(path, "sample sheet") if line.strip()]
    except InputError as error:
        remedy = "give its path as 'samples' in the configuration"
        return [], [replace(fault, remedy=fault.remedy or remedy) for fault in error.faults]
    rows = [
        (number, [_unquoted(cell) for cell in line.split("\t")]) for number, line in lines if line[0] != "#"
    ]
    return rows, [] if rows else [
        InputProblem(str(path), None, "the sample sheet is empty", "write one sample per row")
    ]


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].strip() if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _header_faults(path: Path, line: int, header: Sequence[str]) -> list[InputProblem]:
    if len(header) == 1 and "," in header[0]:
        return [InputProblem(str(path), line, "columns are separated by commas", "separate them by tabs")]
    faults = []
    meant = {closest(name, COLUMNS) for name in header if name not in COLUMNS}
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            faults.append(InputProblem(str(path), line, f"column {name} is repeated", "keep one"))
        if name not in COLUMNS:
            remedy = suggestion(name, COLUMNS) or f"columns are: {', '.join(COLUMNS)}"
            faults.append(InputProblem(str(path), line, f"unknown column: {name or '(empty)'}", remedy))
    for name, column in COLUMNS.items():
        if column.needed and name not in {*header, *meant}:
            faults.append(InputProblem(str(path), line, f"column {name} is missing", column.meaning))
    return faults


def _row(
    path: Path, line: int, header: Sequence[str], cells: Sequence[str]
) -> tuple[dict[str, str], list[InputProblem]]:
    """The cells by column, and what is wrong with them; cells missing at the end are empty."""
    if len(cells) > len(header):
        message = f"{len(cells)} cells, but the header has {len(header)} columns"
        return {}, [InputProblem(str(path), line, message, "is there an extra tab?")]
    row = dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))
    faults = []
    for name, column in COLUMNS.items():
        if column.needed and not row[name]:
            faults.append(InputProblem(str(path), line, f"{name} is empty", column.meaning))
        elif column.needed and not re.fullmatch(column.pattern, row[name]):
            faults.append(
                InputProblem(str(path), line, f"{name} {row[name]!r} is not allowed", column.meaning)
            )
    for term in _terms(row.get("hpo", "")):
        if looks_like_id(term) and not HPO_ID.fullmatch(term):
            faults.append(
                InputProblem(
                    str(path), line, f"hpo: {term!r} is not an HPO term", "write HP: and seven digits"
                )
            )
    return row, faults


def looks_like_id(term: str) -> bool:
    """Whether a text is meant as the identifier of an HPO term, well-formed or not, and not as its name."""
    return bool(re.match(r"(hpo?[:_-]?\s*)?\d|hpo?[:_-]", term, re.IGNORECASE))


def _terms(cell: str) -> list[str]:
    """HPO terms of a cell, separated by ``;`` or ``|``; identifiers alone by commas or spaces too."""
    parts = [part.strip() for part in re.split(r"[;|]+", cell)]
    return [term for part in parts if part for term in (_split(part) if looks_like_id(part) else [part])]


def _split(cell: str) -> list[str]:
    return [part for part in re.split(r"[;,|\s]+", cell) if part]


def _sample(path: Path, line: int, row: Mapping[str, str]) -> Sample:
    def optional(column: str) -> Path | None:
        return Path(row[column]) if row.get(column) else None

    genes = row.get("genes", "")
    in_file = "/" in genes or genes.lower().endswith(GENE_LIST_ENDINGS) or _is_file(genes)
    return Sample(
        name=row["sample"],
        vcf=Path(row["vcf"]),
        sheet=str(path),
        line=line,
        vcf_sample=row.get("vcf_sample") or None,
        ped=optional("ped"),
        hpo=tuple(dict.fromkeys(_terms(row.get("hpo", "")))),
        genes=() if in_file else tuple(dict.fromkeys(_split(genes))),
        genes_file=Path(genes) if in_file else None,
        regions=optional("regions"),
        panel=optional("panel"),
        phenopacket=optional("phenopacket"),
        previous=optional("previous"),
    )


def _is_file(text: str) -> bool:
    """Whether a cell names a file; a list of many genes is longer than any name may be."""
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _repeated(path: Path, samples: Sequence[Sample]) -> list[InputProblem]:
    """Repeated names; those that differ in case alone would share a folder on some file systems."""
    first: dict[str, Sample] = {}
    faults = []
    for sample in samples:
        earlier = first.setdefault(sample.name.lower(), sample)
        if earlier is not sample:
            message = f"sample {sample.name} is repeated, first in line {earlier.line}"
            faults.append(InputProblem(str(path), sample.line, message, "use unique names"))
    return faults


def _none(path: Path, body: Sequence[object]) -> list[InputProblem]:
    return (
        []
        if body
        else [InputProblem(str(path), None, "the sample sheet has no sample", "write one sample per row")]
    )
