-- Sequences; the numbers as text, since they may be as wide as decimal(38,0).
SELECT
    sq.object_id,
    ut.name AS type_name,
    bt.name AS base_type,
    sq.precision,
    sq.scale,
    CAST(sq.start_value AS nvarchar(50)) AS start_value,
    CAST(sq.increment AS nvarchar(50)) AS increment,
    CAST(sq.minimum_value AS nvarchar(50)) AS minimum_value,
    CAST(sq.maximum_value AS nvarchar(50)) AS maximum_value,
    CAST(sq.current_value AS nvarchar(50)) AS current_value,
    sq.is_cycling
FROM sys.sequences AS sq
LEFT JOIN sys.types AS ut ON ut.user_type_id = sq.user_type_id
LEFT JOIN sys.types AS bt ON bt.user_type_id = sq.system_type_id;
