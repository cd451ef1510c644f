"""Sealing: customers' words lie encrypted, under keys that can be destroyed. `ports` says what it promises."""
