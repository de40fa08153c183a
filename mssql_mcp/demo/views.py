"""Views of the sample database, in T-SQL; the bridge translates them when the file is built."""

from __future__ import annotations

from mssql_mcp.demo.model import DemoColumn, DemoView

ORDER_TOTALS = DemoView(
    "sales",
    "order_totals",
    (
        DemoColumn("order_id", "int"),
        DemoColumn("customer_id", "int"),
        DemoColumn("ordered_at", "datetime2(0)"),
        DemoColumn("line_count", "int", nullable=True),
        DemoColumn("goods_total", "decimal(14,2)", nullable=True),
        DemoColumn("freight", "money"),
        DemoColumn("order_total", "decimal(20,4)", nullable=True),
    ),
    "CREATE VIEW sales.order_totals AS\n"
    "SELECT o.order_id, o.customer_id, o.ordered_at,\n"
    "       COUNT(*) AS line_count,\n"
    "       CAST(SUM(l.line_total) AS decimal(14,2)) AS goods_total,\n"
    "       o.freight,\n"
    "       CAST(SUM(l.line_total) AS decimal(14,2)) + o.freight AS order_total\n"
    "FROM sales.orders AS o\n"
    "JOIN sales.order_lines AS l ON l.order_id = o.order_id\n"
    "GROUP BY o.order_id, o.customer_id, o.ordered_at, o.freight;",
    comment="What each order is worth.",
)

CUSTOMER_OVERVIEW = DemoView(
    "sales",
    "customer_overview",
    (
        DemoColumn("customer_id", "int"),
        DemoColumn("name", "nvarchar(120)"),
        DemoColumn("country", "nvarchar(60)"),
        DemoColumn("order_count", "int", nullable=True),
        DemoColumn("revenue", "decimal(14,2)", nullable=True),
        DemoColumn("last_order_at", "datetime2(0)", nullable=True),
    ),
    "CREATE VIEW sales.customer_overview AS\n"
    "SELECT c.customer_id, c.name, k.name AS country,\n"
    "       COUNT(DISTINCT o.order_id) AS order_count,\n"
    "       CAST(ISNULL(SUM(l.line_total), 0) AS decimal(14,2)) AS revenue,\n"
    "       MAX(o.ordered_at) AS last_order_at\n"
    "FROM sales.customers AS c\n"
    "JOIN sales.countries AS k ON k.country_code = c.country_code\n"
    "LEFT JOIN sales.orders AS o ON o.customer_id = c.customer_id AND o.status_id <> 6\n"
    "LEFT JOIN sales.order_lines AS l ON l.order_id = o.order_id\n"
    "GROUP BY c.customer_id, c.name, k.name;",
    comment="Orders and revenue of each customer, cancelled orders left out.",
)

MONTHLY_REVENUE = DemoView(
    "sales",
    "monthly_revenue",
    (
        DemoColumn("month_start", "date", nullable=True),
        DemoColumn("order_count", "int", nullable=True),
        DemoColumn("units", "int", nullable=True),
        DemoColumn("revenue", "decimal(38,2)", nullable=True),
    ),
    "CREATE VIEW sales.monthly_revenue AS\n"
    "SELECT DATEFROMPARTS(YEAR(o.ordered_at), MONTH(o.ordered_at), 1) AS month_start,\n"
    "       COUNT(DISTINCT o.order_id) AS order_count,\n"
    "       SUM(l.quantity) AS units,\n"
    "       SUM(l.line_total) AS revenue\n"
    "FROM sales.orders AS o\n"
    "JOIN sales.order_lines AS l ON l.order_id = o.order_id\n"
    "WHERE o.status_id <> 6\n"
    "GROUP BY DATEFROMPARTS(YEAR(o.ordered_at), MONTH(o.ordered_at), 1);",
    comment="Revenue by month, cancelled orders left out.",
)

EMPLOYEE_DIRECTORY = DemoView(
    "hr",
    "employee_directory",
    (
        DemoColumn("employee_id", "int"),
        DemoColumn("full_name", "nvarchar(81)"),
        DemoColumn("job_title", "nvarchar(60)"),
        DemoColumn("department", "nvarchar(60)"),
        DemoColumn("manager_name", "nvarchar(81)", nullable=True),
        DemoColumn("email", "varchar(120)"),
    ),
    "CREATE VIEW hr.employee_directory AS\n"
    "SELECT e.employee_id, e.full_name, e.job_title, d.name AS department,\n"
    "       m.full_name AS manager_name, e.email\n"
    "FROM hr.employees AS e\n"
    "JOIN hr.departments AS d ON d.department_id = e.department_id\n"
    "LEFT JOIN hr.employees AS m ON m.employee_id = e.manager_id\n"
    "WHERE e.left_on IS NULL;",
    comment="Who works here now, without pay.",
)

LOW_STOCK = DemoView(
    "production",
    "low_stock",
    (
        DemoColumn("warehouse", "char(3)"),
        DemoColumn("sku", "char(9)"),
        DemoColumn("product", "nvarchar(100)"),
        DemoColumn("quantity", "int"),
        DemoColumn("reorder_point", "int", nullable=True),
        DemoColumn("missing", "int", nullable=True),
    ),
    "CREATE VIEW production.low_stock AS\n"
    "SELECT w.code AS warehouse, p.sku, p.name AS product, s.quantity, s.reorder_point,\n"
    "       s.reorder_point - s.quantity AS missing\n"
    "FROM production.stock_levels AS s\n"
    "JOIN production.warehouses AS w ON w.warehouse_id = s.warehouse_id\n"
    "JOIN production.products AS p ON p.product_id = s.product_id\n"
    "WHERE s.quantity < s.reorder_point AND p.is_discontinued = 0;",
    comment="What has to be ordered again.",
)

VIEWS = (EMPLOYEE_DIRECTORY, LOW_STOCK, CUSTOMER_OVERVIEW, MONTHLY_REVENUE, ORDER_TOTALS)
