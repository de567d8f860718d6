"""Who renders: what must be equal for bytes to be equal, and the versions of what decides a pixel."""

from __future__ import annotations

import ctypes
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import drjit as dr
import mitsuba as mi

from sdg.render.api import RendererIdentity
from sdg.render.mitsuba import llvm
from sdg.render.mitsuba.backend import CPU_VARIANT, gpu_name_and_driver

# Widest first; names as LLVM's host features have them.
_VECTOR_FEATURES = ("avx512f", "avx2", "avx", "sse4.2", "sve", "neon")
_PACKAGES = {
    "numpy": ("numpy",),
    "mitsuba": ("mitsuba",),
    "drjit": ("drjit",),
    "pyoidn": ("pyoidn",),
    "opencv": ("opencv-python-headless", "opencv-python"),
}


def describe(*, denoiser_on_gpu: bool | None) -> RendererIdentity:
    """Describe this process's renderer; the back end has been started.

    Args:
        denoiser_on_gpu: Where the denoiser runs; None if there is none.
    """
    versions = {name: _package_version(packages) for name, packages in _PACKAGES.items()}
    if mi.variant() == CPU_VARIANT:
        kind = f"cpu {platform.machine()} {_cpu_vendor()} {_vector_feature()}"
        versions["llvm"] = ".".join(str(part) for part in dr.detail.llvm_version())
    else:
        name, driver = gpu_name_and_driver()
        kind = f"gpu {name or 'nvidia'}, driver {driver or 'unknown'}"
        if denoiser_on_gpu is False:
            kind += f", denoised on cpu {platform.machine()} {_cpu_vendor()}"
        versions["cuda"] = ".".join(str(part) for part in dr.detail.cuda_version())
    return RendererIdentity("mitsuba", kind, {name: text for name, text in sorted(versions.items()) if text})


def _package_version(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""


def _cpu_vendor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("vendor_id", "CPU implementer")):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.system()


def _vector_feature() -> str:
    """Return the widest vector instructions that LLVM sees on this CPU."""
    features = {part[1:] for part in _llvm_host_features().split(",") if part.startswith("+")}
    return next((name for name in _VECTOR_FEATURES if name in features), "baseline")


def _llvm_host_features() -> str:
    try:
        library = ctypes.CDLL(os.environ[llvm.LIBRARY_VARIABLE])
        library.LLVMGetHostCPUFeatures.restype = ctypes.c_void_p
        pointer = library.LLVMGetHostCPUFeatures()
        text = ctypes.string_at(pointer).decode()
        library.LLVMDisposeMessage(ctypes.c_void_p(pointer))
    except (OSError, AttributeError, KeyError):
        return ""
    return text
