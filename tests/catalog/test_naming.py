"""What names tell."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.naming import singular, singular_name, stem_of, without_copy_words, words_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OrderLines", ("order", "lines")),
        ("order_lines", ("order", "lines")),
        ("ORDER LINES", ("order", "lines")),
        ("CustomerID", ("customer", "id")),
        ("XMLFile2", ("xml", "file", "2")),
        ("tblKunden", ("tbl", "kunden")),
        ("Größe", ("gr", "öß", "e")),
        ("", ()),
    ],
)
def test_words(name: str, expected: tuple[str, ...]) -> None:
    """Camel case, underscores and spaces part words; runs of capitals are one."""
    assert words_of(name) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("orders", "order"),
        ("categories", "category"),
        ("addresses", "address"),
        ("boxes", "box"),
        ("branches", "branch"),
        ("status", "status"),
        ("address", "address"),
        ("analysis", "analysis"),
        ("bus", "bus"),
        ("ids", "ids"),
    ],
)
def test_singular(word: str, expected: str) -> None:
    """English plurals lose their ending; words that only look like plurals keep it."""
    assert singular(word) == expected


def test_stems_meet() -> None:
    """Two ways of writing one thing have one stem."""
    assert stem_of("OrderLines") == stem_of("order_line") == "orderline"
    assert stem_of("###") == "###"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orders_2019", ("order", "archive")),
        ("Orders2019", ("order", "archive")),
        ("orders_20190131", ("order", "archive")),
        ("tmp_orders", ("order", "temporary")),
        ("zz_old_orders", ("order", "temporary")),
        ("Orders_bak", ("order", "archive")),
        ("OrdersArchive", ("order", "archive")),
        ("backup_orders_old", ("order", "archive")),
        ("orders", ("order", "")),
        ("orders_12", ("orders12", "")),
        ("history", ("history", "")),
        ("2019", ("2019", "")),
    ],
)
def test_copies_lose_their_words(name: str, expected: tuple[str, str]) -> None:
    """Words of a copy go from both ends and say of which kind it is; a name is never used up."""
    assert without_copy_words(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("OrderLines", "OrderLine"), ("categories", "category"), ("CATEGORIES", "CATEGORY"), ("Status", "Status"),
     ("Addresses", "Address"), ("Order_2019", "Order_2019"), ("tblOrders_", "tblOrders_"), ("", "")],
)  # fmt: skip
def test_the_singular_of_a_name(name: str, expected: str) -> None:
    """Only the end changes, and case stays."""
    assert singular_name(name) == expected
