"""Whether Isaac Sim can run is judged as NVIDIA's tables have it."""

from __future__ import annotations

import pytest

from sdg.foundation.rtx_needs import is_too_old, lacks_rt_cores

# As nvidia-smi has them. Compute capabilities from NVIDIA, "CUDA GPU Compute Capability"; RT cores from data sheets.
WITHOUT_RT_CORES = [
    "NVIDIA A100-SXM4-80GB, 8.0",
    "NVIDIA A30, 8.0",
    "NVIDIA H100 80GB HBM3, 9.0",
    "NVIDIA H200, 9.0",
    "NVIDIA GH200 480GB, 9.0",
    "NVIDIA B200, 10.0",
    "NVIDIA GB200, 10.0",
    "NVIDIA B300 SXM6 AC, 10.3",
    "Tesla V100-SXM2-16GB, 7.0",
    "NVIDIA TITAN V, 7.0",
    "Tesla P40, 6.1",
    "NVIDIA GeForce GTX 1080 Ti, 6.1",
    "Tesla M60, 5.2",
    "Tesla K80, 3.7",
    "NVIDIA GeForce GTX 1660 Ti, 7.5",
    "NVIDIA GeForce GTX 1650 with Max-Q Design, 7.5",
    "NVIDIA GeForce MX450, 7.5",
    "NVIDIA T1000 8GB, 7.5",
    "Quadro T2000 with Max-Q Design, 7.5",
    "NVIDIA T400 4GB, 7.5",
]
WITH_RT_CORES = [
    "Tesla T4, 7.5",
    "NVIDIA GeForce RTX 2080 Ti, 7.5",
    "Quadro RTX 6000, 7.5",
    "NVIDIA TITAN RTX, 7.5",
    "NVIDIA A10, 8.6",
    "NVIDIA A40, 8.6",
    "NVIDIA RTX A6000, 8.6",
    "NVIDIA GeForce RTX 3090, 8.6",
    "NVIDIA L4, 8.9",
    "NVIDIA L40S, 8.9",
    "NVIDIA RTX 6000 Ada Generation, 8.9",
    "NVIDIA GeForce RTX 4090, 8.9",
    "NVIDIA RTX PRO 6000 Blackwell Server Edition, 12.0",
    "NVIDIA GeForce RTX 5090, 12.0",
    "NVIDIA GB10, 12.1",
]


@pytest.mark.parametrize("gpu", WITHOUT_RT_CORES)
def test_gpus_of_data_centres_and_old_or_small_ones_have_no_rt_cores(gpu: str):
    assert lacks_rt_cores(gpu)


@pytest.mark.parametrize("gpu", [*WITH_RT_CORES, "NVIDIA Something New, 13.0", "NVIDIA Something Else, [N/A]"])
def test_others_and_unknown_ones_pass(gpu: str):
    assert not lacks_rt_cores(gpu)


@pytest.mark.parametrize("version", ["2023.1.1", "4.5.0-rc.36+release.19112.f59b3005.gl", "5.0.0.0"])
def test_isaac_sim_before_5_1_is_too_old(version: str):
    """Releases were numbered by years until 4.0."""
    assert is_too_old(version)


@pytest.mark.parametrize("version", ["5.1.0.0", "5.1.0-rc.19+release", "5.10.0", "6.0.1", "10.0", "", "unknown"])
def test_newer_and_unknown_ones_are_not(version: str):
    assert not is_too_old(version)
