"""How the tables became what they are; Alembic applies what a database lacks."""
