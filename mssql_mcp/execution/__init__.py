"""The only place where user SQL meets a cursor: deadlines, limits, values and cancellation."""
