"""The command line as a whole: its commands, and what becomes of an error.

Modules that take long to load (trafilatura, Alembic, Airflow) are imported inside the commands that need them:
``vedette --help`` shall answer at once.

Exit status: 0 done, 1 failed, 2 wrong usage. Data goes to stdout, everything else to stderr.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from importlib.metadata import version

import psycopg
import typer

from desk.cli import (
    alerts,
    brief,
    cleaning,
    corrections,
    database,
    evaluating,
    exporting,
    findings,
    night,
    quarantine,
    reviews,
    sources,
    stack,
    texts,
    upkeep,
    watching,
    web,
)
from desk.cli.printing import complain
from processing.errors import VedetteError

INTERRUPTED = 128 + signal.SIGINT
"""What typer makes of Ctrl-C."""

app = typer.Typer(
    name="vedette",
    help="Watches the French-language defence and diplomacy press for Russia–China cooperation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="A first night: `vedette night`. The local stack with the Airflow UI: `vedette up`.",
)

for commands in (
    night,
    findings,
    brief,
    corrections,
    exporting,
    watching,
    texts,
    evaluating,
    cleaning,
    quarantine,
    sources,
    alerts,
    database,
    upkeep,
    stack,
    reviews,
    web,
):
    commands.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vedette {version('vedette')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error, and log more."),
    _version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Show the version and leave."
    ),
) -> None:
    logging.basicConfig(
        level=logging.DEBUG if debug else logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def main() -> None:
    """Run the command line and leave with its exit status."""
    arguments = sys.argv[1:]
    # --debug may stand anywhere, where a person adds it to a command that has just failed.
    debug = "--debug" in arguments
    if debug:
        arguments = ["--debug", *(argument for argument in arguments if argument != "--debug")]
    try:
        status = app(args=arguments, standalone_mode=False)
    except typer.Exit as leave:
        status = leave.exit_code
    except typer.Abort:
        status = 1
    except BrokenPipeError:
        # The reader of our output (head, less) has left. Python would complain again while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except VedetteError as error:
        if debug:
            raise
        complain(str(error))
        status = 1
    except (psycopg.Error, OSError) as error:
        if debug:
            raise
        complain(f"{type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)")
        status = 1
    except Exception as error:
        if debug:
            raise
        if (shown := _usage_error(error)) is not None:
            sys.exit(shown)
        complain(
            f"a fault of Vedette: {type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)"
        )
        status = 1
    if status == INTERRUPTED:
        complain("interrupted; what was committed stays, run the command again to go on")
    sys.exit(status or 0)


def _usage_error(error: Exception) -> int | None:
    """Show an error of usage the way click does and give its exit status; None when it is none."""
    show, status = getattr(error, "show", None), getattr(error, "exit_code", None)
    if show is None or not isinstance(status, int):
        return None
    show()
    return status
