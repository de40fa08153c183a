-- Schemas that the user owns: an owner may do anything with what is in them.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/schemas-catalog-views-sys-schemas
SELECT s.name
FROM sys.schemas AS s
WHERE s.principal_id = DATABASE_PRINCIPAL_ID() AND s.principal_id <> 1
ORDER BY s.name;
