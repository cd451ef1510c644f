"""The turn engine under simulated faults: store, bus, clock, model and crashes out of one seed, in virtual time."""
