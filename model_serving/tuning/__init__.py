"""Tuning: small adapters for the embedded model: examples, training, conversion, marks, model card."""
