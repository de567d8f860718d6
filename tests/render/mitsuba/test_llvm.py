"""A library that aborts, hangs or is missing must cost no more than a verdict."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sdg.errors import BackendUnavailable
from sdg.render import doctor
from sdg.render.mitsuba import backend, llvm
from sdg.render.mitsuba.llvm import LlvmVerdict


def test_candidates_come_newest_first_and_each_file_once(tmp_path: Path) -> None:
    for name in ("libLLVM-14.so.1", "libLLVM.so.19.1", "libLLVM.so.9", "libLLVMSupport.so.19", "libc.so.6"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "libLLVM-19.so").symlink_to("libLLVM.so.19.1")
    names = [path.resolve().name for path in llvm.find_libraries([tmp_path, tmp_path / "missing"])]
    assert names == ["libLLVM.so.19.1", "libLLVM-14.so.1", "libLLVM.so.9"]


def test_the_library_that_the_user_names_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chosen = tmp_path / "libLLVM-7.so"
    monkeypatch.setenv(llvm.LIBRARY_VARIABLE, str(chosen))
    assert llvm.find_libraries()[0] == chosen


def test_a_library_that_aborts_the_process_is_refused_and_the_next_one_taken(tmp_path: Path) -> None:
    """What LLVM 15 does: the child ends by SIGABRT after a message of LLVM's."""
    aborting = (
        'import os, sys; sys.stderr.write("LLVM ERROR: Cannot select: fminimum\\n"); sys.stderr.flush(); os.abort()'
    )
    bad, good = tmp_path / "libLLVM-16.so", tmp_path / "libLLVM-15.so"
    scripts = {bad: aborting, good: "pass"}
    chosen, verdicts = llvm.try_libraries([bad, good], lambda path: llvm.run_probe(path, scripts[path]))
    assert chosen == good
    assert [verdict.works for verdict in verdicts] == [False, True]
    assert "signal 6" in verdicts[0].reason
    assert "Cannot select" in verdicts[0].reason


def test_a_file_that_is_no_library_is_refused_by_the_real_probe(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fake = tmp_path / "libLLVM-99.so"
    fake.write_bytes(b"no library")
    verdict = llvm.probe_library(fake)
    assert not verdict.works
    assert verdict.reason


def test_a_verdict_is_kept_until_the_file_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    library = tmp_path / "libLLVM-20.so"
    library.write_bytes(b"one")
    probes: list[Path] = []

    def probe(path: Path) -> LlvmVerdict:
        probes.append(path)
        return LlvmVerdict(str(path), True)

    monkeypatch.setattr(llvm, "run_probe", probe)
    assert llvm.probe_library(library).works
    assert llvm.probe_library(library).works
    assert len(probes) == 1
    library.write_bytes(b"other")
    assert llvm.probe_library(library).works
    assert len(probes) == 2


def test_a_library_that_failed_is_tried_again_but_one_that_aborted_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Something else may have been installed meanwhile; an abort is slow and leaves a core."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    library = tmp_path / "libLLVM-20.so"
    library.write_bytes(b"one")
    reasons = ["exit status 1: libatomic.so.1 is missing", "killed by signal 6: LLVM ERROR", "not asked again"]
    monkeypatch.setattr(llvm, "run_probe", lambda path: LlvmVerdict(str(path), False, reasons.pop(0)))
    told = [llvm.probe_library(library).reason for _ in range(3)]
    assert [reason.split(":")[0] for reason in told] == ["exit status 1", "killed by signal 6", "killed by signal 6"]


def test_a_missing_shared_library_is_named() -> None:
    script = 'raise ImportError("libatomic.so.1: cannot open shared object file")'
    wrapped = f"try:\n    {script}\nexcept ImportError:\n    undefined"
    assert "libatomic.so.1" in llvm.run_python(wrapped)


def test_without_any_library_the_error_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llvm, "find_libraries", list)
    with pytest.raises(BackendUnavailable) as caught:
        llvm.choose_library()
    assert "libLLVM" in caught.value.message
    assert "apt-get install libllvm19" in caught.value.hint
    check = doctor._check_llvm(needed=True)
    assert (check.ok, check.cure) == (False, llvm.CURE)


def test_without_a_home_the_cache_is_a_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/no/such/place")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    folder = llvm.cache_folder()
    assert folder.is_relative_to(tmp_path)
    assert os.access(folder, os.W_OK)


def test_asking_for_a_gpu_where_there_is_none_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "probe_gpu", lambda: backend.GpuVerdict(False, "no NVIDIA device is present"))
    with pytest.raises(BackendUnavailable, match="no NVIDIA device is present"):
        backend.choose_variant("cuda")
    assert backend.choose_variant("cpu") == backend.CPU_VARIANT


def test_the_doctor_looks_at_everything_and_offers_a_cure_for_what_is_needed() -> None:
    checks = doctor.probe()
    assert [check.name for check in checks] == ["Mitsuba", "LLVM library", "GPU", "Denoiser", "Isaac Sim", "RT cores"]
    assert all(check.found for check in checks)
    assert all(check.ok or check.cure for check in checks if check.needed)
