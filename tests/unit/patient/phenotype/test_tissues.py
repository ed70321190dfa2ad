"""Groups of tissues: every spelling of the published tables, and the choice by a patient's terms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from landfall.models.tracks import tissue_groups
from landfall.models.tracks.beluga import model as beluga
from landfall.models.tracks.sei import model as sei
from landfall.patient.phenotype import tissues

GROUPS = {
    # Sei's and Beluga's names
    "HSMMtube_Skeletal_Muscle_Myotubes_Derived_from_HSMM": "muscle",
    "Psoas Muscle": "muscle",
    "Fetal_Muscle_Trunk": "muscle",
    "Stomach_Smooth_Muscle": "gut",
    "Coronary artery smooth muscle": "vessel",
    "HVMF": "smooth muscle",
    "Proerythroblast Fetal Liver": "blood",
    "K562 Erythroblast Bone Marrow": "blood",
    "Bone_Marrow_Derived_Mesenchymal_Stem_Cell_Cultured_Cells": "stem cell",
    "Chondrocytes_from_Bone_Marrow_Derived_Mesenchymal_Stem_Cell_Cultured_Cells": "bone",
    "H9_Derived_Neuron_Cultured_Cells": "brain",
    "hESC_Derived_CD56+_Mesoderm_Cultured_Cells": "stem cell",
    "CD4_Memory_Primary_Cells": "blood",
    "HEK293 Epithelium Embryonic Kidney": "kidney",
    "Fetal_Adrenal_Gland": "endocrine",
    "Pancreatic_Islets": "pancreas",
    "HPAF": "vessel",
    "HPAF-II Pancreatic ductal": "pancreas",
    "Right_Atrium": "heart",
    "HepG2": "liver",
    "Penis_Foreskin_Fibroblast_Primary_Cells_skin01": "skin",
    "HeLa-S3": "reproductive",
    # Enformer's and Borzoi's
    "gastrocnemius medialis male adult (54 years)": "muscle",
    "muscle layer of duodenum male adult (59 years)": "gut",
    "heart left ventricle male adult (32 years)": "heart",
    "renal cortex interstitium male embryo (97 days)": "kidney",
    "frontal cortex female adult (67 years)": "brain",
    "hepatocyte originated from H9": "liver",
    "brain microvascular endothelial cell": "vessel",
    "omental fat pad male adult (54 years)": "fat",
    "T-helper 17 cell": "blood",
    "Clontech Human Universal Reference Total RNA, pool1": "other",
}


@pytest.mark.parametrize(("tissue", "group"), GROUPS.items())
def test_a_tissue_goes_to_the_group_that_a_clinician_would_name(tissue: str, group: str):
    assert tissue_groups.group(tissue) == group


@pytest.mark.shared_data
def test_few_profiles_of_the_published_tables_belong_to_no_group(shared_data: Path):
    models = shared_data / "models"
    tables = {
        "sei": sei.profiles(models / "sei" / "target.names"),
        "beluga": beluga.profiles(models / "deepsea" / "deepsea_beluga_2002_features.tsv"),
    }
    for name, found in tables.items():
        counts = Counter(tissue_groups.group(target.tissue) for target in found)
        assert set(counts) == {*tissue_groups.GROUPS, tissue_groups.OTHER}, name
        assert counts[tissue_groups.OTHER] < 0.05 * len(found), name


@pytest.mark.parametrize(
    ("terms", "groups"),
    [
        (["HP:0003198", "HP:0003323", "HP:0003236"], ["muscle"]),  # myopathy, weakness, creatine kinase
        (["HP:0001638"], ["heart"]),  # cardiomyopathy
        (["HP:0001638", "HP:0003198", "HP:0003323"], ["muscle", "heart"]),  # most terms first
        (["HP:0000819"], ["pancreas", "endocrine"]),  # diabetes mellitus
        (["HP:0001250"], ["brain"]),  # seizure
        (["HP:0000007"], []),  # a mode of inheritance speaks for none
    ],
)
def test_the_terms_of_a_patient_choose_groups(terms: list[str], groups: list[str]):
    assert tissues.of_phenotype(terms) == groups


def test_every_group_that_terms_choose_has_tracks():
    chosen = {name for _, name in tissues.PHENOTYPES}
    assert chosen <= set(tissue_groups.GROUPS)
