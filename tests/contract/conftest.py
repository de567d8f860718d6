"""`--renderer` says which renderer is under test; `--record` leaves what came out as a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.judge import Judge
from tests.contract.tolerances import TOLERANCES, Tolerances


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("renderer contract")
    group.addoption("--renderer", choices=sorted(TOLERANCES), default="mitsuba", help="the renderer under test")


def renderer_of(config: pytest.Config) -> str:
    """Return the renderer under test; the option is there only where pytest was pointed at this folder."""
    name: str = config.getoption("renderer", default="mitsuba")
    return name


@pytest.fixture(scope="session")
def renderer_name(request: pytest.FixtureRequest) -> str:
    return renderer_of(request.config)


@pytest.fixture(scope="session")
def tolerances(renderer_name: str) -> Tolerances:
    return TOLERANCES[renderer_name]


@pytest.fixture
def judge(tolerances: Tolerances, record_property: Callable[[str, object], None]) -> Judge:
    return Judge(tolerances, record_property)
