-- One round trip.
SELECT 1 AS answer;
