"""Functions of characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("LEN('abc  ')", 3),
        ("LEN('')", 0),
        ("LEN(N'日本語')", 3),
        ("LEN(N'🙂a')", 2),
        ("LEN(NULL)", None),
        ("LEN(12345)", 5),
        ("DATALENGTH('abc  ')", 5),
        ("DATALENGTH(N'abc')", 6),
        ("DATALENGTH(N'👶')", 4),
        ("DATALENGTH(0x0102)", 2),
        ("DATALENGTH(5)", 4),
        ("DATALENGTH(CAST(1 AS decimal(38,0)))", 17),
        ("DATALENGTH(GETDATE())", 8),
        ("CHARINDEX('is', 'This is a string')", 3),
        ("CHARINDEX('is', 'This is a string', 4)", 6),
        ("CHARINDEX('TEST', 'Das ist ein Test')", 13),
        ("CHARINDEX('x', 'abc')", 0),
        ("CHARINDEX('', 'abc')", 0),
        ("CHARINDEX('a', NULL)", None),
        ("PATINDEX('%ter%', 'interesting data')", 3),
        ("PATINDEX('%[^ 0-9A-Za-z]%', 'Please ensure the door is locked!')", 33),
        ("PATINDEX('%en_ure%', 'Please ensure the door is locked!')", 8),
        ("PATINDEX('abc%', 'abcdef')", 1),
        ("PATINDEX('%def', 'abcdef')", 4),
        ("PATINDEX('abc', 'abcdef')", 0),
        ("LEFT('abcdefg', 2)", "ab"),
        ("LEFT('ab', 10)", "ab"),
        ("LEFT(12345, 2)", "12"),
        ("RIGHT('abcdefg', 2)", "fg"),
        ("RIGHT('ab', 10)", "ab"),
        ("RIGHT('abc', 0)", ""),
        ("SUBSTRING('abcdef', 2, 3)", "bcd"),
        ("SUBSTRING('abcdef', 0, 3)", "ab"),
        ("SUBSTRING('abcdef', -1, 3)", "a"),
        ("SUBSTRING('abcdef', 5, 10)", "ef"),
        ("SUBSTRING('abcdef', 9, 1)", ""),
        ("SUBSTRING(0x010203, 2, 1)", b"\x02"),
        ("REPLACE('abcdefghicde','cde','xxx')", "abxxxfghixxx"),
        ("REPLACE('This is a test', 'IS', 'X')", "ThX X a test"),
        ("REPLACE('abc', '', 'x')", "abc"),
        ("REPLACE('abc', NULL, 'x')", None),
        ("STUFF('abcdef', 2, 3, 'ijklmn')", "aijklmnef"),
        ("STUFF('abc', 4, 1, 'x')", None),
        ("STUFF('abc', 1, 1, NULL)", "bc"),
        ("REPLICATE('0', 4)", "0000"),
        ("REPLICATE('ab', -1)", None),
        ("LEN(REPLICATE('x', 9000))", 8000),
        ("LEN(REPLICATE(CAST('x' AS varchar(max)), 9000))", 9000),
        ("REVERSE('abc')", "cba"),
        ("UPPER(N'straße ä')", "STRAßE Ä"),
        ("LOWER(N'ÄÖÜ')", "äöü"),
        ("LTRIM('  a ')", "a "),
        ("RTRIM(' a  ')", " a"),
        ("TRIM('  a b  ')", "a b"),
        ("TRIM('.,! ' FROM '  #     test    .')", "#     test"),
        ("TRIM(LEADING '.,! ' FROM '     .#     test    .')", "#     test    ."),
        ("TRIM(TRAILING '.,! ' FROM '.#     test    .')", ".#     test"),
        ("TRIM(BOTH '123' FROM '123abc123')", "abc"),
        ("LTRIM('123abc.', '321')", "abc."),
        ("RTRIM('.123abc.', 'abc.')", ".123"),
        ("CONCAT('a', NULL, 5, 1.50)", "a51.50"),
        ("CONCAT(CAST('2024-01-05' AS date), '!')", "2024-01-05!"),
        ("CONCAT_WS(',', 'a', NULL, 'b')", "a,b"),
        ("CONCAT_WS(' - ', 1, 2, 3)", "1 - 2 - 3"),
        ("ASCII('A')", 65),
        ("ASCII('')", None),
        ("CHAR(65)", "A"),
        ("CHAR(256)", None),
        ("CHAR(9) + 'x'", "\tx"),
        ("UNICODE(N'Å')", 197),
        ("UNICODE(N'🙂')", 128578),
        ("NCHAR(197)", "Å"),
        ("NCHAR(128578)", "🙂"),
        ("SPACE(3) + '|'", "   |"),
        ("QUOTENAME('abc[]def')", "[abc[]]def]"),
        ("QUOTENAME('a''b', '''')", "'a''b'"),
        ("QUOTENAME('x', '(')", "(x)"),
        ("QUOTENAME('x', '#')", None),
        ("STR(123.45, 6, 1)", " 123.5"),
        ("STR(123.45, 2, 2)", "**"),
        ("STR(FLOOR(123.45), 8, 3)", " 123.000"),
        ("STR(5)", "         5"),
        ("SOUNDEX('Smith')", "S530"),
        ("SOUNDEX('Smythe')", "S530"),
        ("DIFFERENCE('Smithers', 'Smythers')", 4),
        ("DIFFERENCE('Anothers', 'Brothers')", 2),
        ("TRANSLATE('2*[3+4]/{7-2}', '[]{}', '()()')", "2*(3+4)/(7-2)"),
        ("STRING_ESCAPE('a\"b/c\\', 'json')", 'a\\"b\\/c\\\\'),
        ("PARSENAME('srv.db.[my schema].t', 2)", "my schema"),
        ("PARSENAME('a.b', 3)", None),
        ("CONVERT(varchar(64), HASHBYTES('SHA2_256', 'abc'), 2)", None),
    ],
)
def test_functions_answer_as_documented(ask: Asker, expression: str, value: object) -> None:
    """Examples of the functions' own pages, "String functions (Transact-SQL)", and what they leave to the reader."""
    if expression.startswith("CONVERT"):
        value = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
    assert ask.value(expression) == value


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("FORMAT(1234567.891, 'N')", "1,234,567.89"),
        ("FORMAT(1234567.891, 'N0')", "1,234,568"),
        ("FORMAT(1234.5, 'C')", "$1,234.50"),
        ("FORMAT(-1234.5, 'C')", "-$1,234.50"),
        ("FORMAT(1234.5, 'C', 'de-DE')", "1.234,50 €"),
        ("FORMAT(1234.5, 'C', 'en-gb')", "£1,234.50"),
        ("FORMAT(0.1234, 'P')", "12.34%"),
        ("FORMAT(0.1234, 'P1')", "12.3%"),
        ("FORMAT(42, 'D6')", "000042"),
        ("FORMAT(255, 'X')", "FF"),
        ("FORMAT(255, 'x4')", "00ff"),
        ("FORMAT(1234.5678, 'F1')", "1234.6"),
        ("FORMAT(1234.5e0, 'E2')", "1.23E+003"),
        ("FORMAT(123456789, '###-##-####')", "123-45-6789"),
        ("FORMAT(1234.5, '#,##0.00')", "1,234.50"),
        ("FORMAT(0.5, '0.##')", "0.5"),
        ("FORMAT(0.5, '#.##')", ".5"),
        ("FORMAT(7, '000')", "007"),
        ("FORMAT(0.256, '0.0%')", "25.6%"),
        ("FORMAT(-5, '0;(0);zero')", "(5)"),
        ("FORMAT(0, '0;(0);zero')", "zero"),
        ("FORMAT(1234567, '0,,.0 ''M''')", "1.2 M"),
        ("FORMAT($12.5, 'N2')", "12.50"),
        ("FORMAT(CAST('2024-03-05' AS date), 'yyyy-MM-dd')", "2024-03-05"),
        ("FORMAT(CAST('2024-03-05' AS date), 'd')", "3/5/2024"),
        ("FORMAT(CAST('2024-03-05' AS date), 'd', 'en-gb')", "05/03/2024"),
        ("FORMAT(CAST('2024-03-05' AS date), 'd', 'de-de')", "05.03.2024"),
        ("FORMAT(CAST('2024-03-05' AS date), 'D')", "Tuesday, March 5, 2024"),
        ("FORMAT(CAST('2024-03-05' AS date), 'MMM yy')", "Mar 24"),
        ("FORMAT(CAST('2024-03-05' AS date), 'dddd, d. MMMM')", "Tuesday, 5. March"),
        ("FORMAT(CAST('2018-01-01 14:00' AS datetime2), 'hh:mm tt')", "02:00 PM"),
        ("FORMAT(CAST('2018-01-01 14:05:06.789' AS datetime2), 'HH:mm:ss.fff')", "14:05:06.789"),
        ("FORMAT(CAST('2018-01-01 14:05' AS datetime), 'g')", "1/1/2018 2:05 PM"),
        ("FORMAT(CAST('2018-01-01 14:05' AS datetime), 's')", "2018-01-01T14:05:00"),
        ("FORMAT(CAST('2018-01-01 14:05' AS datetime), 'yyyy-MM')", "2018-01"),
        ("FORMAT(CAST('2018-01-01 14:05' AS datetime), 'yyyyMMdd')", "20180101"),
        ("FORMAT(CAST('2018-01-01 14:05 +02:00' AS datetimeoffset), 'HH:mm zzz')", "14:05 +02:00"),
        ("FORMAT(CAST('07:35' AS time), N'hh\\:mm')", "07:35"),
        ("FORMAT(CAST('07:35' AS time), N'hh:mm')", None),
        ("FORMAT(NULL + 1, 'N')", None),
    ],
)
def test_format_writes_as_dot_net_does(ask: Asker, expression: str, text: str | None) -> None:
    """Page "FORMAT (Transact-SQL)" and .NET's pages on format strings."""
    assert ask.value(expression) == text


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("LEFT('abcdef', 2)", "varchar(2)"),
        ("SUBSTRING(N'abcdef', 1, 3)", "nvarchar(3)"),
        ("LEN('a')", "int"),
        ("LEN(CAST('a' AS varchar(max)))", "bigint"),
        ("CONCAT('ab', 'cde')", "varchar(5)"),
        ("CONCAT('ab', N'cde')", "nvarchar(5)"),
        ("REPLICATE('ab', 3)", "varchar(6)"),
        ("QUOTENAME('a')", "nvarchar(258)"),
        ("FORMAT(1, 'N')", "nvarchar(4000)"),
        ("CHAR(65)", "char(1)"),
        ("UPPER(N'ab')", "nvarchar(2)"),
        ("STUFF('abc', 1, 1, 'xy')", "varchar(5)"),
        ("REPLACE('abc', 'b', 'x')", "varchar(3)"),
        ("REPLACE('abc', 'b', 'xyz')", "varchar(8000)"),
    ],
)
def test_results_have_documented_types(ask: Asker, expression: str, type_: str) -> None:
    """Return types of the functions' pages."""
    assert ask.type(expression) == type_


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("LEFT('abc', -1)", 537),
        ("SUBSTRING('abc', 1, -1)", 537),
        ("RIGHT('abc', -1)", 536),
        ("LEN('a', 'b')", 174),
        ("LEN()", 174),
        ("CONCAT('a')", 189),
        ("SUBSTRING(5, 1, 1)", 8116),
        ("SUBSTRING(NULL, 1, 1)", 8116),
        ("FORMAT('a', 'N')", 8116),
        ("TRANSLATE('a', 'bc', 'd')", 9828),
        ("HASHBYTES('MD5', 5)", 8116),
    ],
)
def test_wrong_calls_have_the_server_s_numbers(ask: Asker, expression: str, number: int) -> None:
    """Arguments that SQL Server refuses."""
    with pytest.raises(QueryError) as caught:
        ask(f"SELECT {expression}")
    assert caught.value.number == number


def test_an_unknown_function_is_named_with_a_near_one(ask: Asker) -> None:
    """Names of other databases' functions lead to T-SQL's."""
    with pytest.raises(UnsupportedError, match="does not know the function LENGTH"):
        ask("SELECT LENGTH('a')")
    with pytest.raises(UnsupportedError, match="DATEADD"):
        ask("SELECT DATEADDD(day, 1, GETDATE())")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("""JSON_VALUE('{"a":{"b":[1,2.50,"x"]}}', '$.a.b[1]')""", "2.50"),
        ("""JSON_VALUE('{"a":{"b":[1,2,"x"]}}', '$.a.b[2]')""", "x"),
        ("""JSON_VALUE('{"a":true}', '$.a')""", "true"),
        ("""JSON_VALUE('{"a":null}', '$.a')""", None),
        ("""JSON_VALUE('{"a":{}}', '$.a')""", None),
        ("""JSON_VALUE('{"a b":"\\u00e9"}', '$."a b"')""", "é"),
        ("""JSON_VALUE('{"a":1}', 'lax $.b')""", None),
        ("""JSON_QUERY('{"a": [1, 2]}', '$.a')""", "[1, 2]"),
        ("""JSON_QUERY('{"a":1}', '$.a')""", None),
        ("""JSON_QUERY('{"a":1}')""", '{"a":1}'),
        ("""ISJSON('{"a":1}')""", 1),
        ("""ISJSON('{a:1}')""", 0),
        ("""ISJSON('5')""", 0),
        ("""ISJSON(NULL)""", None),
        ("""JSON_PATH_EXISTS('{"items":[1,2,3]}', '$.items[5]')""", 0),
        ("""JSON_PATH_EXISTS('{"items":[1,2,3]}', '$.items[0]')""", 1),
    ],
)
def test_json_is_read_by_path(ask: Asker, expression: str, value: object) -> None:
    """Pages "JSON_VALUE", "JSON_QUERY", "ISJSON" and "JSON_PATH_EXISTS (Transact-SQL)"."""
    assert ask.value(expression) == value


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("""JSON_VALUE('{"a":1}', 'strict $.b')""", 13608),
        ("""JSON_VALUE('{"a":{}}', 'strict $.a')""", 13623),
        ("""JSON_QUERY('{"a":1}', 'strict $.a')""", 13624),
        ("""JSON_VALUE('{a:1}', '$.a')""", 13609),
        ("""JSON_VALUE('{"a":1}', 'a')""", 13607),
    ],
)
def test_bad_json_has_the_server_s_numbers(ask: Asker, expression: str, number: int) -> None:
    """A strict path that leads nowhere, and what is no JSON."""
    with pytest.raises(QueryError) as caught:
        ask(f"SELECT {expression}")
    assert caught.value.number == number
