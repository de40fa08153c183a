"""Change an honest query at random so that it may hold something else, in every way that has ever fooled a filter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

STATEMENTS = (
    "DELETE FROM t", "DELETE t", "DELETE[t]", "UPDATE t SET a=1", "INSERT t VALUES(1)", "INSERT INTO t SELECT 1",
    "MERGE t USING u ON 1=1 WHEN MATCHED THEN DELETE;", "TRUNCATE TABLE t", "DROP TABLE t", "DROP VIEW v",
    "CREATE TABLE z(a int)", "ALTER TABLE t ADD b int", "EXEC p", "EXEC('x')", "EXECUTE p", "EXECUTE AS USER='u'",
    "sp_who", "dbo.p", "[p]", "p 1", "INTO z", "INTO #z FROM t", "SELECT 2", "(SELECT 2)", "((SELECT 2))",
    "WITH c AS(SELECT 1 a)SELECT a FROM c", "WITH c AS(SELECT 1 a)DELETE FROM c", "USE master", "USE[hint]",
    "SET NOEXEC ON", "SET @x=1", "DECLARE @x int", "DECLARE c CURSOR FOR SELECT 1", "BEGIN TRAN",
    "BEGIN SELECT 2 END", "COMMIT", "ROLLBACK", "SAVE TRAN x", "IF 1=1 SELECT 2", "WHILE 1=1 BREAK", "RETURN",
    "BREAK", "CONTINUE", "GOTO x", "x: SELECT 2", "x:", "PRINT 1", "RAISERROR('x',16,1)", "THROW",
    "THROW 50000,'x',1", "WAITFOR DELAY '1'", "RECEIVE * FROM q", "RECEIVE TOP(1) * FROM q",
    "SEND ON CONVERSATION @h ('x')", "GET CONVERSATION GROUP @g FROM q", "MOVE CONVERSATION @h TO @g",
    "END CONVERSATION @h", "ENABLE TRIGGER x ON t", "DISABLE TRIGGER x ON t", "DISABLE TRIGGER ALL ON DATABASE",
    "KILL 1", "SHUTDOWN", "RECONFIGURE", "CHECKPOINT", "DBCC CHECKDB", "REVERT", "SETUSER", "SETUSER 'x'", "OPEN c",
    "OPEN MASTER KEY DECRYPTION BY PASSWORD='x'", "CLOSE c", "DEALLOCATE c", "FETCH c", "FETCH NEXT",
    "FETCH NEXT (SELECT 2)", "FETCH FIRST ((SELECT 2))", "FETCH NEXT FROM c", "FETCH FIRST FROM c INTO @x",
    "BACKUP DATABASE d TO DISK='x'", "RESTORE DATABASE d FROM DISK='x'", "BULK INSERT t FROM 'x'",
    "GRANT SELECT ON t TO u", "DENY SELECT ON t TO u", "REVOKE SELECT ON t FROM u",
    "ADD SIGNATURE TO p BY CERTIFICATE c", "READTEXT t.c 0x0 1 2", "WRITETEXT t.c 0x0 'x'",
    "UPDATETEXT t.c 0x0 0 0 'x'", "LINENO 5", "NEXT VALUE FOR s", "SELECT NEXT VALUE FOR s", "COPY INTO t FROM 'x'",
    "RENAME OBJECT a TO b", "UPDATE STATISTICS t", "GO", "\nGO\n", "\nGO\nsp_who", "{call p}", "{?=call p}", ";",
    ";;", "FOR UPDATE", "OPTION(RECOMPILE)", "FOR XML PATH", "FOR JSON AUTO", "FOR BROWSE", "OVER w", "AS x",
    "COLLATE x", "GET", "COPY", "x SEND", "ENABLE, a", "DISABLE FROM t", "MOVE WHERE 1=1", "RENAME UNION SELECT 2",
    "LOAD", "LOAD DATABASE x", "int(1)", "GET FROM q", "SEND JOIN u ON 1=1",
)  # fmt: skip
FRAGMENTS = (
    "(", ")", "((", "))", "[", "]", "]]", "'", "''", '"', '""', "/*", "*/", "--", "--\r", "--\n", "/**/", ",", ".",
    "..", ";", ":", "::", "?", "@", "@@", "@x", "@@x", "@p1", "$", "$1", "$x", "#", "\\", "`", "{", "}",
    "{d '2020-01-01'}", "{fn NOW()}", "{oj t}", "{escape '!'}", "0x", "0xA", "0xFG", "1", "1.", ".5", "1e", "1e+",
    "1e5", "N'x'", "n'", "N", "%", "%%", "*", "=", "!=", "! =", "!<", "<>", "||", "->", "<-", "-", "+", "~", "^", "|",
    "&", "+=", "*=", "SELECT", "WITH", "FROM", "WHERE", "UNION", "UNION ALL", "EXCEPT", "INTERSECT", "ALL",
    "DISTINCT", "TOP", "TOP 1", "TOP(1)", "PERCENT", "WITH TIES", "APPLY", "FOR SYSTEM_TIME ALL", "CROSS APPLY",
    "OUTER", "NEXT", "FIRST", "OFFSET 1 ROWS", "ROWS", "ONLY", "AS", "CASE", "WHEN", "THEN", "ELSE", "END", "NULL",
    "USER", "CURRENT_USER", "DEFAULT", "VALUES", "VALUES(1)", "IN", "EXISTS", "ANY", "SOME", "NOT", "AND", "OR", "ON",
    "JOIN", "MERGE JOIN", "MERGE", "USE", "USE HINT", "OVER", "OVER w", "WINDOW w AS()", "GROUP BY", "ORDER BY",
    "ASC", "DESC", "HAVING", "LIKE", "BETWEEN", "IS", "ESCAPE", "COLLATE", "AT TIME ZONE", "FOR", "OF", "PIVOT",
    "TABLESAMPLE", "HOLDLOCK", "READ", "TABLE", "COLUMN", "KEY", "OPTION", "INTO", "go", "label", "MATCH",
    "IDENTITYCOL", "$ROWGUID", "LEFT", "RIGHT", "CONVERT", "COALESCE",
)  # fmt: skip
CHARACTERS = (
    "\x00\x01\x08\t\n\x0b\x0c\r\x1a\x1b\x1c\x1f\x7f\x85\xa0\xad\u0131\u017f\u0130\u212a\u1680\u180e\u2002\u2007"
    "\u200b\u200c\u200d\u200e\u2028\u2029\u202e\u202f\u205f\u2060\u3000\ufeff\uff24\uff27\uff1b\uff07\u02bc\u2019"
    "\u2018\u201c\uff3b\uff3d\ufffd\ufffe\u00e9\u00b2\u0661\U0001d4d0\U000e0001\u0301\u20ac\u00a3"
)
SPACES = (" ", "\n", "\t", "\r\n", "/**/", "/* x */", "--x\n", "\u00a0", "\u3000", "\r", "\f", "\v", "", "", "/*/**/*/")
LOOKALIKES = {
    "a": "\uff41", "c": "\uff23", "d": "\uff24", "e": "\uff45", "g": "\uff27", "i": "\u0131", "k": "\u212a",
    "l": "\uff2c", "n": "\uff2e", "o": "\uff2f", "p": "\uff30", "s": "\u017f", "t": "\uff34", "u": "\uff35",
}  # fmt: skip
_PIECES = re.compile(r"\s+|\w+|'[^']*'|\[[^\]]*\]|.", re.DOTALL)
MAX_CHARACTERS = 4_000


def mutate(random: Random, seeds: Sequence[str]) -> str:
    """Change one of the seeds one to four times."""
    text = random.choice(seeds)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        text = random.choice(_CHANGES)(random, text, seeds)
    return text[:MAX_CHARACTERS]


def _boundaries(text: str) -> list[int]:
    return [found.start() for found in _PIECES.finditer(text)] + [len(text)]


def _insert(random: Random, text: str, piece: str) -> str:
    at = random.choice(_boundaries(text)) if random.random() < 0.6 else len(text)
    return text[:at] + random.choice(SPACES) + piece + random.choice(SPACES) + text[at:]


def _statement(random: Random, text: str, seeds: Sequence[str]) -> str:
    return _insert(random, text, _disguise(random, random.choice(STATEMENTS)))


def _fragment(random: Random, text: str, seeds: Sequence[str]) -> str:
    at = random.choice(_boundaries(text))
    gap = random.choice(("", " ", "\n"))
    return text[:at] + gap + random.choice(FRAGMENTS) + random.choice(("", " ", "\n")) + text[at:]


def _character(random: Random, text: str, seeds: Sequence[str]) -> str:
    at = random.choice(_boundaries(text)) if random.random() < 0.7 else random.randrange(len(text) + 1)
    return text[:at] + random.choice(CHARACTERS) + text[at:]


def _remove(random: Random, text: str, seeds: Sequence[str]) -> str:
    marks = _boundaries(text)
    first = random.randrange(len(marks))
    last = min(len(marks) - 1, first + random.choice((1, 1, 2, 3, 8)))
    return text[: marks[first]] + text[marks[last] :]


def _repeat(random: Random, text: str, seeds: Sequence[str]) -> str:
    marks = _boundaries(text)
    first = random.randrange(len(marks))
    last = min(len(marks) - 1, first + random.choice((1, 2, 5)))
    return text[: marks[last]] + random.choice(SPACES) + text[marks[first] :]


def _splice(random: Random, text: str, seeds: Sequence[str]) -> str:
    other = random.choice(seeds)
    head, tail = random.choice(_boundaries(text)), random.choice(_boundaries(other))
    return text[:head] + random.choice(SPACES) + other[tail:]


def _cut(random: Random, text: str, seeds: Sequence[str]) -> str:
    """End the query at a boundary, and begin something else there."""
    head = text[: random.choice(_boundaries(text))]
    name = random.choice(("", "", "x ", "AS x ", ", x ", "[x] "))
    return head + random.choice(SPACES) + name + _disguise(random, random.choice(STATEMENTS))


def _append_query(random: Random, text: str, seeds: Sequence[str]) -> str:
    other = random.choice(seeds)
    opened = "(" * random.choice((0, 1, 2, 3))
    return text + random.choice(SPACES) + opened + other + ")" * len(opened)


def _wrap(random: Random, text: str, seeds: Sequence[str]) -> str:
    marks = _boundaries(text)
    first, last = sorted((random.choice(marks), random.choice(marks)))
    opener, closer = random.choice((("(", ")"), ("((", "))"), ("[", "]"), ('"', '"'), ("'", "'"), ("/*", "*/"),
                                    ("CASE WHEN 1=1 THEN ", " END"), ("{fn ", "}"), ("EXEC(", ")")))  # fmt: skip
    return text[:first] + opener + text[first:last] + closer + text[last:]


def _glue(random: Random, text: str, seeds: Sequence[str]) -> str:
    statement = random.choice(STATEMENTS)
    left = random.choice(("1", "0x", "0xE", "1.", "1e", "$1", "'x'", "[x]", "@p1", "@@version", ")", "*", "N'x'", "x"))
    return _insert(random, text, left + statement)


def _swap_word(random: Random, text: str, seeds: Sequence[str]) -> str:
    words = list(re.finditer(r"\w+", text))
    if not words:
        return text
    word = random.choice(words)
    return text[: word.start()] + random.choice((*FRAGMENTS, *STATEMENTS)) + text[word.end() :]


def _strip_quotes(random: Random, text: str, seeds: Sequence[str]) -> str:
    marks = [index for index, character in enumerate(text) if character in "'\"[]()"]
    if not marks:
        return text
    at = random.choice(marks)
    return text[:at] + text[at + 1 :]


def _disguise(random: Random, statement: str) -> str:
    way = random.random()
    if way < 0.2:
        return "".join(random.choice((character.lower(), character.upper())) for character in statement)
    if way < 0.35:
        return statement.replace(" ", random.choice(SPACES))
    if way < 0.45:
        at = random.randrange(len(statement) + 1)
        return statement[:at] + random.choice(CHARACTERS) + statement[at:]
    if way < 0.55:
        at = random.randrange(len(statement))
        return statement[:at] + LOOKALIKES.get(statement[at].lower(), statement[at]) + statement[at + 1 :]
    if way < 0.62:
        return f"({statement})"
    return statement


_CHANGES = (
    _statement, _statement, _statement, _fragment, _fragment, _fragment, _character, _remove, _repeat, _splice,
    _splice, _cut, _cut, _cut, _append_query, _wrap, _glue, _swap_word, _swap_word, _strip_quotes,
)  # fmt: skip
