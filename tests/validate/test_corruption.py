"""Single faults planted in sound datasets: each is found under its own code, and nothing else is blamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdg.validate.codes import RULES
from sdg.validate.run import Validation, validate
from tests.validate import faults_plain, faults_sdg
from tests.validate.datasets import SdgDataset


def blamed(validation: Validation) -> set[str]:
    """Return the codes of errors and warnings."""
    findings = validation.findings
    return {code for code in findings.counts if findings.severity(code) != "note"}


def test_the_sound_datasets_have_no_finding(generated: Path, plain: Path) -> None:
    for folder in (generated, plain):
        validation = validate(folder)
        assert list(validation.findings.all()) == []
        assert validation.sound(strict=True)


@pytest.mark.parametrize(
    ("code", "plant"),
    [pytest.param(code, plant, id=f"{code} {name}") for code, name, plant in faults_plain.FAULTS],
)
def test_a_fault_of_a_coco_file_is_found_and_no_other(code: str, plant: faults_plain.Plant, plain: Path) -> None:
    plant(plain)
    validation = validate(plain / "annotations/instances.json")
    found = "\n".join(str(finding) for finding in validation.findings.all())
    assert code in validation.findings.counts, found
    assert blamed(validation) <= {code}, found


@pytest.mark.parametrize(
    ("code", "plant"),
    [pytest.param(code, plant, id=f"{code} {name}") for code, name, plant in faults_sdg.FAULTS],
)
def test_a_fault_of_a_dataset_is_found_and_no_other(code: str, plant: faults_sdg.Plant, dataset: SdgDataset) -> None:
    plant(dataset)
    validation = validate(dataset.root)
    found = "\n".join(str(finding) for finding in validation.findings.all())
    assert code in validation.findings.counts, found
    assert blamed(validation) <= {code}, found


def test_there_is_a_fault_of_every_code() -> None:
    planted = {code for code, *_ in [*faults_plain.FAULTS, *faults_sdg.FAULTS]}
    made_again = {code for code in RULES if code.startswith("V9")}  # see test_rerender.py
    named_folder = {"V509"}  # depends on how it is called; see test_damaged.py
    assert planted == RULES.keys() - made_again - named_folder
    assert len(faults_plain.FAULTS) + len(faults_sdg.FAULTS) >= 80


def test_each_fault_has_a_name_of_its_own() -> None:
    for faults in (faults_plain.FAULTS, faults_sdg.FAULTS):
        names = [f"{code} {name}" for code, name, _ in faults]
        assert len(names) == len(set(names))
