"""Archive reading, cleaning, the flagger and the store: everything between a recorded page and a row.

Nothing in this room knows of Airflow, Scrapy or the terminal.
"""
