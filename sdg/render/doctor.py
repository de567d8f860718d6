"""What this machine can render with, and the one command that cures each lack."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from sdg.errors import BackendUnavailable
from sdg.render import isaac_sim
from sdg.render.mitsuba import backend, llvm


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes:
        name: What it is.
        ok: Whether it can be used.
        needed: Whether the embedded renderer can't do without it here; the rest is extra.
        found: What was found, for a person to read.
        cure: The command that cures the lack; empty where nothing is lacking or nothing helps.
    """

    name: str
    ok: bool
    needed: bool
    found: str
    cure: str = ""


def probe() -> list[Check]:
    """Look at everything a renderer needs. Libraries that could abort the process are tried in child processes."""
    gpu = _check_gpu()
    return [
        _check_mitsuba(),
        _check_llvm(needed=not gpu.ok),
        gpu,
        _check_denoiser(),
        check_isaac_sim(),
        check_rt_cores(),
    ]


def _check_mitsuba() -> Check:
    found = _installed("mitsuba")
    if not found:
        return Check("Mitsuba", False, True, "the Python package is not installed", "pip install mitsuba")
    spec = find_spec("drjit")
    folder = Path(spec.origin).parent.parent / "mitsuba" if spec is not None and spec.origin else Path()
    present = [variant for variant in (backend.CPU_VARIANT, backend.CUDA_VARIANT) if any(folder.glob(f"{variant}.*"))]
    text = f"{found}, Dr.Jit {llvm.drjit_version()}, variants {', '.join(present) or 'none'}"
    ok = bool(present)
    return Check("Mitsuba", ok, True, text, "" if ok else "pip install --force-reinstall mitsuba")


def _check_llvm(*, needed: bool) -> Check:
    chosen, verdicts = llvm.try_libraries(llvm.find_libraries())
    refused = [f"{verdict.path} refused ({verdict.reason})" for verdict in verdicts if not verdict.works]
    if chosen is not None:
        return Check("LLVM library", True, needed, "; ".join([str(chosen), *refused]))
    return Check("LLVM library", False, needed, "; ".join(refused) or "no libLLVM found", llvm.CURE)


def _check_gpu() -> Check:
    verdict = backend.probe_gpu()
    device = f"{verdict.name}, driver {verdict.driver}" if verdict.name else "no NVIDIA GPU"
    if verdict.works:
        return Check("GPU", True, False, f"{device}, OptiX works")
    cure = "install NVIDIA's driver, version 535 or newer" if verdict.name else ""
    return Check("GPU", False, False, f"{device}: {verdict.reason}", cure)


def _check_denoiser() -> Check:
    found = _installed("pyoidn")
    if not found:
        return Check("Denoiser", False, True, "pyoidn is not installed", "pip install pyoidn")
    loaded = llvm.run_python("import pyoidn\nassert pyoidn.Device.is_cpu_available()")
    if loaded:
        return Check("Denoiser", False, True, f"pyoidn {found} can't be used: {loaded}", "pip install -U pyoidn")
    return Check("Denoiser", True, True, f"Open Image Denoise, pyoidn {found}")


def check_isaac_sim() -> Check:
    """Look for Isaac Sim, which nothing but the RTX renderer needs."""
    places = isaac_sim.search()
    place = isaac_sim.choose(places)
    if place is not None:
        use = "for `--renderer replicator` and for what `sdg compile` writes, both of which never ran on RTX"
        return Check("Isaac Sim", True, False, f"{place.found}; {use}")
    wrong = [f"{place.what}: {place.found}" for place in places if place.is_named]
    found = "; ".join(wrong) or "not installed (only the RTX renderer needs it)"
    return Check("Isaac Sim", False, False, found, isaac_sim.cure(places))


def check_rt_cores() -> Check:
    """Look for a GPU with RT cores, which nothing but Isaac Sim needs."""
    try:
        isaac_sim.check_rtx_gpu()
    except BackendUnavailable as error:
        return Check("RT cores", False, False, error.message)
    gpus = isaac_sim.list_gpus()
    return Check("RT cores", True, False, "; ".join(dict.fromkeys(gpus)) or "which GPU it is could not be asked")


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
