"""Finding an LLVM library that Dr.Jit can use, without dying of one that it can't.

Dr.Jit compiles CPU kernels with a system libLLVM. Old versions are refused; LLVM 15 and 16 abort the whole
process on an instruction they can't select. So each candidate is tried in a child process, newest first, on a
kernel with that instruction and a small trace; the verdict is cached.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sdg.errors import BackendUnavailable
from sdg.foundation.digest import canonical_json, digest_bytes

LIBRARY_VARIABLE = "DRJIT_LIBLLVM_PATH"
# Dr.Jit itself needs libatomic, which a bare Debian lacks.
CURE = "apt-get install libllvm19 libatomic1   (as root, or with sudo)"
_PROBE_SECONDS = 120
_KILLED = "killed by signal"
_NAME = re.compile(r"^libLLVM(-\d+)?(\.so[\d.]*|\.dylib)$")
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?")
_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/opt/homebrew/opt/llvm/lib",
    "/usr/local/opt/llvm/lib",
)
_FOLDER_PATTERNS = (("/usr/lib", "llvm-*/lib"), ("/usr/lib64", "llvm*/lib*"), ("/opt/homebrew/opt", "llvm@*/lib"))

# minimum() and maximum() become llvm.minimum/maximum, which LLVM 15 and 16 can't select on x86; the trace runs
# what a render runs.
PROBE_SCRIPT = """
import mitsuba as mi
mi.set_variant("llvm_ad_rgb")
import drjit as dr
a = dr.arange(mi.Float, 64)
dr.eval(dr.minimum(a, 3.0) + dr.maximum(a, 5.0) + dr.rsqrt(a + 1.0))
scene = mi.load_dict({"type": "scene", "ball": {"type": "sphere", "bsdf": {"type": "principled"}},
                      "sky": {"type": "constant"}})
sampler = mi.load_dict({"type": "multijitter", "sample_count": 4})
sampler.seed(0, 64)
rays = mi.RayDifferential3f(mi.Ray3f(mi.Point3f(0, 0, -3), mi.Vector3f(0, 0, 1)))
color, _, _ = mi.load_dict({"type": "path", "max_depth": 3}).sample(scene, sampler, rays)
dr.eval(color)
assert dr.all(dr.mean(color.x) > 0)
print("probe passed")
"""


@dataclass(frozen=True)
class LlvmVerdict:
    """What became of trying one library; `reason` says why it was refused."""

    path: str
    works: bool
    reason: str = ""


def find_libraries(folders: Iterable[Path] | None = None) -> list[Path]:
    """Return libLLVM candidates, newest version first, each real file once.

    A library named by `DRJIT_LIBLLVM_PATH` comes before all others.

    Args:
        folders: Where to look; None is the linker's cache and the usual folders of Debian, Fedora, macOS, conda.
    """
    found: dict[Path, Path] = {}
    for folder in _search_folders() if folders is None else folders:
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if _NAME.match(path.name) and path.exists():
                    found.setdefault(path.resolve(), path)
    ordered = sorted(found.values(), key=lambda path: (_version_of(path), str(path)), reverse=True)
    named = os.environ.get(LIBRARY_VARIABLE)
    if named and folders is None:
        chosen = Path(named)
        ordered = [chosen, *(path for path in ordered if not _same_file(path, chosen))]
    return ordered


def try_libraries(
    candidates: Sequence[Path], probe: Callable[[Path], LlvmVerdict] | None = None
) -> tuple[Path | None, list[LlvmVerdict]]:
    """Try candidates in order until one works; return it, or None, and every verdict so far."""
    verdicts = []
    for path in candidates:
        verdict = (probe or probe_library)(path)
        verdicts.append(verdict)
        if verdict.works:
            return path, verdicts
    return None, verdicts


def choose_library() -> Path:
    """Return the newest libLLVM that works here.

    Raises:
        BackendUnavailable: None does.
    """
    candidates = find_libraries()
    chosen, verdicts = try_libraries(candidates)
    if chosen is None:
        raise BackendUnavailable(_explain(verdicts), hint=CURE)
    return chosen


def probe_library(path: Path) -> LlvmVerdict:
    """Say whether Dr.Jit can render with this library, from the cache or by trying it in a child process."""
    try:
        stat = path.stat()
    except OSError as error:
        return LlvmVerdict(str(path), False, error.strerror or "cannot be read")
    key = digest_bytes(
        canonical_json([str(path.resolve()), stat.st_size, stat.st_mtime_ns, drjit_version(), PROBE_SCRIPT]).encode()
    )
    cache_file = cache_folder() / f"llvm-{key[:32]}.json"
    try:
        cached = json.loads(cache_file.read_text())
        return LlvmVerdict(str(path), bool(cached["works"]), str(cached["reason"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    verdict = run_probe(path)
    if verdict.works or _KILLED in verdict.reason:  # any other failure may be cured by installing something else
        _write_cache(cache_file, canonical_json({"works": verdict.works, "reason": verdict.reason}))
    return verdict


def run_probe(path: Path, script: str = PROBE_SCRIPT) -> LlvmVerdict:
    """Run a probe script in a child process that uses this library, and judge how it ended."""
    failure = run_python(script, **{LIBRARY_VARIABLE: str(path)})
    return LlvmVerdict(str(path), not failure, failure)


def run_python(script: str, **environment: str) -> str:
    """Run a script in a child process that may abort; return how it failed, or an empty string."""
    variables = {"DRJIT_CACHE_DIR": str(cache_folder() / "drjit"), **os.environ, **environment}
    command = [sys.executable, "-c", script]
    try:
        child = subprocess.run(
            command, env=variables, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"did not answer within {_PROBE_SECONDS} s"
    if child.returncode == 0:
        return ""
    lines = [line.strip() for line in child.stderr.splitlines() if line.strip()]
    telling = [line for line in lines if "LLVM ERROR" in line or "Error" in line]
    # Dr.Jit answers a library that is not there with an error about its own answer.
    missing = [line for line in lines if "cannot open shared object" in line]
    detail = (missing or telling or lines or ["no message"])[-1][:200]
    how = f"{_KILLED} {-child.returncode}" if child.returncode < 0 else f"exit status {child.returncode}"
    return f"{how}: {detail}"


def cache_folder() -> Path:
    """Return a folder for verdicts and kernels that can be written to; without a home, a temporary one."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(base) if base else Path.home() / ".cache") / "sdg"
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):
        pass
    folder = Path(tempfile.gettempdir()) / f"sdg-cache-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def drjit_version() -> str:
    """Return the installed version of Dr.Jit without importing it, or an empty string."""
    try:
        return version("drjit")
    except PackageNotFoundError:
        return ""


def _search_folders() -> list[Path]:
    folders = [path.parent for path in _linker_cache()]
    folders += [Path(folder) for folder in _FOLDERS]
    for root, pattern in _FOLDER_PATTERNS:
        folders += sorted(Path(root).glob(pattern))
    folders += [Path(sys.prefix) / "lib"]
    if "CONDA_PREFIX" in os.environ:
        folders.append(Path(os.environ["CONDA_PREFIX"]) / "lib")
    return list(dict.fromkeys(folders))


def _linker_cache() -> list[Path]:
    for program in ("/sbin/ldconfig", "/usr/sbin/ldconfig"):
        if Path(program).exists():
            listing = subprocess.run([program, "-p"], capture_output=True, text=True, check=False)
            paths = [Path(line.rsplit("=> ", 1)[1].strip()) for line in listing.stdout.splitlines() if "=> " in line]
            return [path for path in paths if path.name.startswith("libLLVM")]
    return []


def _version_of(path: Path) -> tuple[int, int]:
    """Return (major, minor) from the file's own name, or from the folder's (`llvm-19/lib/libLLVM.so`)."""
    for name in (path.name, path.resolve().name, path.parent.parent.name):
        match = _NUMBER.search(name)
        if match:
            return int(match[1]), int(match[2] or 0)
    return 0, 0


def _same_file(a: Path, b: Path) -> bool:
    return a.resolve() == b.resolve()


def _write_cache(path: Path, text: str) -> None:
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as stream:
            stream.write(text)
        Path(stream.name).replace(path)
    except OSError:
        pass  # A verdict that can't be kept is found again next time.


def _explain(verdicts: Sequence[LlvmVerdict]) -> str:
    lines = ["the CPU renderer needs the LLVM shared library (libLLVM 17 or newer), and none works here"]
    lines += [f"  found {verdict.path}: {verdict.reason}" for verdict in verdicts]
    if not verdicts:
        lines.append("  looked for libLLVM*.so in the linker's cache, /usr/lib*, /usr/lib/llvm-*/lib and sys.prefix")
    return "\n".join(lines)
