"""`vedette up`: PostgreSQL and Airflow on one machine, until it is told to stop."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.status import Status

from desk.night.pool import POOL, SLOTS
from desk.stack import credentials as secret
from desk.stack import record
from desk.stack.databases import airflow_database, remember_migration
from desk.stack.environment import DAGS, LOOPBACK, TAG, Address, airflow_variables
from desk.stack.health import AirflowApi, NotReadyError
from desk.stack.layout import Layout
from desk.stack.local_settings import write_local_settings
from desk.stack.services import Service, ServiceSpec, end, in_sessions, tagged
from processing.errors import StackError
from processing.settings import Settings
from processing.store import embedded
from processing.store.connect import connect
from processing.store.migrate import migrate
from spiders.catalogue import load_catalogue
from spiders.sync import sync_catalogue

DEFAULT_PORT = 8080
PORTS_TRIED = 50

READY_WITHIN = 300.0
"""Seconds that Airflow may take to be healthy; a cold start on a busy machine takes more than one minute."""

STRAY_PATIENCE = 10.0
"""Seconds that a crawl has to end once its service is gone."""

# The logs are read from the folder they are written to, so no log server is needed (it would listen on
# every address).
SCHEDULER = ServiceSpec("scheduler", ("scheduler", "--skip-serve-logs"), patience=25, asks_all=True)
SERVICES = (
    ServiceSpec("api-server", ("api-server",), patience=6),
    SCHEDULER,
    ServiceSpec("dag-processor", ("dag-processor",), patience=6),
    ServiceSpec("triggerer", ("triggerer", "--skip-serve-logs"), patience=6),
)
"""In the order of starting."""


class _Stop:
    """Whether the user asked to stop; asking twice means at once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._asked = 0

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        self._event.set()

    def wait(self, seconds: float) -> bool:
        return self._event.wait(seconds)

    @property
    def asked(self) -> bool:
        return self._event.is_set()

    def hurry(self) -> bool:
        return self._asked > 1


class _StoppedError(Exception):
    """The user asked to stop while the stack was starting."""


def up(settings: Settings, *, port: int = DEFAULT_PORT, open_ui: bool = False) -> int:
    """Run PostgreSQL and Airflow with our DAGs until SIGINT, SIGTERM or SIGHUP; returns 0.

    ``port`` is where the UI shall listen, on loopback; the next free one is taken when it is in use.
    ``open_ui`` shows the UI in a browser once it is ready. The second signal ends everything at once.
    Raises StackError when a stack already runs on this home, cannot start, or loses a service; whatever
    was started is stopped by then.
    """
    layout = Layout(settings.home)
    layout.make()
    with ExitStack() as stack:
        stack.enter_context(record.only_one(layout))
        stop = stack.enter_context(_listening())
        progress = stack.enter_context(_Progress())
        if left := record.clear_leftovers(layout):
            progress.note(f"ended {left} processes that an earlier `vedette up` left running")
        if settings.database_url is None:
            progress.step("starting PostgreSQL")
        url = stack.enter_context(embedded.database(settings))
        if settings.database_url is None:
            stack.callback(progress.step, "stopping PostgreSQL")
        with suppress(_StoppedError):
            _run(settings, layout, url, port, open_ui, progress, stop)
    Console(stderr=True).print("Everything is stopped.")
    return 0


def _run(
    settings: Settings, layout: Layout, url: str, port: int, open_ui: bool, progress: _Progress, stop: _Stop
) -> None:
    """Start Airflow on a running PostgreSQL, watch it, and stop it."""
    progress.step("bringing the schema press up to date")
    migrate(url)
    progress.step("reading the catalogue")
    with connect(url) as conn:
        sync_catalogue(conn, load_catalogue(settings.catalogue))
    metadata = airflow_database(url)
    address = Address(free_port(port))
    if address.port != port:
        progress.note(f"port {port} is in use; the UI is on {address.port}")
    credentials = secret.load_or_make(layout, [user.partition(":")[0] for user in settings.ui_users.split()])
    variables = airflow_variables(layout, credentials, address, metadata.url, settings.ui_users.split())
    variables["VEDETTE_DATABASE_URL"] = url
    write_local_settings(layout.airflow)
    environment = {**settings.environment(), **variables}
    shell_file = _write_shell_file(layout, variables)

    started = datetime.now(UTC)
    running: list[Service] = []
    try:
        if not metadata.migrated:
            _migrate_airflow(layout, environment, progress, stop, running)
            remember_migration(url)
        for spec in SERVICES:
            running.append(Service(spec, environment, layout.logs))
            _write_record(layout, address, running)
        api = AirflowApi(address.url, credentials.password)
        broken = _wait_until_ready(api, started, running, progress, stop)
        progress.done()
        _tell(address, credentials, layout, shell_file, broken)
        if open_ui:
            webbrowser.open(address.url)
        while not stop.wait(0.5):
            _require_alive(running)
    finally:
        _stop_all(layout, running, progress, stop)


def free_port(wanted: int) -> int:
    """``wanted``, or the next port on loopback that nothing listens on. Raises StackError."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise StackError(f"no free port from {wanted} to {wanted + PORTS_TRIED - 1}: choose another with --port")


def _migrate_airflow(
    layout: Layout, environment: dict[str, str], progress: _Progress, stop: _Stop, running: list[Service]
) -> None:
    progress.step("making Airflow's tables (only after an installation)")
    job = Service(ServiceSpec("db-migrate", ("db", "migrate"), patience=5), environment, layout.logs)
    running.append(job)
    while (status := job.exit_status()) is None:
        if stop.wait(0.2):
            raise _StoppedError
    running.remove(job)
    if status != 0:
        raise StackError(_death(job, status))


def _wait_until_ready(
    api: AirflowApi, started: datetime, running: list[Service], progress: _Progress, stop: _Stop
) -> dict[str, str]:
    """Wait for every service and every DAG file, make the pool; returns the DAG files that cannot be read."""
    wanted = {path.name for path in DAGS.glob("*.py") if path.name != "__init__.py"}
    deadline = time.monotonic() + READY_WITHIN
    missing = "the api-server"
    while time.monotonic() < deadline:
        _require_alive(running)
        try:
            if late := api.waiting_for(started):
                missing = "the " + ", ".join(late)
            else:
                files = api.dag_files(started)
                if not (unread := wanted - files.parsed - files.broken.keys()):
                    api.make_pool(POOL, SLOTS)
                    return dict(files.broken)
                missing = "the DAG files " + ", ".join(sorted(unread))
        except NotReadyError:
            missing = "the api-server"
        progress.step(f"waiting for {missing}")
        if stop.wait(0.5):
            raise _StoppedError
    raise StackError(
        f"Airflow is not ready after {READY_WITHIN:.0f} s, still waiting for {missing}: see the logs in "
        f"{running[0].log.parent}"
    )


def _require_alive(running: list[Service]) -> None:
    for service in running:
        if (status := service.exit_status()) is not None:
            raise StackError(_death(service, status))


def _death(service: Service, status: int) -> str:
    """One line for the error; the end of the log goes to the screen before it."""
    console = Console(stderr=True)
    console.print(f"The last lines of {service.log}:", markup=False)
    for line in service.last_lines():
        console.print(f"  {line}", markup=False, highlight=False)
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    return f"Airflow's {service.name} {how}: see {service.log}"


def _stop_all(layout: Layout, running: list[Service], progress: _Progress, stop: _Stop) -> None:
    """End the scheduler first, since its tasks tell the API server of their end; then the rest together."""
    again = "" if stop.hurry() else " (Ctrl-C again: at once)"
    for service in running:
        if service.spec is SCHEDULER:
            progress.step(f"stopping the scheduler and its tasks{again}")
            service.stop(stop.hurry)
    progress.step(f"stopping Airflow{again}")
    rest = [service for service in running if service.spec is not SCHEDULER]
    sessions = {service.pid for service in rest}
    end(
        lambda: in_sessions(sessions), max((service.spec.patience for service in rest), default=0), stop.hurry
    )
    end(lambda: tagged(layout.home), STRAY_PATIENCE, stop.hurry)
    for service in rest:
        service.reap()
    layout.record.unlink(missing_ok=True)


def _write_record(layout: Layout, address: Address, running: list[Service]) -> None:
    record.write(
        layout.record,
        record.Record(
            up=record.Known.of(os.getpid()),
            url=address.url,
            services={service.name: record.Known.of(service.pid) for service in running},
        ),
    )


def _write_shell_file(layout: Layout, variables: dict[str, str]) -> Path:
    """A file for the shell, so that the command ``airflow`` speaks with this stack.

    Without the tag: what a person starts is not ended with the stack.
    """
    path = layout.airflow / "environment.sh"
    text = "".join(
        f"export {name}={shlex.quote(value)}\n" for name, value in sorted(variables.items()) if name != TAG
    )
    secret.write_private(path, text)
    return path


@contextmanager
def _listening() -> Iterator[_Stop]:
    """Turn the signals that end a program into a wish to stop in order."""
    stop = _Stop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop.ask) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Progress:
    """Says on stderr what is going on: a spinner on a terminal, else one line for each step."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._status: Status | None = None
        self._text = ""

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.done()

    def step(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        if not self._console.is_terminal:
            self._console.print(f"{text} …", markup=False, highlight=False)
        elif self._status:
            self._status.update(f"{text} …")
        else:
            self._status = self._console.status(f"{text} …")
            self._status.start()

    def note(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)

    def done(self) -> None:
        if self._status:
            self._status.stop()
            self._status = None


def _tell(
    address: Address,
    credentials: secret.Credentials,
    layout: Layout,
    shell_file: Path,
    broken: dict[str, str],
) -> None:
    """What a person needs to know, on stdout."""
    console = Console()
    for name, error in broken.items():
        Console(stderr=True).print(f"the DAG file {name} cannot be read: {error}", markup=False)
    shell = shlex.quote(str(shell_file))
    for line in (
        "",
        f"Airflow is ready    {address.url}",
        f"  user              {secret.USER}",
        f"  password          {credentials.password}",
        f"  desk              {address.url}/plugin/vedette",
        f"  logs              {layout.logs}",
        "  next night        02:00 Europe/Paris",
        f"  a night now       {address.url}/dags/overnight_crawl, button « Trigger »; or",
        f"                    (. {shell} && airflow dags trigger overnight_crawl)",
        "  stop              Ctrl-C",
        "",
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
