"""Language and speech models behind ports, and the engines that run them. Knows nothing of shops."""
