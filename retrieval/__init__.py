"""What the shop knows, findable: catalogue and policies, parsed, indexed and searched.

Above it lies `assistant`; beside it, never touched, `model_serving`.
"""
