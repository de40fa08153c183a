"""Masked columns are shown masked, or not at all."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.gate.schema import TableShape

POLICY = Policy(
    masks=(
        MaskRule("hr.staff.ssn", "hidden"),
        MaskRule("hr.staff.mail", "partial"),
        MaskRule("dbo.guests.ssn", "hidden"),
        MaskRule("dbo.guests.mail", "partial"),
        MaskRule("dbo.clients.*", "hidden"),
        MaskRule("dbo.likes.*", "hidden"),
        MaskRule("*.*.iban", "hashed"),
        MaskRule("dbo.gehalt.[größe]", "hidden"),
    ),
    database="Shop",
)

STAFF_TYPES = ("int", "nvarchar(80)", "char(11)", "nvarchar(80)", "int", "xml")
PIVOTED = "PIVOT (MAX(n) FOR m IN ([1])) AS q"


class Catalogue:
    """A small database."""

    def __init__(self) -> None:
        shapes = (
            TableShape("hr", "staff", ("id", "name", "ssn", "mail", "team_id", "doc"), types=STAFF_TYPES),
            TableShape("dbo", "team", ("id", "name", "iban", "ssn")),
            TableShape("dbo", "gehalt", ("id", "größe")),
            TableShape("dbo", "numbers", ("n", "m")),
            TableShape("dbo", "guests", ("ssn", "mail"), types=("char(11)", "nvarchar(200)")),
            TableShape("dbo", "clients", ("ssn", "mail", "pin"), types=("varchar(11)", "nvarchar(90)", "char(11)")),
            self.view("v_mixed", ("x",), "SELECT mail FROM hr.staff UNION ALL SELECT name FROM hr.staff"),
            self.view("v_alike", ("x",), "SELECT mail FROM hr.staff UNION ALL SELECT mail FROM dbo.guests"),
            self.view(
                "v_query", ("x",), "SELECT CAST('' AS xml).value('sql:column(\"s.ssn\")', 'int') FROM hr.staff s"
            ),
            self.view("v_joined", ("x",), f"SELECT q.ssn FROM hr.staff p CROSS JOIN numbers {PIVOTED}"),
            self.view("v_staff", ("id", "who", "secret"), "SELECT s.id, s.name, s.ssn FROM hr.staff AS s"),
            self.view("v_star", ("id", "name", "iban", "ssn"), "SELECT * FROM team WITH CHECK OPTION"),
            self.view("v_computed", ("id", "start"), "SELECT id, LEFT(ssn, 3) FROM hr.staff WHERE ssn LIKE '1%'"),
            self.view("v_nested", ("a", "b"), "SELECT who, secret FROM dbo.v_staff"),
            self.view("v_both", ("x",), "SELECT name FROM hr.staff UNION SELECT iban FROM dbo.team"),
            self.view("v_paren", ("x",), "SELECT s.ssn FROM ((SELECT 1 AS a) AS x CROSS JOIN hr.staff AS s)"),
            self.view("v_stale", ("id", "name"), "SELECT * FROM hr.staff"),
            self.view("v_loop", ("x",), "SELECT x FROM dbo.v_loop"),
            TableShape("dbo", "log", ("id",)),
            TableShape("dbo", "knows", ("$edge_id_3F", "$from_id_0A", "$to_id_1B", "since")),
            TableShape("dbo", "likes", ("$edge_id_3C", "$from_id_0D", "$to_id_1E", "stars")),
            self.view("v_hinted", ("a", "b"), "SELECT g.mail + '', g.ssn FROM guests g (NOLOCK)"),
            TableShape("dbo", "v_encrypted", ("x",), is_view=True),
        )
        self.shapes = {(shape.schema, shape.name): shape for shape in shapes}

    def view(self, name: str, columns: tuple[str, ...], query: str) -> TableShape:
        text = f"-- made by a tool\nCREATE VIEW dbo.{name} ({', '.join(columns)}) WITH SCHEMABINDING AS\n{query};"
        return TableShape("dbo", name, columns, is_view=True, definition=text)

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        return None if database else self.shapes.get((schema.lower(), name.lower()))


def masks(sql: str) -> tuple[str | None, ...]:
    return check(sql, POLICY, schema=Catalogue()).masks


SHOWN = {
    "SELECT id, name FROM hr.staff": (),
    "SELECT ssn FROM hr.staff": ("hidden",),
    "SELECT id, SSN, Mail FROM hr.staff": (None, "hidden", "partial"),
    "SELECT s.ssn AS x, (s.mail) y, z = s.mail FROM hr.staff AS s": ("hidden", "partial", "partial"),
    "SELECT * FROM hr.staff": (None, None, "hidden", "partial", None, None),
    "SELECT s.*, t.name FROM hr.staff s JOIN team t ON t.id = s.team_id": (
        None, None, "hidden", "partial", None, None, None,
    ),
    "SELECT hr.staff.ssn FROM hr.staff": ("hidden",),
    "SELECT staff.ssn FROM [HR].[Staff]": ("hidden",),
    "SELECT Shop.hr.staff.id FROM Shop.hr.staff": (),
    "SELECT x FROM (SELECT ssn AS x FROM hr.staff) d": ("hidden",),
    "SELECT d.b FROM (SELECT id, ssn FROM hr.staff) d(a, b)": ("hidden",),
    "WITH c AS (SELECT ssn, id FROM hr.staff) SELECT id, ssn FROM c": (None, "hidden"),
    "WITH c(a, b) AS (SELECT id, mail FROM hr.staff), d AS (SELECT b, a FROM c) SELECT * FROM d": ("partial", None),
    "SELECT ssn FROM hr.staff UNION ALL SELECT ssn FROM guests": ("hidden",),
    "SELECT mail FROM hr.staff UNION ALL SELECT g.mail FROM guests AS g": ("partial",),
    "SELECT mail FROM hr.staff UNION ALL SELECT NULL": ("partial",),
    "SELECT id, NULL AS ssn FROM hr.staff UNION ALL SELECT id, ssn FROM hr.staff": (None, "hidden"),
    "SELECT ssn FROM hr.staff UNION ALL SELECT pin FROM clients": ("hidden",),
    "SELECT x FROM v_mixed": ("hidden",),
    "SELECT x FROM v_alike": ("partial",),
    "SELECT ssn AS 'name', id 'ssn', mail AS 'mail' FROM hr.staff": ("hidden", None, "partial"),
    "WITH staff AS (SELECT id, ssn FROM hr.staff) SELECT ssn FROM staff": ("hidden",),
    "WITH r AS ((SELECT id, ssn FROM hr.staff) UNION ALL (SELECT id + 1, ssn FROM r)) SELECT * FROM r": (
        None, "hidden",
    ),
    "WITH r(a, b) AS ((SELECT ssn, pin FROM clients WHERE 1 = 0 UNION ALL SELECT a, b FROM r)) SELECT a FROM r": (
        "hidden",
    ),
    "SELECT d.mail FROM hr.staff p CROSS APPLY (SELECT p.mail, j.value FROM OPENJSON('[1]') AS j) AS d": ("partial",),
    "SELECT q.[1] FROM numbers PIVOT (MAX(n) FOR m IN ([1])) AS q": (),
    "SELECT doc.value('(/a/@b)[1]', 'int') FROM hr.staff": (),
    "SELECT doc.exist(N'/a[@b=\"it''s\"]') FROM hr.staff": (),
    "SELECT who, secret FROM v_staff": (None, "hidden"),
    "SELECT * FROM dbo.v_nested": (None, "hidden"),
    "SELECT * FROM v_star": (None, None, "hashed", None),
    "SELECT * FROM v_computed": (None, "hidden"),
    "SELECT * FROM v_both": ("hidden",),
    "SELECT COUNT(*) FROM hr.staff": (),
    "SELECT name FROM hr.staff WHERE EXISTS (SELECT * FROM team WHERE team.id = staff.team_id)": (),
    "SELECT t.name FROM team t CROSS APPLY (SELECT s.ssn, s.id FROM hr.staff s WHERE s.team_id = t.id) d": (),
    "SELECT d.ssn FROM team t CROSS APPLY (SELECT s.ssn FROM hr.staff s WHERE s.team_id = t.id) d": ("hidden",),
    "SELECT t.name FROM team t JOIN hr.staff s ON s.team_id = t.id ORDER BY t.name, s.name": (),
    "SELECT t.ssn FROM team t WHERE t.ssn LIKE '1%'": (),
    "SELECT n.value FROM hr.staff CROSS APPLY OPENJSON(doc) n": (),
    "SELECT x.y FROM hr.staff s CROSS APPLY s.doc.nodes('/a') AS x(y)": (),
    "SELECT v.a FROM (VALUES (1), (2)) v(a)": (),
    "SELECT 1 AS ssn": (),
    "SELECT ssn FROM ((SELECT 1 AS a) AS x CROSS JOIN hr.staff)": ("hidden",),
    "SELECT * FROM ((SELECT 1 AS a) AS x CROSS JOIN team) CROSS JOIN gehalt": (
        None, None, None, "hashed", None, None, "hidden",
    ),
    "SELECT * FROM (((numbers n CROSS JOIN (SELECT 1 AS a) x)) CROSS JOIN gehalt)": (None, None, None, None, "hidden"),
    "SELECT s.mail FROM ((hr.staff s))": ("partial",),
    "SELECT * FROM ((SELECT id, ssn FROM hr.staff)) AS d": (None, "hidden"),
    "SELECT x FROM v_paren": ("hidden",),
    "SELECT [Größe], id FROM gehalt": ("hidden", None),
    "SELECT [grösse] FROM gehalt": ("hidden",),
    "SELECT 1 AS ssn FROM hr.staff ORDER BY ssn": (),
    "SELECT ssn, mail FROM guests g (NOLOCK, NOWAIT)": ("hidden", "partial"),
    "SELECT g.mail FROM team CROSS APPLY guests AS g (NOLOCK, [ROWLOCK])": ("partial",),
    "WITH c AS (SELECT ssn FROM hr.staff) SELECT x.ssn FROM c x (FORCESCAN)": ("hidden",),
    "SELECT $from_id FROM team t JOIN knows ON t.id = $to_id": (),
    """SELECT q.v FROM (SELECT 1 AS a) AS split CROSS APPLY
    (SELECT split.a AS v FROM (SELECT ssn FROM hr.staff) AS split(a)) AS q""": ("hidden",),
    """SELECT q.v FROM (SELECT 1 AS ssn) AS log CROSS APPLY
    (SELECT log.ssn AS v FROM guests log (READPAST)) AS q""": ("hidden",),
    """SELECT q.v FROM (SELECT 1 AS a) AS offset CROSS APPLY
    (SELECT offset.a AS v FROM (SELECT ssn FROM hr.staff) offset(a)) AS q""": ("hidden",),
    """SELECT q.v FROM (SELECT 1 AS ssn) AS offset CROSS APPLY
    (SELECT offset.ssn AS v FROM guests offset LEFT JOIN numbers n ON 1 = 1) AS q""": ("hidden",),
    "SELECT ssn FROM guests window UNION ALL SELECT ssn FROM guests offset": ("hidden",),
    "WITH log(id) AS (SELECT ssn FROM hr.staff) SELECT id FROM log": ("hidden",),
    "SELECT TOP 5 rows, ssn FROM (SELECT 1 AS rows, ssn FROM hr.staff) d": (None, "hidden"),
    "SELECT returning text, d.ssn FROM (SELECT *, 1 AS returning FROM hr.staff) d": (None, "hidden"),
    "SELECT ssn, id AS Number FROM hr.staff ORDER BY number": ("hidden", None),
    "SELECT ssn, SYSTEM_USER, USER, CURRENT_TIMESTAMP FROM hr.staff": ("hidden", None, None, None),
    "SELECT * FROM v_hinted": ("hidden", "hidden"),
    "SELECT name FROM sys.tables": (),
    "SELECT ssn FROM hr.staff ORDER BY id OFFSET 1 ROWS FETCH NEXT 5 ROWS ONLY": ("hidden",),
    "WITH r AS (SELECT id, ssn FROM hr.staff UNION ALL SELECT id + 1, ssn FROM r WHERE id < 5) SELECT * FROM r": (
        None, "hidden",
    ),
}  # fmt: skip

REFUSED = (
    "SELECT (SELECT SSN FROM (SELECT 1 AS ssn) d) FROM hr.staff",
    "SELECT (SELECT S.ssn FROM (SELECT 1 AS ssn) AS s) FROM hr.staff AS S",
    "SELECT name FROM hr.staff WHERE EXISTS (SELECT 1 FROM (SELECT 1 AS SSN) d WHERE ssn LIKE '1%')",
    "SELECT name AS SSN FROM hr.staff ORDER BY ssn",
    "SELECT [ｓ].[ｓｓｎ] FROM hr.staff s",
    "SELECT [á].[ssñ] FROM hr.staff a",
    "SELECT * FROM sys.syscacheobjects",
    "SELECT target_data FROM sys.dm_xe_session_targets",
    "SELECT LEFT(ssn, 3) FROM hr.staff",
    "SELECT ssn + '' FROM hr.staff",
    "SELECT CAST(ssn AS varchar(20)) FROM hr.staff",
    "SELECT MAX(ssn) FROM hr.staff",
    "SELECT COUNT(DISTINCT ssn) FROM hr.staff",
    "SELECT COUNT(ssn) FROM hr.staff",
    "SELECT name FROM hr.staff WHERE ssn = '1'",
    "SELECT name FROM hr.staff WHERE ssn IS NULL",
    "SELECT name FROM hr.staff ORDER BY ssn",
    "SELECT ssn FROM hr.staff ORDER BY 1",
    "SELECT ssn AS x FROM hr.staff ORDER BY x",
    "SELECT * FROM hr.staff ORDER BY 3",
    "SELECT DISTINCT ssn FROM hr.staff",
    "SELECT name FROM hr.staff GROUP BY name, ssn",
    "SELECT name FROM hr.staff GROUP BY name HAVING MAX(ssn) > '1'",
    "SELECT t.name FROM team t JOIN hr.staff s ON s.ssn = t.name",
    "SELECT ssn FROM hr.staff UNION SELECT name FROM team",
    "SELECT ssn FROM hr.staff EXCEPT SELECT '1'",
    "SELECT name FROM team INTERSECT SELECT ssn FROM hr.staff",
    "SELECT ssn FROM hr.staff FOR XML PATH",
    "SELECT * FROM hr.staff FOR JSON AUTO",
    "SELECT (SELECT TOP 1 ssn FROM hr.staff) AS x",
    "SELECT name FROM team WHERE name IN (SELECT ssn FROM hr.staff)",
    "SELECT name FROM team t WHERE EXISTS (SELECT 1 FROM hr.staff s WHERE s.ssn = t.name)",
    "SELECT CASE WHEN ssn > '5' THEN 1 END FROM hr.staff",
    "SELECT ROW_NUMBER() OVER (ORDER BY ssn) FROM hr.staff",
    "SELECT SUM(id) OVER w FROM hr.staff WINDOW w AS (PARTITION BY ssn)",
    "SELECT STRING_AGG(name, ',') WITHIN GROUP (ORDER BY ssn) FROM hr.staff",
    "SELECT s.value FROM hr.staff CROSS APPLY STRING_SPLIT(ssn, '-') s",
    "SELECT x.y FROM hr.staff CROSS APPLY ssn.nodes('/a') AS x(y)",
    "SELECT ssn.value('.', 'int') FROM hr.staff",
    "SELECT s.ssn.value('.', 'int') FROM hr.staff s",
    "SELECT CHECKSUM(*) FROM hr.staff",
    "SELECT * FROM (SELECT name, ssn FROM hr.staff) s PIVOT (COUNT(name) FOR ssn IN ([1])) p",
    "SELECT u.v FROM hr.staff UNPIVOT (v FOR c IN (ssn, mail)) u",
    "SELECT x FROM (SELECT ssn AS x FROM hr.staff) d WHERE x > '1'",
    "WITH c AS (SELECT ssn AS x FROM hr.staff) SELECT name FROM team, c WHERE c.x = team.name",
    "SELECT start + '' FROM v_computed",
    "SELECT secret FROM v_staff ORDER BY secret",
    "SELECT dbo.reveal(id) FROM hr.staff",
    "SELECT * FROM dbo.all_staff()",
    "SELECT * FROM all_staff(1)",
    "SELECT * FROM team CROSS APPLY dbo.of_team(team.id)",
    "SELECT * FROM v_encrypted",
    "SELECT * FROM v_loop",
    "SELECT * FROM dbo.unknown",
    "SELECT * FROM Other.hr.staff",
    "SELECT * FROM #copy",
    """SELECT u.text FROM (SELECT returning text, NULL AS a FROM (SELECT 'x' AS returning) AS q UNION ALL
    SELECT ssn, returning text FROM (SELECT *, 'x' AS returning FROM hr.staff) AS q) AS u""",
    """SELECT text FROM (SELECT using 'text', NULL AS a FROM (SELECT 'x' AS using) AS q UNION ALL
    SELECT ssn, using 'text' FROM (SELECT *, 'x' AS using FROM hr.staff) AS q) AS u""",
    """SELECT u.rows FROM (SELECT NULL AS a, rows FROM (SELECT 'x' AS rows) AS q UNION ALL
    SELECT * FROM (SELECT TOP 5 only, ssn FROM (SELECT 1 AS only, * FROM hr.staff) AS r) AS s) AS u""",
    "SELECT id,, ssn FROM hr.staff",
    "SELECT PARSE(name AS date USING ssn) FROM hr.staff",
    "SELECT ssn, id FROM hr.staff window ORDER BY 1",
    "SELECT missing FROM hr.staff",
    "SELECT s.missing FROM hr.staff AS s WHERE UPPER(s.missing) = 'X'",
    "SELECT IDENTITYCOL FROM hr.staff",
    "SELECT $from_id FROM likes",
    "SELECT l.$TO_ID FROM knows k, likes l",
    "SELECT x.ssn FROM guests x (a, b)",
    "SELECT x.ssn FROM team CROSS APPLY guests x (a, b)",
    "WITH c AS (SELECT id, ssn FROM hr.staff) SELECT x.id FROM c AS x (NOLOCK, b)",
    "SELECT d.mail FROM (SELECT ssn FROM guests) d",
    "SELECT id FROM hr.staff WITH (FORCESEEK (ix_team (team_id))) WHERE team_id = 1",
    "SELECT name FROM hr.staff FOR BROWSE",
    "SELECT $IDENTITY FROM hr.staff",
    "SELECT [größe] FROM gehalt WHERE [größe] > 1",
    "SELECT [ｓｓｎ] FROM hr.staff",
    "SELECT [ssn ] + '' FROM hr.staff",
    "WITH C AS (SELECT id FROM team) SELECT * FROM c",
    "WITH c AS (SELECT * FROM d), d AS (SELECT 1 AS a) SELECT * FROM c",
    "SELECT text FROM sys.dm_exec_query_stats CROSS APPLY sys.dm_exec_sql_text(sql_handle)",
    "SELECT * FROM sys.dm_db_stats_histogram(1, 2)",
    "SELECT * FROM CONTAINSTABLE(hr.staff, ssn, 'x') AS k",
    "SELECT id FROM hr.staff WHERE CONTAINS(ssn, 'x')",
    "SELECT id FROM hr.staff WHERE FREETEXT(*, 'x')",
    "SELECT TOP (SELECT COUNT(ssn) FROM hr.staff) name FROM team",
    "SELECT staff.ssn.x FROM hr.staff",
    "SELECT name FROM hr.staff WHERE NULLIF(ssn, '') IS NOT NULL",
    "SELECT IIF(ssn > 'a', 1, 0) FROM hr.staff",
    "SELECT JSON_OBJECT('a': ssn) FROM hr.staff",
    "SELECT name FROM hr.staff UNION ALL SELECT iban FROM team",
    "SELECT ssn FROM hr.staff UNION ALL SELECT iban FROM team",
    "SELECT ssn FROM hr.staff UNION ALL SELECT 1",
    "SELECT mail FROM hr.staff UNION ALL SELECT 'bob@x.com'",
    "SELECT mail FROM hr.staff UNION ALL SELECT CAST(1 AS float)",
    "SELECT mail FROM hr.staff UNION ALL (SELECT NULL UNION ALL SELECT NULL)",
    "SELECT mail FROM hr.staff UNION ALL SELECT n FROM (SELECT NULL AS n) AS d",
    "SELECT ssn FROM clients UNION ALL SELECT pin FROM clients",
    "SELECT iban FROM team UNION ALL SELECT iban FROM team",
    "WITH r(a, b) AS (SELECT name, ssn FROM hr.staff UNION ALL SELECT b, a FROM r) SELECT a FROM r",
    "WITH r(a, b) AS ((SELECT ssn, name FROM hr.staff UNION ALL SELECT b, a FROM r)) SELECT b FROM r",
    "WITH numbers(n, m) AS ((SELECT ssn, name FROM hr.staff UNION ALL SELECT m, n FROM numbers)) SELECT m FROM numbers",
    "WITH numbers(n) AS (SELECT n FROM numbers) SELECT n FROM numbers",
    "WITH numbers AS (SELECT ssn AS n, 1 AS m FROM hr.staff WHERE EXISTS (SELECT 1 FROM numbers)) SELECT m FROM team",
    "WITH [númbers] AS (SELECT ssn AS n FROM hr.staff) SELECT n FROM numbers",
    "WITH numbers(n, m) AS (SELECT 1, 2 UNION ALL SELECT m, n FROM [númbers]) SELECT n FROM numbers, hr.staff",
    f"SELECT q.ssn, q.mail FROM hr.staff p CROSS JOIN numbers {PIVOTED}",
    f"SELECT q.id FROM hr.staff p CROSS JOIN numbers {PIVOTED} WHERE q.ssn = '1'",
    f"SELECT q.n FROM team p CROSS JOIN numbers {PIVOTED}",
    f"SELECT q.id FROM hr.staff p JOIN numbers ON p.id IS DISTINCT FROM numbers.n {PIVOTED}",
    f"SELECT q.ssn FROM hr.staff p CROSS APPLY (SELECT 1 AS n, 1 AS m) t {PIVOTED}",
    f"SELECT q.ssn FROM (hr.staff p CROSS JOIN numbers) {PIVOTED}",
    f"SELECT * FROM hr.staff p, numbers {PIVOTED}",
    f"SELECT q.n FROM numbers {PIVOTED} CROSS JOIN hr.staff",
    "SELECT q.ssn, q.v FROM hr.staff p CROSS JOIN numbers UNPIVOT (v FOR c IN (n, m)) AS q",
    f"SELECT * FROM (SELECT n, m FROM numbers) t JOIN (SELECT name, ssn FROM hr.staff) p ON 1 = 1 {PIVOTED}",
    "SELECT CAST('' AS xml).value('sql:column(\"p.ssn\")', 'varchar(20)') FROM hr.staff p",
    "SELECT doc.query('sql:column(\"ssn\")') FROM hr.staff",
    "SELECT doc.exist('/a[. = sql:column(\"p.ssn\")]') FROM hr.staff p",
    "SELECT p.doc.[VALUE]('sql:column(\"p.ssn\")', 'int') FROM hr.staff p",
    "SELECT doc.query('s&#x71;l:column(\"ssn\")') FROM hr.staff",
    'SELECT doc.query(\'declare namespace s="urn:schemas-microsoft-com:xml-sql"; s:column("ssn")\') FROM hr.staff',
    "SELECT doc.query('s : column (: :) (\"ssn\")') FROM hr.staff",
    "SELECT n.c.value('.', 'int') FROM hr.staff CROSS APPLY doc.nodes('sql:column(\"ssn\")') n(c)",
    "SELECT doc.query('/a' + ssn) FROM hr.staff",
    "SELECT x FROM v_query",
    "SELECT x FROM v_joined",
    "SELECT d.mail FROM hr.staff p CROSS APPLY (SELECT mail FROM OPENJSON('[]') WITH (mail int) AS j) AS d",
    "SELECT d.mail FROM hr.staff x CROSS APPLY (SELECT x.mail FROM (SELECT 'bob@x.com' AS mail) AS X) AS d",
    "SELECT d.ssn FROM hr.staff p CROSS APPLY (SELECT p.ssn FROM (SELECT 1 AS a) AS p) AS d",
    "SELECT d.ssn FROM hr.staff p CROSS APPLY (SELECT p.ssn FROM OPENJSON('[]') AS p) AS d",
    "SELECT ssn AS y FROM hr.staff ORDER BY y COLLATE Latin1_General_BIN",
    "SELECT ssn FROM hr.staff ORDER BY (1)",
    "SELECT ssn AS y, id FROM hr.staff ORDER BY IIF(y > '5', 1, 0)",
    "SELECT TOP (3) id FROM hr.staff WITH (INDEX(ix_ssn))",
    "SELECT TOP (3) id FROM hr.staff WITH (NOLOCK, INDEX = ix_ssn)",
    "SELECT id FROM hr.staff AS p OPTION (TABLE HINT(p, INDEX(ix_ssn)))",
    "SELECT id FROM hr.staff OPTION (USE PLAN N'<ShowPlanXML/>')",
    "SELECT n.n FROM numbers AS n CROSS JOIN hr.staff AS p WITH (FORCESEEK(ix_ssn(ssn)))",
)


@pytest.mark.parametrize("sql", SHOWN)
def test_a_shown_column_is_masked(sql: str) -> None:
    """A masked column that is only shown reaches the result masked, whatever names it went through."""
    assert masks(sql) == SHOWN[sql]


@pytest.mark.parametrize("sql", REFUSED)
def test_any_other_use_is_refused(sql: str) -> None:
    """A masked column that decides about rows, enters an expression, or is not certain to be none, is refused."""
    with pytest.raises(Refusal) as refused:
        masks(sql)
    assert refused.value.code in ("policy.masked_column", "gate.no_tree")


def test_the_place_of_the_use_is_told() -> None:
    """The refusal points at the masked column in the text as it was given."""
    with pytest.raises(Refusal) as refused:
        masks("SELECT name /* ssn */\nFROM hr.staff\nWHERE SSN = '1'")
    assert (refused.value.line, refused.value.column, refused.value.token) == (3, 7, "SSN")


def test_without_a_catalogue_nothing_is_certain() -> None:
    """A connection with masks and without a catalogue reads no table at all."""
    with pytest.raises(Refusal):
        check("SELECT name FROM hr.staff", POLICY)
    assert check("SELECT 1 AS a", POLICY).masks == ()


def test_without_masks_no_catalogue_is_asked() -> None:
    """A policy without masks leaves every column as it is."""
    assert check("SELECT ssn FROM hr.staff ORDER BY ssn", Policy()).masks == ()


def _doubled() -> str:
    parts = ", ".join(f"c{n} AS (SELECT a.*, b.* FROM c{n - 1} a, c{n - 1} b)" for n in range(1, 60))
    return f"WITH c0 AS (SELECT * FROM hr.staff), {parts} SELECT * FROM c59"


def _nested() -> str:
    text = "SELECT id, ssn FROM hr.staff"
    for n in range(45):
        text = f"WITH n{n} AS ({text} UNION ALL SELECT id, ssn FROM n{n}) SELECT * FROM n{n}"
    return text


@pytest.mark.parametrize(
    "sql", [_doubled(), _nested(), f"SELECT {', '.join(['*'] * 8_000)} FROM {', '.join(['team'] * 1_000)}"]
)
def test_a_query_that_gives_too_many_columns_is_refused(sql: str) -> None:
    """Stars and nested expressions multiply; what is followed is bounded before memory or time is."""
    with pytest.raises(Refusal) as refused:
        masks(sql)
    assert refused.value.code == "policy.masked_column"
