"""What the shop knows, findable: catalogue and policies, parsed, indexed and searched.

Above it lies `assistant`; beside it, never touched, `model_serving`.
"""

import os

# From 1.29 on, onnxruntime reports each process and model to its maker unless this is there before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
