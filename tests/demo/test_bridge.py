"""The way in: text, names, types, parameters, and what is refused."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo.bridge import translate
from mssql_mcp.errors import ObjectNotFoundError, QueryError, UnsupportedError, ValidationError

if TYPE_CHECKING:
    from conftest import Asker


def test_columns_have_names_and_types(ask: Asker) -> None:
    """Names are T-SQL's, types are told in full."""
    answer = ask("SELECT o.order_id, o.ordered_at AS moment, total = o.freight * 2, 1 FROM sales.orders AS o")
    assert answer.names == ["order_id", "moment", "total", ""]
    assert answer.types == ["int", "datetime2(0)", "money", "int"]


def test_rows_come_back_as_a_driver_gives_them(ask: Asker) -> None:
    """Each type has its Python value."""
    (row,) = ask.rows(
        "SELECT CAST(1 AS bit), CAST(2 AS tinyint), CAST('12.50' AS decimal(10,2)), CAST(1.5 AS money), "
        "CAST(0.5 AS float), N'ж', 0x00FF, CAST('2024-02-29' AS date), "
        "CAST('2024-02-29 12:30:00.1234567' AS datetime2), "
        "CAST('23:59:59.5' AS time(1)), CAST('2024-02-29 12:00:00 +02:00' AS datetimeoffset),"
        " CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier), NULL"
    )
    assert row == (
        True,
        2,
        decimal.Decimal("12.50"),
        decimal.Decimal("1.5000"),
        0.5,
        "ж",
        b"\x00\xff",
        dt.date(2024, 2, 29),
        "2024-02-29T12:30:00.1234567",
        dt.time(23, 59, 59, 500000),
        dt.datetime(2024, 2, 29, 12, tzinfo=dt.timezone(dt.timedelta(hours=2))),
        uuid.UUID("6F9619FF-8B86-D011-B42D-00C04FC964FF"),
        None,
    )
    assert row[0] is True
    assert str(row[3]) == "1.5000"


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, "bit"),
        (7, "int"),
        (2**40, "bigint"),
        (1.5, "float"),
        (decimal.Decimal("-12.340"), "decimal(5,3)"),
        ("grün", "nvarchar(4)"),
        (b"\x01\x02", "varbinary(2)"),
        (dt.date(2024, 2, 29), "date"),
        (dt.time(1, 2, 3, 4), "time(7)"),
        (dt.datetime(2024, 2, 29, 1, 2, 3, 4), "datetime2(7)"),
        (dt.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=dt.UTC), "datetimeoffset(7)"),
        (uuid.UUID("6F9619FF-8B86-D011-B42D-00C04FC964FF"), "uniqueidentifier"),
    ],
)
def test_a_parameter_goes_in_and_comes_out(ask: Asker, value: object, type_: str) -> None:
    """A bound value decides its type and comes back as it went in."""
    answer = ask("SELECT ? AS x", x=value)
    assert answer.rows == [(value,)]
    assert answer.types == [type_]


def test_parameters_are_numbered_in_the_order_of_the_text(ask: Asker) -> None:
    """Whatever is translated first, the first mark gets the first value."""
    sql = "SELECT CASE WHEN ? = 1 THEN ? ELSE ? END FROM sales.orders WHERE order_id = ?"
    assert ask.rows(sql, a=1, b="yes", c="no", d=10_001) == [("yes",)]
    sql = "SELECT TOP (?) order_id FROM sales.orders WHERE order_id > ? ORDER BY order_id"
    assert ask.rows(sql, n=2, i=10_003) == [(10_004,), (10_005,)]


def test_a_parameter_may_be_used_with_every_type(ask: Asker) -> None:
    """Characters become what they are compared with."""
    sql = "SELECT COUNT(*) FROM sales.orders WHERE ordered_at >= ? AND ordered_at < ? AND status_id = ?"
    assert ask.one(sql, low="2024-01-01", high="2024-02-01", status="5") > 100


def test_without_values_a_parameter_is_text() -> None:
    """The contract's two-argument form works too; the caller binds the values."""
    translation = translate("SELECT name FROM sales.customers WHERE customer_id = ?", ["id"])
    assert "?1" in translation.sql
    assert translation.parameters == ()


def test_a_missing_or_unknown_value_is_told() -> None:
    """A value must be there and of a kind that SQL Server has."""
    with pytest.raises(ValidationError, match="@b has no value"):
        translate("SELECT ?, ?", ["a", "b"], {"a": 1})
    with pytest.raises(ValidationError, match="cannot be a list"):
        translate("SELECT ?", ["a"], {"a": [1]})
    with pytest.raises(UnsupportedError, match="more parameters"):
        translate("SELECT ?, ?", ["a"], {"a": 1})


@pytest.mark.parametrize(
    "name",
    ["orders", "sales.orders", "SALES.Orders", "[sales].[orders]", '"sales"."orders"', "Lanternworks.sales.orders"],
)
def test_names_are_found_however_they_are_written(ask: Asker, name: str) -> None:
    """Case, brackets, the default schema and the database's name make no difference."""
    assert ask.one(f"SELECT COUNT(*) FROM {name}") == 15_604


def test_synonyms_are_followed(ask: Asker) -> None:
    """A synonym means its table."""
    assert ask.one("SELECT COUNT(*) FROM hr.staff") == ask.one("SELECT COUNT(*) FROM hr.employees") == 96


@pytest.mark.parametrize(
    ("sql", "near"),
    [
        ("SELECT * FROM sales.order", "sales.orders"),
        ("SELECT * FROM employees", "hr.employees"),
        ("SELECT * FROM dbo.products", "production.products"),
    ],
)
def test_an_unknown_table_is_208_with_near_names(ask: Asker, sql: str, near: str) -> None:
    """SQL Server's number and words, and what was perhaps meant."""
    with pytest.raises(ObjectNotFoundError, match="Invalid object name") as caught:
        ask(sql)
    assert caught.value.number == 208
    assert near in caught.value.nearest


def test_another_database_is_208(ask: Asker) -> None:
    """Three-part names reach this database alone."""
    with pytest.raises(ObjectNotFoundError, match=r"Invalid object name 'Other\.sales\.orders'"):
        ask("SELECT * FROM Other.sales.orders")


@pytest.mark.parametrize(
    ("sql", "number", "words"),
    [
        ("SELECT nme FROM sales.customers", 207, "Invalid column name 'nme'"),
        ("SELECT c.nme FROM sales.customers AS c", 207, "Invalid column name 'nme'"),
        ("SELECT x.name FROM sales.customers AS c", 4104, "could not be bound"),
        ("SELECT customers.name FROM sales.customers AS c", 4104, "could not be bound"),
        (
            "SELECT name FROM sales.customers c JOIN sales.countries k ON  1 = 1",
            209,
            "Ambiguous",
        ),
        ("SELECT x.* FROM sales.customers AS c", 107, "does not match"),
        ("SELECT *", 263, "Must specify table"),
        ("SELECT 1 FROM sales.orders a JOIN sales.customers a ON 1 = 1", 1013, "same exposed names"),
    ],
)
def test_names_that_lead_nowhere(ask: Asker, sql: str, number: int, words: str) -> None:
    """SQL Server's numbers for unknown and ambiguous names."""
    with pytest.raises(QueryError, match=words) as caught:
        ask(sql)
    assert caught.value.number == number


def test_an_unknown_column_has_near_names(ask: Asker) -> None:
    """What was perhaps meant stands in the hint."""
    with pytest.raises(QueryError) as caught:
        ask("SELECT custmer_id FROM sales.orders")
    assert "orders.customer_id" in caught.value.nearest
    assert "customer_id" in caught.value.hint


def test_a_routine_is_shown_and_not_run(ask: Asker) -> None:
    """The demo says so instead of claiming that there is no such object."""
    with pytest.raises(UnsupportedError, match="cannot run it"):
        ask("SELECT * FROM sales.orders_between")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT FROM WHERE",
        "SELECT 1; SELECT 2",
        "",
        "UPDATE sales.orders SET freight = 0",
        "SELECT * INTO x FROM sales.orders",
        "SELECT * FROM sales.orders FOR XML AUTO",
        "SELECT * FROM sales.orders o JOIN sales.customers c ON c.customer_id = o.customer_id FOR JSON AUTO",
        "SELECT NEXT VALUE FOR sales.numbers",
        "SELECT preferences.value('(/a)[1]', 'int') FROM sales.customers",
        "SELECT geography::Point(1, 2, 4326)",
        "SELECT * FROM OPENROWSET('a', 'b', 'c')",
        "SELECT sales.gross_price(1, 2)",
        "SELECT FREETEXT(name, 'x') FROM sales.customers",
        "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
    ],
)
def test_what_the_demo_cannot_run_is_refused_in_one_sentence(ask: Asker, sql: str) -> None:
    """Nothing is dropped in silence, and no error of SQLite or sqlglot comes through."""
    with pytest.raises((UnsupportedError, QueryError)) as caught:
        ask(sql)
    error = caught.value
    assert error.code == "unsupported.demo" or error.number is not None
    assert "sqlglot" not in error.message
    assert "\n" not in error.message
