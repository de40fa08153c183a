"""Schema production of the sample database: what is made, from whom its parts come, where it lies, how it tested."""

from __future__ import annotations

from mssql_mcp.demo.model import DemoCheck, DemoColumn, DemoForeignKey, DemoIndex, DemoKey, DemoTable

CATEGORIES = DemoTable(
    "production",
    "categories",
    (
        DemoColumn("category_id", "int", identity=(1, 1)),
        DemoColumn("name", "nvarchar(60)"),
        DemoColumn("parent_category_id", "int", nullable=True, comment="The wider category; NULL for the widest."),
    ),
    comment="Categories of products, a tree of up to three levels.",
    primary_key=DemoKey("PK_categories", ("category_id",)),
    unique_keys=(DemoKey("UQ_categories_name", ("name",)),),
    foreign_keys=(
        DemoForeignKey("FK_categories_parent", ("parent_category_id",), "production", "categories", ("category_id",)),
    ),
)

PRODUCTS = DemoTable(
    "production",
    "products",
    (
        DemoColumn("product_id", "int", identity=(1, 1)),
        DemoColumn("sku", "char(9)", comment="Stock keeping unit: two letters, a dash, six digits."),
        DemoColumn("name", "nvarchar(100)"),
        DemoColumn("category_id", "int"),
        DemoColumn("unit_price", "decimal(10,2)", comment="List price in euro, without tax."),
        DemoColumn("standard_cost", "decimal(10,4)", comment="What one costs us, in euro."),
        DemoColumn("margin", "decimal(13,4)", computed="([unit_price]-[standard_cost])"),
        DemoColumn("weight_kg", "float", nullable=True),
        DemoColumn("attributes", "nvarchar(max)", nullable=True, comment="JSON: colour, lumens, ip, battery, tags."),
        DemoColumn("is_discontinued", "bit", default="((0))"),
        DemoColumn("released_on", "date"),
        DemoColumn("discontinued_on", "date", nullable=True),
        DemoColumn("row_guid", "uniqueidentifier", default="(newid())"),
    ),
    comment="Lamps, lanterns and what belongs to them.",
    primary_key=DemoKey("PK_products", ("product_id",)),
    unique_keys=(DemoKey("UQ_products_sku", ("sku",)),),
    foreign_keys=(
        DemoForeignKey("FK_products_category", ("category_id",), "production", "categories", ("category_id",)),
    ),
    checks=(
        DemoCheck("CK_products_price", "([unit_price]>(0))"),
        DemoCheck("CK_products_attributes", "(isjson([attributes])=(1))"),
    ),
    indexes=(
        DemoIndex("IX_products_category", ("category_id", "-unit_price"), included=("name",)),
        DemoIndex("IX_products_active", ("name",), filter="([is_discontinued]=(0))"),
    ),
)

SUPPLIERS = DemoTable(
    "production",
    "suppliers",
    (
        DemoColumn("supplier_id", "int", identity=(1, 1)),
        DemoColumn("name", "nvarchar(100)"),
        DemoColumn("country_code", "char(2)"),
        DemoColumn(
            "rating", "tinyint", nullable=True, comment="1 (poor) to 5 (excellent); NULL before the first year."
        ),
        DemoColumn("contact_email", "varchar(120)", nullable=True),
        DemoColumn("partner_since", "date"),
    ),
    comment="Who delivers parts and goods.",
    primary_key=DemoKey("PK_suppliers", ("supplier_id",)),
    foreign_keys=(DemoForeignKey("FK_suppliers_country", ("country_code",), "sales", "countries", ("country_code",)),),
    checks=(DemoCheck("CK_suppliers_rating", "([rating]>=(1) AND [rating]<=(5))"),),
)

PRODUCT_SUPPLIERS = DemoTable(
    "production",
    "product_suppliers",
    (
        DemoColumn("product_id", "int"),
        DemoColumn("supplier_id", "int"),
        DemoColumn("lead_days", "smallint", comment="Days from order to arrival."),
        DemoColumn("purchase_price", "money"),
        DemoColumn("is_preferred", "bit", default="((0))"),
    ),
    comment="Which supplier delivers what: a junction.",
    primary_key=DemoKey("PK_product_suppliers", ("product_id", "supplier_id")),
    foreign_keys=(
        DemoForeignKey(
            "FK_product_suppliers_product",
            ("product_id",),
            "production",
            "products",
            ("product_id",),
            on_delete="CASCADE",
        ),
        DemoForeignKey("FK_product_suppliers_supplier", ("supplier_id",), "production", "suppliers", ("supplier_id",)),
    ),
)

WAREHOUSES = DemoTable(
    "production",
    "warehouses",
    (
        DemoColumn("warehouse_id", "smallint"),
        DemoColumn("code", "char(3)"),
        DemoColumn("city", "nvarchar(60)"),
        DemoColumn("country_code", "char(2)"),
        DemoColumn("opened_at", "datetimeoffset(0)", comment="In the local time of the place."),
        DemoColumn("floor_area_m2", "real", nullable=True),
    ),
    comment="Where the goods lie.",
    primary_key=DemoKey("PK_warehouses", ("warehouse_id",)),
    unique_keys=(DemoKey("UQ_warehouses_code", ("code",)),),
    foreign_keys=(DemoForeignKey("FK_warehouses_country", ("country_code",), "sales", "countries", ("country_code",)),),
)

STOCK_LEVELS = DemoTable(
    "production",
    "stock_levels",
    (
        DemoColumn("warehouse_id", "smallint"),
        DemoColumn("product_id", "int"),
        DemoColumn("quantity", "int"),
        DemoColumn("reorder_point", "int", nullable=True, comment="Order again below this; NULL: never."),
        DemoColumn("counted_at", "datetime2(3)"),
    ),
    comment="How many of each product lie in each warehouse.",
    primary_key=DemoKey("PK_stock_levels", ("warehouse_id", "product_id")),
    foreign_keys=(
        DemoForeignKey("FK_stock_levels_warehouse", ("warehouse_id",), "production", "warehouses", ("warehouse_id",)),
        DemoForeignKey("FK_stock_levels_product", ("product_id",), "production", "products", ("product_id",)),
    ),
    checks=(DemoCheck("CK_stock_levels_quantity", "([quantity]>=(0))"),),
)

QUALITY_TESTS = DemoTable(
    "production",
    "quality_tests",
    (
        DemoColumn("test_id", "bigint", identity=(1000, 1)),
        DemoColumn("product_id", "int"),
        DemoColumn("inspector_id", "int", nullable=True, comment="The employee; NULL for the automatic bench."),
        DemoColumn("tested_at", "datetime2(7)"),
        DemoColumn("measured_lumens", "float", nullable=True, comment="NULL where the lamp did not light."),
        DemoColumn("temperature_c", "real"),
        DemoColumn("has_passed", "bit", nullable=True, comment="NULL while undecided."),
        DemoColumn("signature", "varbinary(16)", comment="Checksum of the bench's raw record."),
    ),
    comment="Measurements of the test bench.",
    primary_key=DemoKey("PK_quality_tests", ("test_id",)),
    foreign_keys=(
        DemoForeignKey("FK_quality_tests_product", ("product_id",), "production", "products", ("product_id",)),
        DemoForeignKey("FK_quality_tests_inspector", ("inspector_id",), "hr", "employees", ("employee_id",)),
    ),
    indexes=(DemoIndex("IX_quality_tests_product", ("product_id", "tested_at")),),
)

TABLES = (CATEGORIES, PRODUCTS, SUPPLIERS, PRODUCT_SUPPLIERS, WAREHOUSES, STOCK_LEVELS, QUALITY_TESTS)
