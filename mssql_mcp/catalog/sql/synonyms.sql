-- What each synonym stands for.
SELECT
    sn.object_id,
    sn.base_object_name
FROM sys.synonyms AS sn;
