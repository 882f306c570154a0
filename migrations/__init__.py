"""How the database came to be: alembic migrations, run by `hallway migrate`."""
