"""Links between the pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def anchor(heading: str) -> str:
    """Give the anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    """Every relative link of a page names a file that exists and, after `#`, a heading in it."""
    broken = []
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, fragment = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        anchors = (
            {anchor(heading) for heading in HEADING.findall(prose(path))}
            if path.suffix == ".md" and path.exists()
            else set()
        )
        if not path.exists() or (fragment and fragment not in anchors):
            broken.append(target)
    assert broken == []


def test_every_page_is_reached_from_the_index() -> None:
    """Whoever starts at docs/index.md can reach every page."""
    start = ROOT / "docs" / "index.md"
    reached, open_pages = {start}, [start]
    while open_pages:
        page = open_pages.pop()
        for target in LINK.findall(prose(page)):
            path = (page.parent / target.partition("#")[0]).resolve()
            if path.suffix == ".md" and path.exists() and path not in reached:
                reached.add(path)
                open_pages.append(path)
    assert [name(page) for page in PAGES if page.is_relative_to(ROOT / "docs") and page not in reached] == []


def test_the_anchors_are_github_s() -> None:
    """Punctuation goes, spaces become hyphens."""
    assert anchor("`gate.second_statement`") == "gatesecond_statement"
    assert anchor("What it is, and why") == "what-it-is-and-why"
