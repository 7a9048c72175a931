"""Who runs it: session, workers with deadlines, the agent behind a pipe, and its client."""
