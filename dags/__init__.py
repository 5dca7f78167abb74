"""Airflow DAGs: what runs, when, and after what. No logic lives here."""
