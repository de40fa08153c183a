"""Schema hr of the sample database: departments, employees and what they earned when."""

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

DEPARTMENTS = DemoTable(
    "hr",
    "departments",
    (
        DemoColumn("department_id", "int", identity=(1, 1)),
        DemoColumn("name", "nvarchar(60)"),
        DemoColumn("parent_department_id", "int", nullable=True, comment="The department above; NULL for the top."),
        DemoColumn("cost_center", "char(6)", comment="Code of the bookkeeping, two letters and four digits."),
        DemoColumn("yearly_budget", "money", nullable=True, comment="In euro; NULL where none was agreed."),
        DemoColumn("opened_on", "date"),
    ),
    comment="Departments of the company, a tree.",
    primary_key=DemoKey("PK_departments", ("department_id",)),
    unique_keys=(DemoKey("UQ_departments_name", ("name",)),),
    foreign_keys=(
        DemoForeignKey("FK_departments_parent", ("parent_department_id",), "hr", "departments", ("department_id",)),
    ),
    checks=(DemoCheck("CK_departments_budget", "([yearly_budget]>=(0))"),),
)

EMPLOYEES = DemoTable(
    "hr",
    "employees",
    (
        DemoColumn("employee_id", "int", identity=(1, 1)),
        DemoColumn("given_name", "nvarchar(40)"),
        DemoColumn("family_name", "nvarchar(40)"),
        DemoColumn(
            "full_name",
            "nvarchar(81)",
            computed="(([given_name]+N' ')+[family_name])",
            comment="Given name, then family name.",
        ),
        DemoColumn("email", "varchar(120)"),
        DemoColumn("department_id", "int"),
        DemoColumn("manager_id", "int", nullable=True, comment="The employee this one reports to; NULL for the head."),
        DemoColumn("job_title", "nvarchar(60)"),
        DemoColumn("hired_on", "date"),
        DemoColumn("left_on", "date", nullable=True, comment="Last day; NULL while employed."),
        DemoColumn("salary", "decimal(10,2)", comment="Yearly, in euro."),
        DemoColumn("commission_rate", "decimal(5,4)", nullable=True, comment="Share of the sales; only sales staff."),
        DemoColumn("is_remote", "bit", default="((0))"),
        DemoColumn("work_starts_at", "time(0)", default="('09:00:00')"),
        DemoColumn("badge_photo", "varbinary(max)", nullable=True, comment="A tiny picture; most have none."),
        DemoColumn("employee_guid", "uniqueidentifier", default="(newid())"),
    ),
    comment="Everybody who works or worked here.",
    primary_key=DemoKey("PK_employees", ("employee_id",)),
    unique_keys=(DemoKey("UQ_employees_email", ("email",)),),
    foreign_keys=(
        DemoForeignKey("FK_employees_department", ("department_id",), "hr", "departments", ("department_id",)),
        DemoForeignKey("FK_employees_manager", ("manager_id",), "hr", "employees", ("employee_id",)),
    ),
    checks=(
        DemoCheck("CK_employees_salary", "([salary]>(0))"),
        DemoCheck("CK_employees_left_after_hired", "([left_on] IS NULL OR [left_on]>=[hired_on])"),
    ),
    indexes=(
        DemoIndex("IX_employees_department", ("department_id",), included=("given_name", "family_name")),
        DemoIndex("IX_employees_manager", ("manager_id",), filter="([manager_id] IS NOT NULL)"),
    ),
    triggers=(
        DemoTrigger(
            "TR_employees_salary_history",
            "AFTER",
            ("UPDATE",),
            "CREATE TRIGGER hr.TR_employees_salary_history ON hr.employees AFTER UPDATE AS\n"
            "BEGIN\n"
            "    SET NOCOUNT ON;\n"
            "    IF UPDATE(salary)\n"
            "        INSERT INTO hr.salary_history (employee_id, valid_from, salary, reason)\n"
            "        SELECT i.employee_id, CAST(SYSDATETIME() AS date), i.salary, N'Change of salary'\n"
            "        FROM inserted AS i JOIN deleted AS d ON d.employee_id = i.employee_id\n"
            "        WHERE i.salary <> d.salary;\n"
            "END",
        ),
    ),
)

SALARY_HISTORY = DemoTable(
    "hr",
    "salary_history",
    (
        DemoColumn("employee_id", "int"),
        DemoColumn("valid_from", "date"),
        DemoColumn("salary", "decimal(10,2)", comment="Yearly, in euro, from this day on."),
        DemoColumn("reason", "nvarchar(100)", nullable=True),
    ),
    comment="What each employee earned from which day on.",
    primary_key=DemoKey("PK_salary_history", ("employee_id", "valid_from")),
    foreign_keys=(
        DemoForeignKey(
            "FK_salary_history_employee", ("employee_id",), "hr", "employees", ("employee_id",), on_delete="CASCADE"
        ),
    ),
)

TABLES = (DEPARTMENTS, EMPLOYEES, SALARY_HISTORY)
