"""The page on findings lists each code once, with the title and severity it has."""

from __future__ import annotations

import re
from pathlib import Path

from sdg.validate.codes import RULES, Rule

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs/validate.md").read_text(encoding="utf-8")
SECTIONS = re.findall(
    r"^### (V\d{3}): (.*)\n\n(\w+)(; \w+ in other files than those of `sdg`)?\. (.*)\n\n"
    r"(Such as .*:)\n\n```text\n(\w+)\[(V\d{3})\]: (.*)",
    PAGE,
    flags=re.MULTILINE,
)


def test_the_page_explains_every_code_and_no_other() -> None:
    assert [section[0] for section in SECTIONS] == sorted(RULES)
    assert re.findall(r"^### (\S+):", PAGE, flags=re.MULTILINE) == sorted(RULES)


def test_titles_severities_and_examples_are_those_of_the_code() -> None:
    for code, title, ours, elsewhere, explanation, _, shown, shown_code, shown_title in SECTIONS:
        rule = RULES[code]
        stated = Rule(title, ours.lower(), elsewhere.split()[1] if elsewhere else ours.lower())  # type: ignore[arg-type]
        assert stated == rule, code
        assert len(explanation) > 25, code
        assert (shown_code, shown_title) == (code, title)
        assert shown in (rule.severity, rule.elsewhere)


def test_every_code_is_used_and_every_used_code_is_known() -> None:
    used: set[str] = set()
    for path in (*(REPOSITORY / "sdg/validate").glob("*.py"), REPOSITORY / "sdg/executor/rerender.py"):
        if path.name != "codes.py":
            used |= set(re.findall(r'"(V\d{3})"', path.read_text()))
    assert used == RULES.keys()
