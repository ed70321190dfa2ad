"""Gene panels with confidence levels."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.io.errors import InputError
from landfall.patient.phenotype import panels

EXPORT = (
    "Entity Name\tEntity type\tGene Symbol\tSources(; separated)\tModel_Of_Inheritance\tGEL_Status\n"
    "DYSF\tgene\tDYSF\tExpert Review Green\tBIALLELIC, autosomal or pseudoautosomal\t3\n"
    "TTN\tgene\tTTN\tExpert Review Amber\tMONOALLELIC\t2\n"
    "ISCA-1\tregion\t\tExpert Review Green\t\t3\n"
    "NA\tgene\tNA\tx\t\t1\n"
)


def panel(folder: Path, text: str) -> dict[str, panels.Entry]:
    path = folder / "panel.tsv"
    path.write_text(text)
    return panels.read(path)


def test_an_export_of_panelapp(tmp_path: Path) -> None:
    found = panel(tmp_path, EXPORT)
    assert {gene: (entry.line, entry.confidence) for gene, entry in found.items()} == {
        "DYSF": (2, 3),
        "TTN": (3, 2),
        "NA": (5, 1),
    }
    assert found["DYSF"].inheritance == "BIALLELIC, autosomal or pseudoautosomal"


@pytest.mark.parametrize(("word", "level"), [("Green", 3), ("amber", 2), ("RED", 1), ("4", 3), ("0", 0)])
def test_two_columns_are_enough_and_colours_count(tmp_path: Path, word: str, level: int) -> None:
    assert panel(tmp_path, f"# mine\ngene\tconfidence\nDMD\t{word}\n")["DMD"] == panels.Entry(3, level, "")


@pytest.mark.parametrize("levels", ["13", "31"])
def test_of_a_gene_that_stands_twice_the_surer_entry_counts(tmp_path: Path, levels: str) -> None:
    rows = "".join(f"DMD\t{level}\n" for level in levels)
    assert panel(tmp_path, "gene\tconfidence\n" + rows)["DMD"].confidence == 3


FAULTS = {
    "no gene column": ("name\tconfidence\nDMD\t3\n", "line 1: no column of gene symbols"),
    "no confidence": ("gene\tlevel\nDMD\t3\n", "line 1: no column of confidence levels"),
    "an unknown level": (
        "gene\tconfidence\nDMD\tsure\n",
        "line 2: confidence 'sure' of DMD; write 3, 2 or 1",
    ),
    "no gene": ("gene\tconfidence\n", "the panel names no gene"),
    "empty": ("\n", "the file is empty"),
}


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_panel(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        panel(tmp_path, text)
    assert words in str(caught.value.faults[0])


def test_a_panel_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the panel cannot be read"):
        panels.read(tmp_path / "none.tsv")
