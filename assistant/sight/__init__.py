"""Sight: what each turn took, as metrics, traces and one page for the operator; never what anybody said or who they are."""
