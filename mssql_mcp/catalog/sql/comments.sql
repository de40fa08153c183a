-- MS_Description of the database (class 0), objects, columns and constraints (1), parameters (2), schemas (3), types (6)
-- and indexes (7).
SELECT
    ep.class,
    ep.major_id,
    ep.minor_id,
    CAST(ep.value AS nvarchar(max)) AS comment
FROM sys.extended_properties AS ep
WHERE ep.name = 'MS_Description'
    AND ep.class IN (0, 1, 2, 3, 6, 7)
--1 AND (ep.major_id = @object_id OR ep.major_id IN (SELECT o.object_id FROM sys.objects AS o WHERE o.parent_object_id = @object_id))
;
