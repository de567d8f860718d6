"""`--renderer` says which renderer is under test; `--record FOLDER` leaves what came out as a file there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sdg.render.api import RendererName
from sdg.render.mitsuba.backend import gpu_name_and_driver
from tests.contract.judge import Judge
from tests.contract.recording import Results, write_recording
from tests.contract.rendered import OPENED
from tests.contract.tolerances import TOLERANCES, Tolerances

HERE = Path(__file__).parent
RESULTS = pytest.StashKey[Results]()
LEFT_OUT = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("renderer contract")
    group.addoption("--renderer", choices=sorted(TOLERANCES), default="mitsuba", help="the renderer under test")
    group.addoption("--record", metavar="FOLDER", type=Path, help="leave RENDERER-DATE.json there; runs in one process")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RESULTS] = Results()
    config.stash[LEFT_OUT] = False


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember that `-k`, `-m`, `--deselect` or the like left tests out."""
    for item in items:
        item.config.stash[LEFT_OUT] = True


@pytest.fixture(scope="session")
def renderer_name(request: pytest.FixtureRequest) -> RendererName:
    """The renderer under test; the option is there only where pytest was pointed at this folder."""
    name: RendererName = request.config.getoption("renderer", default="mitsuba")
    return name


@pytest.fixture(scope="session")
def tolerances(renderer_name: RendererName) -> Tolerances:
    return TOLERANCES[renderer_name]


@pytest.fixture
def judge(tolerances: Tolerances, record_property: Callable[[str, object], None]) -> Judge:
    return Judge(tolerances, record_property)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """Keep what became of each test: of its call, or of a set-up or tear-down that went wrong."""
    report: pytest.TestReport = yield
    if report.when == "call" or report.outcome != "passed":
        reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
        test = report.nodeid.rpartition("/")[2]
        item.config.stash[RESULTS].add(test, report.outcome, report.user_properties, reason)
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the recording, if one is wanted and a renderer has rendered."""
    folder: Path | None = session.config.getoption("record", default=None)
    if folder is None or not OPENED or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return
    config = session.config
    narrowed = config.stash[LEFT_OUT] or config.option.ignore or config.option.ignore_glob or config.option.maxfail
    whole = not narrowed and [Path(argument).resolve() for argument in config.args] == [HERE]
    name, driver = gpu_name_and_driver()
    path = write_recording(
        folder,
        datetime.now(UTC).date().isoformat(),
        OPENED[-1],
        {"model": name, "driver": driver},
        config.stash[RESULTS],
        whole=whole,
    )
    config.get_terminal_writer().line(f"\nrecorded: {path}")
