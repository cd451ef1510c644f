"""The log's tables, version by version, for Alembic. `HEAD` is this release's; a test holds it to the newest file.

A migration may add what an older release does not look at, and no more: so replicas of two releases share one database while
the one is put in the other's place. What must take something away raises `oldest_release` first (docs/operations.md).
"""

HEAD = "0003"
VERSION_TABLE = "log_version"
