"""`mssql-mcp inspect constraints` lists constraints of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.model import CheckConstraint, Table
from mssql_mcp.cli.commands.inspect.constraints import constraints_of

if TYPE_CHECKING:
    from command_runs import Command


def test_the_constraints_of_one_table(demo: Command) -> None:
    """Keys, foreign keys, checks and defaults, with what they say."""
    rows = demo("constraints", "sales.customers", "--format", "json").json
    assert [(row["kind"], row["constraint"], row["columns"]) for row in rows] == [
        ("primary key", "PK_customers", ["customer_id"]),
        ("foreign key", "FK_customers_country", ["country_code"]),
        ("foreign key", "FK_customers_account_manager", ["account_manager_id"]),
        ("foreign key", "FK_customers_referred_by", ["referred_by_id"]),
        ("check", "CK_customers_kind", []),
        ("default", "DF_customers_is_active", ["is_active"]),
        ("default", "DF_customers_created_at", ["created_at"]),
    ]
    assert rows[1]["definition"] == "sales.countries (country_code)"
    assert rows[4]["definition"] == "([kind]='public' OR [kind]='person' OR [kind]='business')"


def test_kinds_narrow_the_list(demo: Command) -> None:
    """--kind may be given more than once."""
    rows = demo("constraints", "--schema", "hr", "--kind", "check", "--kind", "unique", "--format", "json").json
    assert [row["constraint"] for row in rows] == [
        "UQ_departments_name",
        "CK_departments_budget",
        "UQ_employees_email",
        "CK_employees_salary",
        "CK_employees_left_after_hired",
    ]


def test_a_foreign_key_tells_its_rules(demo: Command, screen: Command) -> None:
    """Actions stand with the definition on a terminal, in a field of their own in data."""
    [row] = demo("constraints", "salary_history", "--kind", "foreign key", "--format", "json").json
    assert row["rules"] == ["on delete cascade"]
    text = " ".join(screen("constraints", "salary_history", "--demo").out.split())
    assert "FK_salary_history_employee foreign key (employee_id) -> hr.employees (employee_id), on delete" in text


def test_a_check_that_the_server_does_not_hold_says_so() -> None:
    """Disabled, or never checked against the rows that were there; without its text that is said too."""
    table = Table(
        "dbo",
        "t",
        checks=(
            CheckConstraint("a", "", is_enabled=False, is_trusted=False),
            CheckConstraint("b", "([x]>(0))", "x", is_trusted=False),
        ),
    )
    first, second = constraints_of(table)
    assert (first.rules, first.definition, first.columns) == (("disabled",), "(not visible)", ())
    assert (second.rules, second.definition, second.columns) == (("not trusted",), "([x]>(0))", ("x",))
