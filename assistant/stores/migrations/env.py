"""Run by Alembic, with the connection that `stores.upgrading` gives it."""

from alembic import context

from assistant.stores.migrations import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transaction_per_migration=False,
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
