-- Every schema, with its identifier for comments.
SELECT
    s.schema_id,
    s.name AS schema_name
FROM sys.schemas AS s;
