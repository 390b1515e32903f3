"""How Alembic runs the migrations: on the connection it is handed, all of them in one transaction."""

from alembic import context

from models.tables.all import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
