"""Masking: no customer's data in logs, traces, metrics or analytics. Pure but for what a turn notes; knows no model."""
