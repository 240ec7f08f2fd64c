"""Run migrations on the connection that :mod:`opendeur.migrating` opened."""

from alembic import context

from opendeur.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
