"""Language and speech models behind ports, and the engines that run them. Knows nothing of shops."""

import os

# From 1.29 on, onnxruntime reports each process and model to its maker unless this is there before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
