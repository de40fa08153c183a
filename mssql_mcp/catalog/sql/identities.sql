-- Seed and increment of identity columns; apart from the columns because some servers are slow at it.
SELECT
    ic.object_id,
    ic.column_id,
    CAST(ic.seed_value AS bigint) AS seed,
    CAST(ic.increment_value AS bigint) AS increment
FROM sys.identity_columns AS ic
--1 WHERE ic.object_id = @object_id
;
