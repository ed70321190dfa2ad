"""PED files: what they say of a family, and their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.faults import InputErrors
from landfall.pedigree import Pedigree, read_ped

TRIO = "F\tkid\tdad\tmum\t{sex}\t2\nF\tdad\t0\t0\t1\t{dad}\nF\tmum\t0\t0\t2\t{mum}\n"


def ped(folder: Path, text: str) -> Pedigree:
    path = folder / "family.ped"
    path.write_text(text)
    return read_ped(path)


def test_tabs_spaces_and_comments(tmp_path: Path) -> None:
    family = ped(
        tmp_path, "#family id father mother sex phenotype\n\nF kid dad 0 2 2 # seen\nF\tdad\t0\t0\t1\t-9\n"
    )
    assert family.sex("kid") == "female"
    assert family.individuals["kid"].affected is True
    assert family.individuals["dad"].affected is None
    assert family.parents("kid") == (family.individuals["dad"], None)
    assert family.sex("stranger") == "unknown"


SUMMARIES = {
    "trio": (TRIO.format(sex=2, dad=1, mum=1), "proband female affected; both parents unaffected"),
    "sibling": (
        TRIO.format(sex=1, dad=1, mum=1) + "F sis dad mum 2 1\n",
        "proband male affected; both parents unaffected and one sibling unaffected",
    ),
    "affected mother": (
        TRIO.format(sex=0, dad=1, mum=2),
        "proband affected; father unaffected and mother affected",
    ),
    "siblings": (
        TRIO.format(sex=1, dad=0, mum=0) + "F a dad mum 2 1\nF b dad mum 2 2\nF c dad 0 1 1\n",
        "proband male affected; both parents of unknown phenotype and one sibling affected"
        " and two siblings unaffected",
    ),
    "alone": ("F kid 0 0 2 2\n", "proband female affected; no close family known"),
    "absent": ("F other 0 0 2 2\n", "no family known"),
}


@pytest.mark.parametrize(("text", "expected"), SUMMARIES.values(), ids=SUMMARIES)
def test_the_family_in_words(tmp_path: Path, text: str, expected: str) -> None:
    assert ped(tmp_path, text).summary("kid") == expected


FAULTS = {
    "too few columns": ("F kid 0 0 1\n", "line 1: 5 columns; a PED line has six columns"),
    "sex": ("F kid 0 0 M 2\n", "line 1: sex 'M' of kid; write 1 for male"),
    "phenotype": ("F kid 0 0 1 9\n", "line 1: phenotype '9' of kid; write 2 for affected"),
    "unknown parent": (
        "#\nF kid dad 0 1 2\n",
        "line 2: father dad of kid has no line; add a line, or write 0",
    ),
    "mother is male": ("F kid 0 pat 1 2\nF pat 0 0 1 1\n", "line 1: mother pat of kid is male; line 2 gives"),
    "own parent": ("F kid kid 0 1 2\n", "line 1: kid is given as father of kid; write 0"),
    "twice": ("F kid 0 0 1 2\nF kid 0 0 1 2\n", "line 2: kid stands twice, first in line 1"),
    "a circle": ("F a b 0 1 2\nF b c 0 1 2\nF c a 0 1 2\n", "line 1: a is an ancestor of a"),
    "no one": ("# nothing\n", "the PED file names no one"),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_pedigree_is_said_at_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InputErrors) as caught:
        ped(tmp_path, text)
    assert expected in str(caught.value.faults[0])


def test_all_faults_of_a_pedigree_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        ped(tmp_path, "F kid 0 0 M 9\nF dad 0 0\n")
    assert [fault.line for fault in caught.value.faults] == [1, 1, 2]


def test_a_pedigree_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="cannot be read"):
        read_ped(tmp_path / "none.ped")
