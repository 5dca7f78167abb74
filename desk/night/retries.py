"""Which failures are tried again, and when."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

AGAIN_LATER = timedelta(minutes=15)
"""For what is away: a site, or PostgreSQL while it starts again."""

BY_CAUSE = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            "desk.night.errors.SourceAway", RetryAction.RETRY, AGAIN_LATER, "the site may be back by then"
        ),
        RetryRule("desk.night.errors.SourceDown", RetryAction.FAIL, reason="asked again the next night"),
        RetryRule("desk.night.errors.SourceQuiet", RetryAction.FAIL, reason="what there was is stored"),
        RetryRule(
            "desk.night.errors.ArchiveAway", RetryAction.RETRY, AGAIN_LATER, "the server may be back by then"
        ),
        RetryRule("desk.night.errors.ArchiveDamaged", RetryAction.FAIL, reason="the file would be the same"),
        RetryRule("desk.night.errors.NightFailed", RetryAction.FAIL, reason="the tasks before say why"),
        RetryRule(
            [
                "desk.night.errors.RunParamsError",
                "processing.errors.CatalogueError",
                "processing.errors.SettingsError",
                "processing.errors.SchemaError",
            ],
            RetryAction.FAIL,
            reason="a person must mend it",
        ),
        RetryRule(
            "processing.errors.StoreError", RetryAction.RETRY, timedelta(minutes=5), "the server may be back"
        ),
    ]
)
"""The first rule that fits decides; any other failure is tried again as the task says."""
