"""Examples to tune a small model with, generated from the demo shop, the flows and the say-acts."""
