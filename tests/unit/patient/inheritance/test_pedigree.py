"""PED files: what they say of a family, and their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.io.errors import InputError
from landfall.patient.inheritance.pedigree import Pedigree, read_ped

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
    "sex": ("F kid 0 0 5 2\n", "line 1: sex '5' of kid; write 1 for male"),
    "phenotype": ("F kid 0 0 1 9\n", "line 1: phenotype '9' of kid; write 2 for affected"),
    "mother is male": ("F kid 0 pat 1 2\nF pat 0 0 1 1\n", "line 1: mother pat of kid is male; line 2 gives"),
    "own parent": ("F kid kid 0 1 2\n", "line 1: kid is given as father of kid; write 0"),
    "twice": ("F kid 0 0 1 2\nF kid 0 0 1 2\n", "line 2: kid is listed twice, first in line 1"),
    "a circle": ("F a b 0 1 2\nF b c 0 1 2\nF c a 0 1 2\n", "line 1: a is an ancestor of a"),
    "no one": ("# nothing\n", "the PED file names no one"),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_pedigree_is_said_at_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        ped(tmp_path, text)
    assert expected in str(caught.value.faults[0])


def test_all_faults_of_a_pedigree_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        ped(tmp_path, "F kid 0 0 5 9\nF dad 0 0\n")
    assert [fault.line for fault in caught.value.faults] == [1, 1, 2]


def test_a_pedigree_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_ped(tmp_path / "none.ped")


TRIO_LINES = "F\tkid\tdad\tmum\t1\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n"
DIALECTS = {
    "blanks": TRIO_LINES.replace("\t", "  "),
    "a header with a mark": "#Family ID\tIndividual ID\tFather\tMother\tSex\tPhenotype\n" + TRIO_LINES,
    "PLINK's header": "FID IID PAT MAT SEX PHENO\n" + TRIO_LINES,
    "a header in words": "family_id\tindividual_id\tpaternal_id\tmaternal_id\tsex\tphenotype\n" + TRIO_LINES,
    "further columns": TRIO_LINES.replace("\n", "\tnotes here\t7\n"),
    "sex in letters": TRIO_LINES.replace("\t1\t2\n", "\tM\t2\n").replace("\t2\t1\n", "\tf\t1\n"),
    "phenotype in words": TRIO_LINES.replace("\t2\n", "\tAffected\n").replace("\t1\n", "\tunaffected\n"),
    "numbers of a table with gaps": TRIO_LINES.replace("\t1\n", "\t1.0\n").replace("\t2\n", "\t2.0\n"),
    "Windows": TRIO_LINES.replace("\n", "\r\n"),
    "old Macintosh": TRIO_LINES.replace("\n", "\r"),
    "another family": TRIO_LINES + "G sib pa ma 2 2\nG pa 0 0 1 1\nG ma 0 0 2 1\n",
    "another family of the same names": "G kid dad mum 2 1\nG dad 0 0 1 2\n"
    + TRIO_LINES.replace("kid", "kid1")
    + "F\tkid\tdad\tmum\t1\t2\n",
    **{
        f"parents {unknown!r}": TRIO_LINES.replace("\t0\t0\t", f"\t{unknown}\t{unknown}\t")
        for unknown in (".", "-9", "NA", "na", "None", "", "n/a", "unknown")
    },
}


@pytest.mark.parametrize("text", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_a_pedigree_is_the_same_in_every_dialect(tmp_path: Path, text: str, mark: str) -> None:
    path = tmp_path / "family.ped"
    path.write_text(mark + text, encoding="utf-8", newline="")
    found = read_ped(path, ["kid1" if "kid1" in text else "kid"])
    kid, dad, mum = (found.individuals[name] for name in ("kid", "dad", "mum"))
    assert (kid.sex, kid.affected, kid.father, kid.mother) == ("male", True, "dad", "mum")
    assert (dad.sex, dad.affected, dad.father, dad.mother) == ("male", False, None, None)
    assert (mum.sex, mum.affected, mum.father, mum.mother) == ("female", False, None, None)


@pytest.mark.parametrize("code", ["0", "-9", ".", "NA", "", "unknown", "other", "U"])
def test_an_unknown_sex_in_every_dialect(tmp_path: Path, code: str) -> None:
    assert ped(tmp_path, f"F\tkid\t0\t0\t{code}\t2\n").sex("kid") == "unknown"


@pytest.mark.parametrize("code", ["0", "-9", ".", "NA", "", "unknown", "None", "-9.0"])
def test_an_unknown_phenotype_in_every_dialect(tmp_path: Path, code: str) -> None:
    assert ped(tmp_path, f"F\tkid\t0\t0\t1\t{code}\n").individuals["kid"].affected is None


def test_names_with_blanks_and_marks(tmp_path: Path) -> None:
    found = ped(tmp_path, "Müller #2\tII #1\tI 1\t0\t1\t2 # index\n\tI 1\t0\t0\t1\t1\n").individuals
    assert set(found) == {"II #1", "I 1"}
    assert (found["II #1"].affected, found["II #1"].father) == (True, "I 1")
    assert set(ped(tmp_path, "F kid#1 0 0 1 2 # seen\n").individuals) == {"kid#1"}


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "family.ped"
    path.write_bytes("Müller\tkid\t0\t0\t1\t2\n".encode(encoding))
    assert read_ped(path).individuals["kid"].family == "Müller"


def test_parents_without_a_line_are_of_unknown_phenotype_and_told(tmp_path: Path) -> None:
    found = ped(tmp_path, "F kid dad mum 1 2\nF sis dad mum 2 1\n")
    father, mother = found.parents("kid")
    assert father is not None
    assert mother is not None
    assert (father.sex, father.affected, mother.sex, mother.family) == ("male", None, "female", "F")
    assert [words.split("family.ped: ")[1] for words in found.notices] == [
        f"line 1: {name} has no line of its own; the phenotype is unknown" for name in ("dad", "mum")
    ]
    with pytest.raises(InputError, match="mother dad of sis is male"):
        ped(tmp_path, "F kid dad mum 1 2\nF sis 0 dad 2 1\n")


def test_a_name_of_two_families_is_that_of_the_patient_s(tmp_path: Path) -> None:
    path = tmp_path / "families.ped"
    path.write_text("F 1 2 3 1 2\nF 2 0 0 1 1\nF 3 0 0 2 1\nG 4 2 3 1 2\nG 2 0 0 1 2\nG 3 0 0 2 1\n")
    assert read_ped(path, ["4"]).individuals["2"].affected is True
    assert read_ped(path, ["1"]).individuals["2"].affected is False
    assert read_ped(path, ["1"]).notices == (
        f"{path}: family G is left out: it uses names of another family",
    )
    with pytest.raises(InputError, match="line 5: 2 is in several families, among them G"):
        read_ped(path, ["2"])


def test_a_file_that_is_no_ped_is_told_by_its_first_lines(tmp_path: Path) -> None:
    """A genome given as a PED file by mistake has a fault in every line."""
    with pytest.raises(InputError) as caught:
        ped(tmp_path, "ACGT\n" * 30_000)
    lines = str(caught.value).splitlines()
    assert lines[0] == "The input has 30000 faults; nothing was run."
    assert "line 1: 1 columns" in lines[1]
    assert lines[-1].endswith(f"{tmp_path / 'family.ped'}: 29900 more; is it the right file?")
    assert len(lines) == 102
