-- Changes when the schema does: counts, sums of identifiers and checksums, the last changes. Each view is scanned once.
-- Columns are summed and texts of modules too where ALTER moves no modify_date (Babelfish; elsewhere no text is read).
-- Comments by hash, since CHECKSUM ignores case, weighted by whose they are.
SELECT
    ob.objects,
    ob.identifiers,
    ob.modified,
    co.columns_count,
    co.columns_sum,
    co.names_sum,
    (SELECT COUNT_BIG(*) FROM sys.indexes AS i) AS indexes_count,
    sc.schemas_sum,
    ty.types_count,
    ty.types_sum,
    tr.triggers_count,
    tr.triggers_sum,
    tr.triggers_modified,
    (SELECT MAX(pf.modify_date) FROM sys.partition_functions AS pf) AS partitions_modified,
    mo.texts_sum,
    ep.comments_count,
    ep.comments_sum
FROM (
    SELECT
        COUNT_BIG(*) AS objects,
        SUM(CAST(o.object_id AS bigint)) AS identifiers,
        MAX(o.modify_date) AS modified
    FROM sys.objects AS o
    WHERE o.is_ms_shipped = 0
) AS ob
CROSS JOIN (
    SELECT
        COUNT_BIG(*) AS columns_count,
        SUM(
            CAST(c.object_id AS bigint) * (c.column_id % 1021)
            + c.user_type_id * 3 + c.max_length * 5 + c.precision * 7 + c.scale * 11 + c.is_nullable * 13
        ) AS columns_sum,
        SUM(CAST(CHECKSUM(c.name) AS bigint)) AS names_sum
    FROM sys.columns AS c
) AS co
CROSS JOIN (
    SELECT SUM(CAST(CHECKSUM(s.name) AS bigint)) AS schemas_sum FROM sys.schemas AS s
) AS sc
CROSS JOIN (
    SELECT
        COUNT_BIG(*) AS types_count,
        SUM(CAST(t.user_type_id AS bigint) + CHECKSUM(t.name)) AS types_sum
    FROM sys.types AS t
    WHERE t.is_user_defined = 1
) AS ty
CROSS JOIN (
    SELECT
        COUNT_BIG(*) AS triggers_count,
        SUM(CAST(g.object_id AS bigint) * 2 + g.is_disabled) AS triggers_sum,
        MAX(g.modify_date) AS triggers_modified
    FROM sys.triggers AS g
    WHERE g.parent_class = 0
) AS tr
CROSS JOIN (
    SELECT SUM(CAST(CHECKSUM(m.definition) AS bigint)) AS texts_sum
    FROM sys.sql_modules AS m
    WHERE CAST(SERVERPROPERTY('Babelfish') AS int) = 1
) AS mo
CROSS JOIN (
    SELECT
        COUNT_BIG(*) AS comments_count,
        SUM(
            CAST(CAST(SUBSTRING(HASHBYTES('SHA2_256', CAST(p.value AS nvarchar(4000))), 1, 4) AS int) AS bigint)
            * (1 + (CAST(p.major_id AS bigint) + p.minor_id * 31) % 8191)
        ) AS comments_sum
    FROM sys.extended_properties AS p
    WHERE p.name = 'MS_Description'
) AS ep;
