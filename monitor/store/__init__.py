"""The database: SQLite through SQLAlchemy Core. `monitor.store.opening.open_store` gives the port."""
