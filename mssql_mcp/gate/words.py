"""Which words carry the proof that a text is one query, and where each list comes from.

Sources:

- Reserved keywords (Transact-SQL), SQL Server 2025 and Azure SQL:
  https://learn.microsoft.com/sql/t-sql/language-elements/reserved-keywords-transact-sql
- Microsoft's parser ScriptDom, `TSqlTokenType` (https://github.com/microsoft/SqlScriptDOM); `tests/oracle` compares.
- Statements: https://learn.microsoft.com/sql/t-sql/statements/statements

T-SQL needs no semicolon between statements, so a statement may begin after any token that can end one. What makes the
proof possible is that every statement but the first of a batch begins with a word of a closed set, or with `(`, or is a
label. `STATEMENT_WORDS` and `OTHER_RESERVED` are refused wherever they stand outside quotes; the words that a query
needs although a statement can begin with them (`SELECT`, `WITH`, `FETCH`, `MERGE`, `USE`, `END`) have a rule each in
`proof.py`; `CONTEXTUAL_STARTERS` are ordinary names everywhere but where a statement could begin.
"""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


STATEMENT_WORDS = word_set(
    """
    ADD ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY DISK
    DROP DUMP EXEC EXECUTE EXIT GOTO GRANT IF INSERT INTO KILL LINENO LOAD OPEN PRINT PROC PROCEDURE RAISERROR READTEXT
    RECONFIGURE RESTORE RETURN REVERT REVOKE ROLLBACK SAVE SET SETUSER SHUTDOWN TRUNCATE UPDATE UPDATETEXT WAITFOR
    WHILE WRITETEXT
    """
)
"""Reserved words that begin a statement or (INTO, EXIT, PROCEDURE) turn a query into one that writes. Never allowed."""

QUERY_WORDS = word_set(
    """
    ALL AND ANY AS ASC BETWEEN BROWSE BY CASE COALESCE COLLATE CONTAINS CONTAINSTABLE CONVERT CROSS CURRENT
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DESC DISTINCT DOUBLE ELSE ESCAPE EXCEPT EXISTS EXTERNAL
    FILLFACTOR FOR FREETEXT FREETEXTTABLE FROM FULL GROUP HAVING HOLDLOCK IDENTITYCOL IN INDEX INNER INTERSECT IS JOIN
    KEY LEFT LIKE NATIONAL NOT NULL NULLIF OF OFF OFFSETS ON OPTION OR ORDER OUTER OVER PERCENT PIVOT PLAN PRECISION
    RIGHT ROWGUIDCOL SECURITYAUDIT SEMANTICKEYPHRASETABLE SEMANTICSIMILARITYDETAILSTABLE SEMANTICSIMILARITYTABLE
    SESSION_USER SOME SYSTEM_USER TABLESAMPLE THEN TO TOP TRY_CONVERT TSEQUAL UNION UNPIVOT USER VARYING WHEN WHERE
    WITHIN
    """
)
"""Reserved words that begin no statement and that queries, their hints and their types are written with."""

RULED_WORDS = word_set("SELECT WITH FETCH MERGE USE END DEFAULT VALUES TABLE COLUMN")
"""Reserved words with a rule of their own in `proof.py`."""

EXTERNAL_WORDS = word_set("OPENDATASOURCE OPENQUERY OPENROWSET OPENXML")
"""Reserved row-set functions that reach other servers, files, or a document handle that only a procedure can make."""

OTHER_RESERVED = word_set(
    """
    AUTHORIZATION CASCADE CHECK CLUSTERED COMPUTE CONSTRAINT CURSOR DATABASE DISTRIBUTED ERRLVL FILE FOREIGN FUNCTION
    IDENTITY IDENTITY_INSERT NOCHECK NONCLUSTERED PRIMARY PUBLIC READ REFERENCES REPLICATION RESTRICT ROWCOUNT RULE
    SCHEMA STATISTICS TEXTSIZE TRAN TRANSACTION TRIGGER UNIQUE VIEW
    """
)
"""Reserved words that no query holds: parts of statements. Refused, with the bracketed form where a name is meant."""

RESERVED = STATEMENT_WORDS | QUERY_WORDS | RULED_WORDS | EXTERNAL_WORDS | OTHER_RESERVED

CONTEXTUAL_STARTERS = word_set("COPY DISABLE ENABLE EXPLAIN GET GO MOVE RECEIVE RENAME SEND THROW")
"""Not reserved, yet statements begin with them: THROW and RECEIVE; SEND ON, GET and MOVE CONVERSATION (Service Broker);
ENABLE and DISABLE TRIGGER; COPY INTO, RENAME OBJECT and EXPLAIN (Azure Synapse, Fabric); GO, which clients split at.
https://learn.microsoft.com/sql/t-sql/language-elements/throw-transact-sql,
https://learn.microsoft.com/sql/t-sql/statements/receive-transact-sql,
https://learn.microsoft.com/sql/t-sql/statements/disable-trigger-transact-sql"""

ALIAS_STARTERS = word_set("COPY DISABLE ENABLE GET MOVE RENAME SEND")
"""Those of them that begin a statement only with a certain second word: INTO, TRIGGER, CONVERSATION, OBJECT or
DATABASE, and ON for SEND. At the end of the text, or before one of `ALIAS_FOLLOWERS`, each can only be an alias."""

ALIAS_FOLLOWERS = frozenset((",", ")")) | word_set(
    "CROSS EXCEPT FROM FULL GROUP HAVING INNER INTERSECT JOIN LEFT ON ORDER RIGHT UNION WHERE"
)
"""What stands behind an alias, and but for SEND ON never behind the first word of a statement."""

CANNOT_END = word_set(
    """
    AND ANY AS BETWEEN BY CASE COALESCE COLLATE CONTAINS CONTAINSTABLE CONVERT CROSS DISTINCT ELSE ESCAPE EXCEPT
    EXISTS FREETEXT FREETEXTTABLE FROM HAVING IN INNER INTERSECT IS JOIN LEFT LIKE NOT NULLIF OF ON OPTION OR ORDER
    OUTER OVER RIGHT SELECT SEMANTICKEYPHRASETABLE SEMANTICSIMILARITYDETAILSTABLE SEMANTICSIMILARITYTABLE SOME
    TABLESAMPLE THEN TO TOP TRY_CONVERT TSEQUAL UNION VALUES WHEN WHERE WITH
    """
)
"""Reserved words after which neither an expression nor a statement can be complete: something must follow. ALL and
PERCENT are not among them: `FOR SYSTEM_TIME ALL` is complete; `neighbours.py` knows where they wait for more."""

CALLABLE_AFTER = word_set(
    """
    ALL AND ANY BETWEEN BY CASE DISTINCT ELSE ESCAPE FROM HAVING IN JOIN LIKE NOT ON OR PERCENT SELECT SOME THEN WHEN
    WHERE
    """
)
"""Words after which `name(` can only be a call. After AS, COLLATE or OVER a name is complete by itself."""

GLOBALS = word_set(
    """
    CONNECTIONS CPU_BUSY CURSOR_ROWS DATEFIRST DBTS DEF_SORTORDER_ID DEFAULT_LANGID ERROR FETCH_STATUS IDENTITY IDLE
    IO_BUSY LANGID LANGUAGE LOCK_TIMEOUT MAX_CONNECTIONS MAX_PRECISION MICROSOFTVERSION NESTLEVEL OPTIONS PACK_RECEIVED
    PACK_SENT PACKET_ERRORS PROCID REMSERVER ROWCOUNT SERVERNAME SERVICENAME SPID TEXTSIZE TIMETICKS TOTAL_ERRORS
    TOTAL_READ TOTAL_WRITE TRANCOUNT VERSION
    """
)
"""System functions written with @@, without the signs.
https://learn.microsoft.com/sql/t-sql/functions/system-functions-transact-sql"""

DOLLAR_WORDS = word_set("$ACTION $CUID $EDGE_ID $FROM_ID $IDENTITY $NODE_ID $PARTITION $ROWGUID $SYSTEM $TO_ID")
"""Pseudo columns and `$PARTITION`. https://learn.microsoft.com/sql/t-sql/functions/partition-transact-sql,
https://learn.microsoft.com/sql/relational-databases/graphs/sql-graph-architecture"""

BLOCKING_HINTS = word_set("HOLDLOCK PAGLOCK REPEATABLEREAD SERIALIZABLE TABLOCK TABLOCKX UPDLOCK XLOCK")
"""Table hints that take or keep locks which block writers.
https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table"""

ESCAPE_WORDS = word_set("D T TS GUID FN OJ ESCAPE")
"""ODBC escapes that are only another spelling of a literal, a function call, an outer join or LIKE's ESCAPE.
`{call ...}` is none of them. https://learn.microsoft.com/sql/odbc/reference/develop-app/escape-sequences-in-odbc"""

TABLE_ARGUMENT_FUNCTIONS = word_set(
    """
    CHANGETABLE CONTAINSTABLE FREETEXTTABLE SEMANTICKEYPHRASETABLE SEMANTICSIMILARITYDETAILSTABLE
    SEMANTICSIMILARITYTABLE
    """
)
"""Row-set functions whose first argument is a table's name."""

NILADIC_FUNCTIONS = word_set("CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER SESSION_USER SYSTEM_USER USER")
"""Functions that are called without parentheses."""

FORBIDDEN_FUNCTIONS = (
    "dm_exec_describe_first_result_set*",
    "dm_os_enumerate_filesystem",
    "dm_os_file_exists",
    "fn_dblog*",
    "fn_dump_dblog*",
    "fn_full_dblog*",
    "fn_get_audit_file*",
    "fn_msxe_*",
    "fn_trace_gettable",
    "fn_xcs_*",
    "fn_xe_*",
    "sp_*",
    "xp_*",
)
"""Globs of functions that read files or the transaction log, or compile a text that they are given, which may ask other
servers. Refused for ever, under any quoting and in any schema.
https://learn.microsoft.com/sql/relational-databases/system-functions/system-functions-for-transact-sql"""

FORBIDDEN_BUILTINS = (
    "ai_*",
    "get_filestream_transaction_context",
    "invoke_external*",
    "opendatasource",
    "openquery",
    "openrowset",
    "openxml",
    "predict",
)
"""Globs of functions without a schema that reach the network, run models, or hand out a token to write files; refused
for ever, but for `LOCAL_FUNCTIONS`. With a schema the same name is somebody's own function.
https://learn.microsoft.com/sql/t-sql/functions/ai-generate-embeddings-transact-sql,
https://learn.microsoft.com/sql/t-sql/functions/get-filestream-transaction-context-transact-sql"""

LOCAL_FUNCTIONS = frozenset(("ai_generate_chunks",))
"""What the globs above would hit though it only cuts a text into pieces.
https://learn.microsoft.com/sql/t-sql/functions/ai-generate-chunks-transact-sql"""
