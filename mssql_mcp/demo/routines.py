"""Procedures, functions and synonyms of the sample database; routines are text only."""

from __future__ import annotations

from mssql_mcp.demo.model import DemoParameter, DemoRoutine, DemoSynonym

ROUTINES = (
    DemoRoutine(
        "hr",
        "raise_salaries",
        "procedure",
        (
            DemoParameter("@department_id", "int"),
            DemoParameter("@percent", "decimal(5,2)"),
            DemoParameter("@changed", "int", is_output=True),
        ),
        "CREATE PROCEDURE hr.raise_salaries @department_id int, @percent decimal(5,2), @changed int OUTPUT AS\n"
        "BEGIN\n"
        "    SET NOCOUNT ON;\n"
        "    UPDATE hr.employees SET salary = salary * (1 + @percent / 100)\n"
        "    WHERE department_id = @department_id AND left_on IS NULL;\n"
        "    SET @changed = @@ROWCOUNT;\n"
        "END",
        comment="Raise everybody in a department.",
    ),
    DemoRoutine(
        "production",
        "reorder_list",
        "procedure",
        (DemoParameter("@warehouse", "char(3)", has_default=True),),
        "CREATE PROCEDURE production.reorder_list @warehouse char(3) = NULL AS\n"
        "SELECT warehouse, sku, product, missing FROM production.low_stock\n"
        "WHERE @warehouse IS NULL OR warehouse = @warehouse\n"
        "ORDER BY missing DESC;",
        comment="What to order again, for one warehouse or all.",
    ),
    DemoRoutine(
        "sales",
        "get_customer_orders",
        "procedure",
        (DemoParameter("@customer_id", "int"), DemoParameter("@since", "date", has_default=True)),
        "CREATE PROCEDURE sales.get_customer_orders @customer_id int, @since date = NULL AS\n"
        "SELECT o.order_id, o.ordered_at, t.order_total\n"
        "FROM sales.orders AS o JOIN sales.order_totals AS t ON t.order_id = o.order_id\n"
        "WHERE o.customer_id = @customer_id AND (@since IS NULL OR o.ordered_at >= @since)\n"
        "ORDER BY o.ordered_at DESC;",
        comment="Orders of one customer, newest first.",
    ),
    DemoRoutine(
        "sales",
        "gross_price",
        "scalar function",
        (DemoParameter("@net", "decimal(12,2)"), DemoParameter("@vat_rate", "decimal(4,3)")),
        "CREATE FUNCTION sales.gross_price (@net decimal(12,2), @vat_rate decimal(4,3)) RETURNS decimal(12,2) AS\n"
        "BEGIN\n"
        "    RETURN CAST(@net * (1 + ISNULL(@vat_rate, 0)) AS decimal(12,2));\n"
        "END",
        returns="decimal(12,2)",
        comment="Price with tax.",
    ),
    DemoRoutine(
        "sales",
        "orders_between",
        "inline table function",
        (DemoParameter("@first", "date"), DemoParameter("@last", "date")),
        "CREATE FUNCTION sales.orders_between (@first date, @last date) RETURNS TABLE AS\n"
        "RETURN (SELECT order_id, customer_id, ordered_at FROM sales.orders\n"
        "        WHERE ordered_at >= @first AND ordered_at < DATEADD(day, 1, @last));",
        comment="Orders of a range of days, both ends included.",
    ),
)

SYNONYMS = (
    DemoSynonym("hr", "staff", "hr", "employees"),
    DemoSynonym("sales", "products", "production", "products"),
)
