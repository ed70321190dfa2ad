"""Genotypes against the pedigree: simulated families with known faults, each beside the family without it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from landfall.patient.inheritance.pedigree import Pedigree
from landfall.patient.inheritance.pedigree_checks import FEWEST_SITES, check, mendelian, sex_of
from landfall.testing.families import pedigree, trio

LIMIT = 0.02
NAMES = ("kid", "dad", "mum")
Census = Counter[tuple[str, ...]]


@dataclass
class Genes:
    """Two copies of the genome of someone, as 0 and 1 at each site."""

    copies: tuple[list[int], list[int]]

    def handed_down(self, rng: random.Random) -> list[int]:
        return [rng.choice(pair) for pair in zip(*self.copies, strict=True)]


def stranger(rng: random.Random, sites: int) -> Genes:
    copies = [[int(rng.random() < 0.3) for _ in range(sites)] for _ in range(2)]
    return Genes((copies[0], copies[1]))


def child(rng: random.Random, father: Genes, mother: Genes) -> Genes:
    return Genes((father.handed_down(rng), mother.handed_down(rng)))


def autosomes(*people: Genes) -> Census:
    rows = zip(*(zip(*person.copies, strict=True) for person in people), strict=True)
    return Counter(("autosome", *(f"{min(pair)}/{max(pair)}" for pair in row)) for row in rows)


def sexes(*given: str) -> Census:
    """X and Y of people; a woman has 60 % of her X alleles heterozygous, a man 2 %."""
    found: Census = Counter()
    for number, sex in enumerate(given):
        for genotype, sites in (
            ("0/1", 120 if sex == "female" else 4),
            ("1/1", 80 if sex == "female" else 196),
        ):
            row = ["0/0"] * len(given)
            row[number] = genotype
            found["x", *row] += sites
        if sex == "male":
            found["y", *("1" if n == number else "./." for n in range(len(given)))] += 20
    return found


def family(seed: int = 1) -> tuple[Genes, Genes, Genes]:
    rng = random.Random(seed)
    dad, mum = stranger(rng, 2000), stranger(rng, 2000)
    return child(rng, dad, mum), dad, mum


def warned(census: Census, people: Pedigree, names: tuple[str, ...] = NAMES) -> tuple[str, ...]:
    return check(census, names, people, LIMIT).warnings


SOUND = sexes("female", "male", "female")


def test_a_sound_trio_has_no_warning_and_its_numbers() -> None:
    found = check(autosomes(*family()) + SOUND, NAMES, trio(), LIMIT)
    assert found.warnings == ()
    assert found.sexes == {"kid": "female", "dad": "male", "mum": "female"}
    assert found.findings[0] == "kid: 60% of 200 alleles on X heterozygous, 0 on Y"
    assert found.findings[-1].startswith("kid with dad and mum: 0 of ")
    assert found.parentage == {"kid": found.findings[-1]}


def test_parentage_is_confirmed_by_enough_consistent_sites_of_both_parents() -> None:
    kid, dad, mum = family()
    wrong = autosomes(kid, stranger(random.Random(9), 2000), mum) + SOUND
    few: Census = Counter({("autosome", "0/1", "0/1", "0/0"): FEWEST_SITES - 1})
    assert check(wrong, NAMES, trio(), LIMIT).parentage == {}
    assert check(few, NAMES, trio(), LIMIT).parentage == {}
    few["autosome", "0/1", "0/1", "0/0"] += 1
    assert set(check(few, NAMES, trio(), LIMIT).parentage) == {"kid"}
    assert check(autosomes(kid, dad) + sexes("female", "male"), NAMES[:2], trio(), LIMIT).parentage == {}


def test_a_wrong_father_is_named_and_the_mother_is_not() -> None:
    kid, _, mum = family()
    (warning,) = warned(autosomes(kid, stranger(random.Random(9), 2000), mum) + SOUND, trio())
    assert warning.startswith("dad may not be a parent of kid: ")
    assert warning.endswith("check the samples and the PED file")


def test_a_few_errors_are_sequencing_s() -> None:
    census = autosomes(*family()) + SOUND
    census["autosome", "1/1", "0/0", "0/1"] += 20
    assert warned(census, trio()) == ()
    census["autosome", "1/1", "0/0", "0/1"] += 20
    assert len(warned(census, trio())) == 1


def test_de_novo_sites_count_for_the_trio_alone() -> None:
    census = Counter({("autosome", "0/1", "0/0", "0/0"): 60, ("autosome", "0/1", "0/1", "0/0"): 940})
    assert mendelian(census, [0, 1]).errors == 0
    assert (mendelian(census, [0, 1, 2]).errors, mendelian(census, [0, 1, 2]).sites) == (60, 1000)
    (warning,) = warned(census, trio())
    assert warning.startswith("dad and mum may not be both parents of kid: 60 of 1000 sites")
    assert warning.endswith("check the samples and the PED file")


def test_child_and_mother_swapped() -> None:
    kid, dad, mum = family()
    (warning,) = warned(autosomes(mum, dad, kid) + SOUND, trio())
    assert warning.startswith("dad may not be a parent of kid")
    assert warning.endswith("the genotypes fit with mum as the child: were samples swapped?")


def test_father_and_mother_swapped_shows_by_their_sex() -> None:
    kid, dad, mum = family()
    found = warned(autosomes(kid, mum, dad) + sexes("female", "female", "male"), trio())
    assert [words.split(" in the")[0] for words in found] == ["dad is male", "mum is female"]


def test_a_sex_that_contradicts_the_pedigree() -> None:
    assert warned(sexes("male"), pedigree("kid m +"), ("kid",)) == ()
    (warning,) = warned(sexes("female"), pedigree("kid m +"), ("kid",))
    assert warning == (
        "kid is male in the pedigree, but the genotypes look female (60% of 200 alleles on X heterozygous, 0 on Y); "
        "check the sample and the PED file"
    )
    assert warned(sexes("female"), pedigree("kid u +"), ("kid",)) == ()


def test_one_x_without_y_is_no_man() -> None:
    one_x: Census = Counter({("x", "1/1"): 200})
    assert sex_of(one_x, 0)[0] == "unknown"
    (warning,) = warned(one_x, pedigree("kid f +"), ("kid",))
    assert warning.startswith("kid is female in the pedigree, but has hardly a heterozygous site on X")
    assert warned(one_x, pedigree("kid m +"), ("kid",)) == ()


def test_two_x_and_a_y() -> None:
    xxy: Census = sexes("female") + Counter({("y", "1"): 20, ("y", "1/1"): 10})
    assert sex_of(xxy, 0)[0] == "unknown"
    for sex in ("m", "f", "u"):
        found = check(xxy, ("kid",), pedigree(f"kid {sex} +"), LIMIT)
        (warning,) = found.warnings
        assert "two X and a Y: XXY, or two samples mixed" in warning
        assert found.x_copies == {"kid": 2}
    misplaced: Census = sexes("female") + Counter({("y", "0/1"): 40, ("y", "1/1"): 3})
    assert sex_of(misplaced, 0)[0] == "female"


def test_the_number_of_x_chromosomes() -> None:
    assert check(SOUND, NAMES, trio(), LIMIT).x_copies == {"kid": 2, "dad": 1, "mum": 2}
    assert check(Counter({("x", "1/1"): 200}), ("kid",), pedigree("kid f +"), LIMIT).x_copies == {"kid": 1}
    assert check(Counter({("x", "1/1"): 20}), ("kid",), pedigree("kid f +"), LIMIT).x_copies == {}


def test_too_few_sites_say_nothing() -> None:
    few: Census = Counter({("x", "0/1"): FEWEST_SITES - 1})
    assert sex_of(few, 0)[0] == "unknown"
    few["x", "0/1"] += 1
    assert sex_of(few, 0)[0] == "female"
    wrong: Census = Counter({("autosome", "1/1", "0/0", "0/0"): FEWEST_SITES - 1})
    assert warned(wrong, trio()) == ()
    wrong["autosome", "1/1", "0/0", "0/0"] += 1
    assert len(warned(wrong, trio())) == 2


def test_uncalled_and_multiallelic_genotypes_are_not_held_against_anyone() -> None:
    census: Census = Counter({("autosome", "./.", "1/1", "0/0"): 500, ("autosome", "1/1", "./.", "0/0"): 500})
    assert mendelian(census, [0, 1]).sites == 0
    assert mendelian(census, [0, 2]).errors == 500
