"""What a database holds, read in a few round trips, kept in memory, searched and shown in few characters."""
