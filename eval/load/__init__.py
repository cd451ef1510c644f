"""Load: users who talk over real sockets from processes of their own, and what that costs the server. `aisle bench load`."""
