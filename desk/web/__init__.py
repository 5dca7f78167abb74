"""The web desk: what an analyst reads and judges in a browser, alone or inside the Airflow UI."""
