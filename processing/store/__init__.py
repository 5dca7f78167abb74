"""The store: PostgreSQL, schema ``press``. SQL lives here and nowhere else."""
