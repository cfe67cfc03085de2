"""Alembic runs this for every command: on the connection it was given, within that connection's transaction."""

from alembic import context

from monitor.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
