"""``vedette alerts``: what is wrong, what is silenced, and telling people."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from desk.alerts.addresses import addresses, ui_address
from desk.alerts.changes import Telling
from desk.alerts.message import Message, silence
from desk.cli.context import database
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, counted, day, err, out
from processing.errors import SettingsError, VedetteError
from processing.store import alerts
from processing.store.alerts import Alert
from processing.zone import PARIS

group = typer.Typer(
    help="What is wrong, as the last look found it; silence one, or look and send.",
    invoke_without_command=True,
    epilog="Example: `vedette alerts`; `vedette alerts --json | jq .subject`",
)
Subject = Annotated[
    str, typer.Argument(help="As it stands in the list: source:rfi, stage:extract, night, disk …")
]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="alerts")


@group.callback()
def list_command(context: typer.Context, json: Json = False) -> None:
    """List the alerts that are open, the silenced ones too; or silence one, or look and send."""
    if context.invoked_subcommand is not None:
        return
    now = datetime.now(UTC)
    with database() as db:
        known = [alert for alert in alerts.known(db.conn, now) if alert.ended_at is None]
        looked_at = alerts.glance(db.conn).looked_at
    if json:
        as_json_lines(_row(alert, now) for alert in known)
        return
    table = Table(pad_edge=False)
    for name in ("subject", "since", "told", "what is wrong"):
        table.add_column(name, no_wrap=name != "what is wrong")
    for alert in known:
        why = Text(alert.reason)
        if quiet := alert.silenced(now):
            why.append(f"\nsilenced {silence(alert)}")
        told = day(alert.told_at) if alert.told_at else "no"
        table.add_row(alert.subject, day(alert.since), told, why, style="dim" if quiet else "")
    if known:
        out.print(table)
    when = f"last look {looked_at.astimezone(PARIS):%Y-%m-%d %H:%M}" if looked_at else "nobody has looked yet"
    err.print(f"{counted(len(known), 'alert')} open; {when}; `vedette alerts send` looks now")


@group.command(
    "silence",
    epilog='Example: `vedette alerts silence source:rfi --until 2026-12-24 --because "new site, they said"`',
)
def silence_command(
    subject: Subject,
    until: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Last day of the silence, as 2026-12-24."),
    ],
    because: Annotated[str, typer.Option(help="Why, for those who wonder later.")],
    by: Annotated[str | None, typer.Option(help="Who silences it; your login unless given.")] = None,
    json: Json = False,
) -> None:
    """Say nothing of an alert until a day is over. It stays in the list, and is told again when the day has passed.

    The silence holds too when the same subject is mended and fails again before that day.
    """
    now = datetime.now(UTC)
    end = _end_of(until.date())
    if end <= now:
        raise typer.BadParameter(
            f"{until:%Y-%m-%d} is over: a silence ends in the future", param_hint="--until"
        )
    if not because.strip():
        raise typer.BadParameter("a silence needs a reason", param_hint="--because")
    with database() as db:
        if not alerts.silence(db.conn, subject, until=end, because=because.strip(), by=by or _login()):
            raise VedetteError(f"no alert is open under {subject!r}: `vedette alerts` lists them")
        silenced = _open(alerts.known(db.conn, now), subject)
    if json:
        as_json_lines([_row(silenced, now)])
    else:
        err.print(f"{subject} is silenced {silence(silenced)}")


@group.command("unsilence", epilog="Example: `vedette alerts unsilence source:rfi`")
def unsilence_command(subject: Subject) -> None:
    """End a silence before its time."""
    with database() as db:
        if not alerts.unsilence(db.conn, subject, datetime.now(UTC)):
            raise VedetteError(f"{subject!r} is not silenced: `vedette alerts` lists what is")
    err.print(f"{subject} is silenced no longer")


@group.command(
    "send",
    epilog="Example: `vedette alerts send --dry-run` shows the message; `vedette alerts send` sends it",
)
def send_command(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the message, send and store nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Look at what is wrong now, and send what is new and fixed to the addresses of VEDETTE_ALERTS.

    Airflow does the same each morning in the DAG source_health. Nothing is sent when nothing has changed.
    """
    # Imported late: apprise takes long to load.
    from desk.alerts import watch

    now = datetime.now(UTC)
    with database() as db:
        ui = ui_address(db.settings)
        if dry_run:
            _show(watch.rehearse(db.conn, db.settings.home, ui, now), json)
            return
        if not (where := addresses(db.settings.alerts)):
            raise SettingsError("VEDETTE_ALERTS is not set: it takes the addresses that alerts are sent to")
        watch.look(db.conn, db.settings.home, now)
        told = watch.tell(db.conn, where, ui, now)
    if json:
        as_json_lines([_figures(told)])
    else:
        figures = ", ".join(f"{count} {name}" for name, count in _figures(told).items())
        err.print(
            f"sent to {counted(len(where), 'address')}: {figures}"
            if told
            else "nothing has changed, nothing is sent"
        )


def _show(message: Message | None, json: bool) -> None:
    if json:
        as_json_lines([asdict(message)] if message else [])
    elif message:
        out.print(Text(message.title, style="bold"), Text(message.body), sep="\n\n", soft_wrap=True)
    else:
        err.print("nothing has changed, nothing would be sent")


def _figures(told: Telling) -> dict[str, int]:
    return {"new": len(told.new), "fixed": len(told.fixed), "still": len(told.still)}


def _row(alert: Alert, now: datetime) -> Mapping[str, Any]:
    return {**asdict(alert), "silenced": alert.silenced(now)}


def _open(known: list[Alert], subject: str) -> Alert:
    return next(alert for alert in known if alert.subject == subject and alert.ended_at is None)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run as a user that its system does not know.
        raise VedetteError("nobody knows who you are here: say it with --by") from None


def _end_of(last: date) -> datetime:
    """The midnight in Paris that ends the day."""
    return datetime.combine(last + timedelta(days=1), datetime.min.time(), PARIS)
