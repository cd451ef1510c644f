"""The audit log: who did what, on whose behalf, to whose data and why; chained, checkpointed, verifiable."""
