-- Triggers of tables, views and the database, one row an event.
SELECT
    tr.object_id AS trigger_id,
    tr.name AS trigger_name,
    tr.parent_class,
    tr.parent_id,
    tr.is_disabled,
    tr.is_instead_of_trigger,
    te.type_desc AS event_name
FROM sys.triggers AS tr
LEFT JOIN sys.trigger_events AS te ON te.object_id = tr.object_id
WHERE tr.is_ms_shipped = 0
--1 AND tr.parent_id = @object_id
ORDER BY tr.object_id, te.type;
