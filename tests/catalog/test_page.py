"""The diagram as an HTML page, looked at as text and run in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.diagram import Drawing, select_drawing
from mssql_mcp.catalog.hints import Hints, find_hints
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, PrimaryKey, Table
from mssql_mcp.catalog.page import html_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEMO = declared_catalog({"sales.orders": 15_000})
HINTS = find_hints(DEMO)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1600,1000")
SEEN = re.compile(r'<pre id="seen">(.*?)</pre>', re.DOTALL)


def page(catalog: Catalog = DEMO) -> str:
    hints = find_hints(catalog)
    return html_page(select_drawing(catalog, hints), hints)


def data_of(text: str) -> dict[str, Any]:
    block = re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert block
    found: dict[str, Any] = json.loads(block[1])
    return found


def many(count: int) -> Catalog:
    """So many tables in five schemas, each linked to an earlier one."""
    tables = []
    for number in range(count):
        key = f"Thing{number}Id"
        parent = number // 3
        columns = [
            Column(key, "int", is_nullable=False),
            Column(f"Thing{parent}Id", "int"),
            Column("Name", "nvarchar(50)"),
        ]
        link = ForeignKey(f"FK{number}", f"s{number % 5}", f"Thing{number}", (f"Thing{parent}Id",), f"s{parent % 5}",
                          f"Thing{parent}", (f"Thing{parent}Id",))  # fmt: skip
        tables.append(
            Table(f"s{number % 5}", f"Thing{number}", columns=tuple(columns), primary_key=PrimaryKey("PK", (key,)),
                  foreign_keys=(link,) if number else (), row_count=number)
        )  # fmt: skip
    return Catalog(database="Many", tables=tuple(tables))


@pytest.fixture(scope="session")
def browse(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Any]:
    """Open a page in a headless browser, run a script in it, and give what the script returns.

    `browse(html, script, "sales.orders")`: the last is what stands after # in the address.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium or Chrome on PATH")
    folder: Path = tmp_path_factory.mktemp("browser")

    def run(html: str, script: str, anchor: str = "") -> Any:
        report = (
            "<script>addEventListener('load', () => { const seen = document.createElement('pre'); seen.id = 'seen';"
            f"try {{ seen.textContent = JSON.stringify((() => {{ {script} }})()); }}"
            "catch (error) { seen.textContent = JSON.stringify(String(error)); }"
            "document.body.append(seen); });</script>"
        )
        path = folder / "page.html"
        path.write_text(html.replace("</body>", f"{report}</body>"), encoding="utf-8")
        address = f"{path.as_uri()}{f'#{anchor}' if anchor else ''}"
        profile = f"--user-data-dir={folder / 'profile'}"
        command = [program, *OPTIONS, profile, "--virtual-time-budget=3000", "--dump-dom", address]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=120)
        seen = SEEN.search(done.stdout)
        assert seen, done.stderr[-2000:]
        plain = seen[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        return json.loads(plain)

    return run


def test_the_page_needs_nothing_else() -> None:
    """No address, no request, no script or style from elsewhere; the policy forbids them too."""
    text = page()
    assert "default-src 'none'" in text
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?!data:)[^"'\s>]""", text.split("<script")[0])
    urls = re.findall(r"https?://[^\s\"'`]+", text)
    assert set(urls) <= {"http://www.w3.org/2000/svg"}
    for word in ("fetch(", "XMLHttpRequest", "WebSocket", "import(", "innerHTML", "document.write", "eval("):
        assert word not in text


def test_everything_is_in_the_data() -> None:
    """Each table with all its columns, its place and its links is there."""
    data = data_of(page())
    assert [table["name"] for table in data["tables"]] == [table.name for table in DEMO.tables if table.kind == "table"]
    orders = next(table for table in data["tables"] if table["name"] == "orders")
    assert [column[0] for column in orders["columns"]][:2] == ["order_id", "customer_id"]
    assert orders["columns"][0][2] == "k"
    assert orders["columns"][2][2] == "ln"
    assert orders["rows"] == "15k"
    archive = next(table for table in data["tables"] if table["name"] == "orders_2019")
    assert archive["mark"] == "archive"
    assert sum(link["guess"] for link in data["links"]) == 3


def test_names_are_no_markup() -> None:
    """Whatever a name, type or comment holds, it ends no script and opens no element."""
    evil = "</script><img src=x onerror=alert(1)>/*DATA*//*SCRIPT*/\u2028&lt;"
    table = Table(evil, evil, comment=evil, columns=(Column(evil, evil, comment=evil),))
    text = html_page(Drawing(evil, (table,), ()), Hints())
    assert "<img" not in text
    assert text.count("</script>") == 2
    assert data_of(text)["tables"][0]["name"] == evil


def test_a_large_page_stays_small() -> None:
    """Five hundred tables fit into half a megabyte."""
    assert len(page(many(500))) < 500_000


@pytest.mark.slow
def test_the_browser_draws_everything(browse: Callable[..., Any]) -> None:
    """In a real browser every table is a box with its name, every link a line, and everything is in sight."""
    seen = browse(
        page(),
        """
        const boxes = [...document.querySelectorAll('.table')].map((box) => box.getBoundingClientRect());
        const area = document.getElementById('canvas').getBoundingClientRect();
        return {
          title: document.title, tables: boxes.length, links: document.querySelectorAll('.link').length,
          names: [...document.querySelectorAll('.table .name')].map((name) => name.textContent),
          inside: boxes.every((b) => b.left >= area.left && b.right <= area.right)
            && boxes.every((b) => b.top >= area.top && b.bottom <= area.bottom),
          wide: area.width, high: area.height,
        };
        """,
    )
    drawing = select_drawing(DEMO, HINTS)
    assert (seen["tables"], seen["links"]) == (len(drawing.tables), len(drawing.links))
    assert seen["names"] == [table.name for table in drawing.tables]
    assert seen["title"] == "Lanternworks: diagram"
    assert seen["inside"]
    assert seen["high"] > 800


@pytest.mark.slow
def test_search_focus_pan_and_zoom_work(browse: Callable[..., Any]) -> None:
    """Typing finds tables and columns, Enter focuses the first, Escape lets go, wheel and drag move the picture."""
    seen = browse(
        page(),
        """
        const search = document.getElementById('search'), canvas = document.getElementById('canvas');
        const world = canvas.querySelector('g'), panel = document.getElementById('panel'), report = {};
        const key = (name) => new KeyboardEvent('keydown', { key: name, bubbles: true });
        const type = (text) => { search.value = text; search.dispatchEvent(new Event('input')); };
        const hits = () => [...document.querySelectorAll('#hits button')].map((hit) => hit.textContent);
        type('order'); report.byName = hits();
        type('lumens'); report.byColumn = hits();
        type('zzz'); report.nothing = document.getElementById('hits').textContent;
        type('payments'); search.dispatchEvent(key('Enter'));
        report.focused = [...document.querySelectorAll('.table.self .name')].map((name) => name.textContent);
        report.near = [...document.querySelectorAll('.table.near .name')].map((name) => name.textContent).sort();
        report.panel = panel.hidden ? '' : panel.textContent;
        panel.querySelector('.go').click();
        report.next = document.querySelector('.table.self .name').textContent;
        document.dispatchEvent(key('Escape'));
        report.letGo = panel.hidden && !world.classList.contains('focused');
        document.getElementById('fit').click();
        const before = world.getAttribute('transform');
        canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: -120, clientX: 400, clientY: 400, cancelable: true }));
        report.zoomed = world.getAttribute('transform') !== before;
        const start = world.getAttribute('transform');
        const pointer = (kind, x) => new PointerEvent(kind, { pointerId: 1, clientX: x, clientY: 500, bubbles: true });
        canvas.dispatchEvent(pointer('pointerdown', 300));
        try { canvas.dispatchEvent(pointer('pointermove', 303)); } catch { /* no real pointer to capture */ }
        canvas.dispatchEvent(pointer('pointerup', 303));
        report.panned = world.getAttribute('transform') !== start;
        document.getElementById('fit').click();
        report.fits = world.getAttribute('transform') === before;
        document.getElementById('guesses').click();
        const guess = document.querySelector('.link.guess');
        report.guesses = getComputedStyle(guess).display;
        return report;
        """,
    )
    assert seen["byName"][0] == "sales.order_lines"
    assert "sales.orders" in seen["byName"]
    assert seen["byColumn"] == ["production.quality_testsmeasured_lumens"]
    assert seen["nothing"] == "nothing found"
    assert seen["focused"] == ["payments"]
    assert seen["near"] == ["orders", "payments"]
    assert "Money that came in for orders." in seen["panel"]
    assert "sales.orders order_id" in seen["panel"]
    assert seen["next"] == "orders"
    assert (seen["letGo"], seen["zoomed"], seen["panned"], seen["fits"]) == (True, True, True, True)
    assert seen["guesses"] == "none"


@pytest.mark.slow
def test_an_address_leads_to_a_table(browse: Callable[..., Any]) -> None:
    """What stands after # is focused at the start."""
    script = "return document.querySelector('.table.self .name')?.textContent"
    assert browse(page(), script, "hr.employees") == "employees"


@pytest.mark.slow
def test_five_hundred_tables_are_usable(browse: Callable[..., Any]) -> None:
    """From afar five hundred tables show their names only, near to one its columns too; search is quick."""
    seen = browse(
        page(many(500)),
        """
        const world = document.querySelector('#canvas > g'), search = document.getElementById('search'), report = {};
        report.tables = document.querySelectorAll('.table').length;
        report.far = world.classList.contains('far');
        const began = performance.now();
        search.value = 'thing49'; search.dispatchEvent(new Event('input'));
        report.hits = document.querySelectorAll('#hits button').length;
        search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        report.milliseconds = performance.now() - began;
        report.near = !world.classList.contains('far');
        const box = document.querySelector('.table.self').getBoundingClientRect();
        report.inSight = box.left > 0 && box.right < innerWidth && box.top > 0 && box.bottom < innerHeight;
        report.width = box.width;
        report.dimmed = getComputedStyle(document.querySelector('.table:not(.near)')).opacity;
        return report;
        """,
    )
    assert (seen["tables"], seen["far"], seen["near"], seen["inSight"]) == (500, True, True, True)
    assert seen["width"] > 50
    assert seen["hits"] == 14  # eleven by name, three by a column
    assert seen["milliseconds"] < 1_000
    assert float(seen["dimmed"]) < 0.5


@pytest.mark.slow
def test_markup_in_names_does_not_run(browse: Callable[..., Any]) -> None:
    """A name full of markup is shown as text in the box, in the list and in the panel."""
    evil = "<img src=x onerror=\"document.title='ran'\">"
    table = Table("dbo", evil, comment=evil, columns=(Column(evil, "int", comment=evil),))
    catalog = Catalog(database="S", tables=(table,))
    seen = browse(
        page(catalog),
        """
        const search = document.getElementById('search');
        search.value = 'img'; search.dispatchEvent(new Event('input'));
        search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        return [document.images.length, document.title, document.querySelector('#panel h2').textContent];
        """,
    )
    assert seen == [0, "S: diagram", f"dbo.{evil}"]
