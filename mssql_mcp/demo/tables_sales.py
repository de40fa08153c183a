"""Schema sales of the sample database: customers, orders and their lines, payments, and two leftovers."""

from __future__ import annotations

from mssql_mcp.demo.model import (
    DemoCheck,
    DemoColumn,
    DemoForeignKey,
    DemoIndex,
    DemoKey,
    DemoTable,
    DemoTrigger,
)

COUNTRIES = DemoTable(
    "sales",
    "countries",
    (
        DemoColumn("country_code", "char(2)", comment="ISO 3166-1 alpha-2."),
        DemoColumn("name", "nvarchar(60)", comment="In English."),
        DemoColumn("local_name", "nvarchar(60)", comment="As it is written there."),
        DemoColumn("region", "varchar(20)"),
        DemoColumn("currency_code", "char(3)", comment="ISO 4217."),
        DemoColumn("vat_rate", "decimal(4,3)", nullable=True, comment="0.190 is 19 percent; NULL where there is none."),
        DemoColumn("flag", "nvarchar(8)", comment="An emoji."),
    ),
    comment="Code table: countries that we trade with.",
    primary_key=DemoKey("PK_countries", ("country_code",)),
    unique_keys=(DemoKey("UQ_countries_name", ("name",)),),
)

ORDER_STATUSES = DemoTable(
    "sales",
    "order_statuses",
    (
        DemoColumn("status_id", "tinyint"),
        DemoColumn("code", "varchar(12)"),
        DemoColumn("label", "nvarchar(40)"),
        DemoColumn("is_final", "bit"),
    ),
    comment="Code table: where an order stands.",
    primary_key=DemoKey("PK_order_statuses", ("status_id",)),
    unique_keys=(DemoKey("UQ_order_statuses_code", ("code",)),),
)

CUSTOMERS = DemoTable(
    "sales",
    "customers",
    (
        DemoColumn("customer_id", "int", identity=(1, 1)),
        DemoColumn("name", "nvarchar(120)"),
        DemoColumn("kind", "varchar(10)", comment="business, person or public."),
        DemoColumn("country_code", "char(2)"),
        DemoColumn("city", "nvarchar(60)"),
        DemoColumn("email", "varchar(120)", nullable=True),
        DemoColumn("phone", "varchar(24)", nullable=True),
        DemoColumn("credit_limit", "money", nullable=True, comment="In euro; NULL: pays in advance."),
        DemoColumn("account_manager_id", "int", nullable=True, comment="The employee who looks after the customer."),
        DemoColumn("referred_by_id", "int", nullable=True, comment="The customer who brought this one."),
        DemoColumn("is_active", "bit", default="((1))"),
        DemoColumn("preferences", "xml", nullable=True, comment="Channel and language."),
        DemoColumn("created_at", "datetime2(0)", default="(sysutcdatetime())", comment="UTC."),
    ),
    comment="Who buys.",
    primary_key=DemoKey("PK_customers", ("customer_id",)),
    foreign_keys=(
        DemoForeignKey("FK_customers_country", ("country_code",), "sales", "countries", ("country_code",)),
        DemoForeignKey("FK_customers_account_manager", ("account_manager_id",), "hr", "employees", ("employee_id",)),
        DemoForeignKey("FK_customers_referred_by", ("referred_by_id",), "sales", "customers", ("customer_id",)),
    ),
    checks=(DemoCheck("CK_customers_kind", "([kind]='public' OR [kind]='person' OR [kind]='business')"),),
    indexes=(
        DemoIndex("IX_customers_country", ("country_code",), included=("name", "city")),
        DemoIndex("UX_customers_email", ("email",), unique=True, filter="([email] IS NOT NULL)"),
    ),
)

CUSTOMER_ADDRESSES = DemoTable(
    "sales",
    "customer_addresses",
    (
        DemoColumn("customer_id", "int"),
        DemoColumn("address_no", "tinyint", comment="1 is the main address."),
        DemoColumn("street", "nvarchar(100)"),
        DemoColumn("postal_code", "varchar(10)", nullable=True),
        DemoColumn("city", "nvarchar(60)"),
        DemoColumn("country_code", "char(2)"),
    ),
    comment="Where a customer's goods go.",
    primary_key=DemoKey("PK_customer_addresses", ("customer_id", "address_no")),
    foreign_keys=(
        DemoForeignKey(
            "FK_customer_addresses_customer",
            ("customer_id",),
            "sales",
            "customers",
            ("customer_id",),
            on_delete="CASCADE",
        ),
        DemoForeignKey("FK_customer_addresses_country", ("country_code",), "sales", "countries", ("country_code",)),
    ),
)

_ORDER_COLUMNS = (
    DemoColumn("order_id", "int", identity=(10001, 1)),
    DemoColumn("customer_id", "int"),
    DemoColumn("address_no", "tinyint", nullable=True, comment="Address of delivery; NULL: collected."),
    DemoColumn("employee_id", "int", nullable=True, comment="Who took the order; NULL: the web shop."),
    DemoColumn("status_id", "tinyint"),
    DemoColumn("ordered_at", "datetime2(0)", comment="UTC."),
    DemoColumn("placed_at", "datetimeoffset(0)", comment="The same moment in the customer's time zone."),
    DemoColumn("shipped_on", "date", nullable=True),
    DemoColumn("freight", "money", default="((0))"),
    DemoColumn("discount_code", "varchar(12)", nullable=True),
    DemoColumn("note", "nvarchar(max)", nullable=True, comment="What the customer wrote."),
)

ORDERS = DemoTable(
    "sales",
    "orders",
    _ORDER_COLUMNS,
    comment="One row an order; what was ordered stands in sales.order_lines.",
    primary_key=DemoKey("PK_orders", ("order_id",)),
    foreign_keys=(
        DemoForeignKey("FK_orders_customer", ("customer_id",), "sales", "customers", ("customer_id",)),
        DemoForeignKey(
            "FK_orders_address",
            ("customer_id", "address_no"),
            "sales",
            "customer_addresses",
            ("customer_id", "address_no"),
        ),
        DemoForeignKey("FK_orders_employee", ("employee_id",), "hr", "employees", ("employee_id",)),
        DemoForeignKey("FK_orders_status", ("status_id",), "sales", "order_statuses", ("status_id",)),
    ),
    checks=(DemoCheck("CK_orders_freight", "([freight]>=(0))"),),
    indexes=(
        DemoIndex("IX_orders_customer", ("customer_id", "-ordered_at"), included=("status_id", "freight")),
        DemoIndex("IX_orders_ordered_at", ("ordered_at",)),
        DemoIndex("IX_orders_open", ("status_id",), filter="([shipped_on] IS NULL)"),
    ),
    triggers=(
        DemoTrigger(
            "TR_orders_no_delete",
            "INSTEAD OF",
            ("DELETE",),
            "CREATE TRIGGER sales.TR_orders_no_delete ON sales.orders INSTEAD OF DELETE AS\n"
            "BEGIN\n"
            "    THROW 50001, N'Orders are cancelled, never deleted.', 1;\n"
            "END",
        ),
    ),
)

ORDER_LINES = DemoTable(
    "sales",
    "order_lines",
    (
        DemoColumn("order_id", "int"),
        DemoColumn("line_no", "smallint"),
        DemoColumn("product_id", "int"),
        DemoColumn("quantity", "smallint"),
        DemoColumn("unit_price", "decimal(10,2)", comment="In euro, on the day of the order."),
        DemoColumn("discount", "decimal(4,3)", default="((0))", comment="0.050 is 5 percent off."),
        DemoColumn(
            "line_total",
            "decimal(12,2)",
            computed="(CONVERT([decimal](12,2),([quantity]*[unit_price])*((1)-[discount])))",
            persisted=True,
            comment="quantity * unit_price * (1 - discount), rounded to cents.",
        ),
        DemoColumn("returned_on", "date", nullable=True),
    ),
    comment="What was ordered: the fact table.",
    primary_key=DemoKey("PK_order_lines", ("order_id", "line_no")),
    foreign_keys=(
        DemoForeignKey("FK_order_lines_order", ("order_id",), "sales", "orders", ("order_id",), on_delete="CASCADE"),
        DemoForeignKey("FK_order_lines_product", ("product_id",), "production", "products", ("product_id",)),
    ),
    checks=(
        DemoCheck("CK_order_lines_quantity", "([quantity]>(0))"),
        DemoCheck("CK_order_lines_discount", "([discount]>=(0) AND [discount]<(1))"),
    ),
    indexes=(DemoIndex("IX_order_lines_product", ("product_id",), included=("quantity", "line_total")),),
)

PAYMENTS = DemoTable(
    "sales",
    "payments",
    (
        DemoColumn("payment_id", "bigint", identity=(1, 1)),
        DemoColumn("order_id", "int"),
        DemoColumn("paid_at", "datetime"),
        DemoColumn("amount", "money", comment="In euro."),
        DemoColumn("method", "varchar(12)"),
        DemoColumn("reference", "uniqueidentifier"),
        DemoColumn("is_approved", "bit", nullable=True, comment="NULL while the bank has not answered."),
    ),
    comment="Money that came in for orders.",
    primary_key=DemoKey("PK_payments", ("payment_id",)),
    unique_keys=(DemoKey("UQ_payments_reference", ("reference",)),),
    foreign_keys=(DemoForeignKey("FK_payments_order", ("order_id",), "sales", "orders", ("order_id",)),),
    checks=(DemoCheck("CK_payments_method", "([method]='invoice' OR [method]='transfer' OR [method]='card')"),),
    indexes=(DemoIndex("IX_payments_order", ("order_id",), included=("amount",)),),
)

ORDERS_2019 = DemoTable(
    "sales",
    "orders_2019",
    tuple(
        DemoColumn(column.name, column.type, nullable=column.nullable, comment=column.comment)
        for column in _ORDER_COLUMNS
    ),
    comment="Archive of the year 2019, taken over from the old system. No keys.",
    created="2020-01-07 22:15:00.000",
)

TMP_IMPORT = DemoTable(
    "sales",
    "tmp_import",
    (
        DemoColumn("row_no", "int", nullable=True),
        DemoColumn("customer_name", "nvarchar(200)", nullable=True),
        DemoColumn("order_date", "nvarchar(50)", nullable=True, comment="Text, in whatever form it came."),
        DemoColumn("amount", "nvarchar(50)", nullable=True, comment="Text, in whatever form it came."),
    ),
    comment="Scratch table of a spreadsheet import; not cleaned.",
    created="2024-11-18 16:40:00.000",
)

TABLES = (
    COUNTRIES,
    ORDER_STATUSES,
    CUSTOMERS,
    CUSTOMER_ADDRESSES,
    ORDERS,
    ORDER_LINES,
    PAYMENTS,
    ORDERS_2019,
    TMP_IMPORT,
)
