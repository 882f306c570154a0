"""The command `hallway`: serve, work, migrate, demo, openapi, doctor, organizer, reports, backup, restore, and what
mail servers and leaks ask for."""

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from migrations.run import DatabaseNewer
from migrations.run import migrate as bring_up_to_date
from server.accounts.allow import allow_organizer
from server.backups import BackupFailed, back_up, begin_stamps_anew, put_back
from server.badges.leaked_secret import report_old_keys
from server.bounces import note_report
from server.clock import utc_now
from server.contract_file import CONTRACT, contract_files
from server.database import async_url, open_database
from server.demo.beside import demo_settings, serving_beside, wait_for_ctrl_c
from server.demo.errors import DemoStopped
from server.doctor import examine
from server.embedded import SECRET_FILE, EmbeddedPostgres, EmbeddedPostgresError, ensure_secrets
from server.logs import set_up_logs
from server.metrics import serving_metrics
from server.moderation.errors import ReportNotFound
from server.moderation.operating import Settlement, settle_report, unsettled_reports
from server.nudges.overview import Overview, overview
from server.privacy.ledger import ledgers_in, replay
from server.serving import run, serve_until_stopped
from server.settings import Settings, SettingsWrong
from server.worker import BOUNCE_BOOKS, open_tools
from server.worker import work as work_until

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The backend of a conference's networking app."
)
organizer = typer.Typer(no_args_is_help=True, help="Who may create events.")
cli.add_typer(organizer, name="organizer")

people_reported = typer.Typer(no_args_is_help=True, help="What people reported of each other, of all events.")
cli.add_typer(people_reported, name="reports")

LARGEST_REPORT = 10_000_000  # bytes; what it returns of a letter is much smaller
EX_TEMPFAIL = 75  # of sysexits.h, which Windows' os module does not have


def main() -> None:
    """Run a command; what the operator can mend is said in one line, without a traceback."""
    try:
        cli()
    except (
        SettingsWrong,
        EmbeddedPostgresError,
        PortTaken,
        DemoStopped,
        BackupFailed,
        DatabaseNewer,
    ) as wrong:
        sys.exit(f"hallway: {wrong}")
    except ReportNotFound as wrong:
        sys.exit(f"hallway: {wrong.title}")
    except (OSError, asyncpg.PostgresError, SQLAlchemyError) as lost:
        sys.exit(f"hallway: the database cannot be used ({type(lost).__name__}: {lost}); see DATABASE_URL")
    except ValidationError as wrong:
        sys.exit(
            "\n".join(f"hallway: HALLWAY_{str(e['loc'][0]).upper()}: {e['msg']}" for e in wrong.errors())
        )


class PortTaken(Exception):
    """Somebody else listens there."""


@contextmanager
def ready_settings(settings: Settings | None = None, *, migrated: bool = True) -> Iterator[Settings]:
    """Settings that are complete: with `DATABASE_URL` as they are, else with the embedded server started and, unless
    told otherwise, migrated, since nobody else looks after it."""
    settings = settings or Settings()
    settings.require_whole()
    set_up_logs(level=settings.log_level, form=settings.log_format)
    if not settings.embedded:
        settings.require_secrets()
        yield settings
        return
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with EmbeddedPostgres.start(settings.data) as postgres:
        settings = settings.complete(database_url=postgres.url(), secrets=ensure_secrets(settings.data))
        if migrated:
            asyncio.run(migrate_database(settings))
        yield settings


async def migrate_database(settings: Settings) -> None:
    await bring_up_to_date(async_url(settings.database_url_direct or settings.database_url or ""))


@cli.command()
def serve(
    *, work: Annotated[bool, typer.Option(help="Also do the worker's jobs in this process.")] = True
) -> None:
    """Serve the API."""
    with ready_settings() as settings:
        require_free_port(settings.host, settings.port)
        run(serve_until_stopped(settings, working=work))


def require_free_port(host: str, port: int, *, chosen_by: str = "HALLWAY_PORT") -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise PortTaken(
                f"Port {port} on {host} is taken ({taken.strerror}). Choose another with {chosen_by}."
            ) from taken


@cli.command()
def demo(
    *,
    once: Annotated[bool, typer.Option(help="End after the summary instead of serving on.")] = False,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where to serve; else HALLWAY_PORT, or 8000.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder of its database, outbox and exports; else data/demo.")
    ] = None,
) -> None:
    """Play a real conference against a Hallway of its own through the API, and serve it on until Ctrl-C.

    Each run adds another event. With DATABASE_URL set it is played into that database.
    """
    try:  # its libraries are an extra: nobody else needs them
        from server.demo.organizing import ORGANIZER  # noqa: PLC0415
        from server.demo.show import Show  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise DemoStopped(
            f"The demo needs {missing.name}: install Hallway with its extra `demo`."
        ) from missing

    settings = demo_settings(Settings(), port=port, data=data)
    require_free_port(settings.host, settings.port, chosen_by="--port")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    show = Show(settings.public_url, settings.data)
    if not settings.embedded:
        show.progress.tell("Playing into the database that DATABASE_URL names.")
    with ExitStack() as house:
        with show.progress.stage("The database starts and is migrated"):
            ready = house.enter_context(ready_settings(settings))
            if not settings.embedded:
                asyncio.run(migrate_database(ready))
            asyncio.run(allow_organizer(ready, ORGANIZER))
        server = house.enter_context(serving_beside(serve_and_work, ready))
        run(show.play(still_serving=server.is_alive))
        if not once:
            show.say_it_serves()
            wait_for_ctrl_c(server)


def serve_and_work(settings: Settings) -> None:
    run(serve_until_stopped(settings, working=True))


@cli.command()
def work() -> None:
    """Do the worker's jobs, without serving."""

    async def until_signal(settings: Settings) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with serving_metrics(settings):
            await work_until(settings, stop=stop)

    with ready_settings() as settings:
        run(until_signal(settings))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    with ready_settings() as settings:
        asyncio.run(migrate_database(settings))


@organizer.command("add")
def organizer_add(email: str) -> None:
    """Allow the account of this address, present or future, to create events."""
    with ready_settings() as settings:
        asyncio.run(allow_organizer(settings, email))
    typer.echo(f"{email} may create events.")


@people_reported.command("list")
def reports_list() -> None:
    """Every report that is not settled, as one JSON object a line; who waits longest comes first."""
    with ready_settings() as settings:
        for line in asyncio.run(unsettled_reports(settings, now=utc_now())):
            typer.echo(line)


@people_reported.command("resolve")
def reports_resolve(report_id: UUID, state: Settlement, note: str) -> None:
    """Note what was done about a report, and the state it is in then."""
    with ready_settings() as settings:
        asyncio.run(settle_report(settings, report_id, state=state.value, words=note, now=utc_now()))
    typer.echo(f"{report_id} is {state.value}.")


@cli.command()
def ticket_secret_leaked(since: str) -> None:
    """Trust no ticket any more that the former ticket secret signed, if it is shown after SINCE.

    Run it once the servers have the new HALLWAY_TICKET_SECRET; server/OPERATING.md says what else to do.
    """
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as wrong:
        raise SettingsWrong(f"{since} is no time, such as 2026-06-04T07:00:00Z.") from wrong
    with ready_settings() as settings:
        reported = asyncio.run(report_old_keys(settings, moment))
    typer.echo(f"{reported} keys of the former secret prove nothing since {moment.isoformat()}.")


@cli.command()
def bounced() -> None:
    """Take a report of undelivered mail on standard input, as a mail server pipes it.

    Anything else than a report about a letter of ours is passed over. Ends with 75 (EX_TEMPFAIL: try again later)
    if the database cannot be asked.
    """

    async def take(settings: Settings, report: bytes) -> int:
        async with open_tools(settings) as tools:
            return await note_report(tools.database, report, BOUNCE_BOOKS, now=tools.clock())

    report = sys.stdin.buffer.read(LARGEST_REPORT)
    try:
        with ready_settings() as settings:
            noted = asyncio.run(take(settings, report))
    except (OSError, asyncpg.PostgresError, SQLAlchemyError, EmbeddedPostgresError) as away:
        typer.echo(f"hallway: not now ({type(away).__name__})", err=True)
        raise typer.Exit(EX_TEMPFAIL) from away
    typer.echo(f"{noted} of our letters came back.")


@cli.command("erase-again")
def erase_again(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="What HALLWAY_ERASURES named, of every worker; or folders of these.", exists=True
        ),
    ],
) -> None:
    """After restoring a backup, before serving: let everybody who had asked since leave again, and erase whose time has
    come."""

    async def replay_all(settings: Settings) -> int:
        lines = [line for file in ledgers_in(files) for line in file.read_text().splitlines()]
        async with open_tools(settings) as tools:
            return await replay(tools.database, lines, now=tools.clock())

    with ready_settings() as settings:
        typer.echo(f"{asyncio.run(replay_all(settings))} people had asked to be erased, and are or will be.")


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="To be written; there must be none yet.")]) -> None:
    """Write the whole database to one file, for `hallway restore`. Serving and working go on meanwhile."""

    async def write(settings: Settings) -> None:
        async with open_tools(settings) as tools:
            await back_up(tools.database, settings, file)

    with ready_settings() as settings:
        asyncio.run(write(settings))
    typer.echo(f"{file} holds the database. Keep the secrets and the file of erasures elsewhere.")


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `hallway backup` wrote.", exists=True, dir_okay=False)],
) -> None:
    """Fill an empty database from a backup and bring it up to date. Before serving: `hallway erase-again`."""

    async def fill(settings: Settings) -> None:
        async with open_tools(settings) as tools:
            await put_back(tools.database, settings, file)
            await migrate_database(settings)
            await begin_stamps_anew(tools.database)

    settings = Settings()
    if settings.embedded and not (settings.data / SECRET_FILE).exists():
        raise BackupFailed(
            f"Put the former {SECRET_FILE} into {settings.data} first. If it is lost, write {{}} into it: "
            "then everybody signs in anew, and stop and feed addresses that are out are useless."
        )
    with ready_settings(settings, migrated=False) as ready:
        asyncio.run(fill(ready))
    typer.echo(
        f"{file} is restored, as it was then. Before anything is served, let whoever was erased since be erased "
        "again: hallway erase-again FILE ..."
    )


@cli.command()
def doctor() -> None:
    """Look at settings, mail, database, migrations, clock and queue; ends with 1 if something is wrong."""

    async def look(settings: Settings) -> bool:
        sound = True
        async for finding in examine(settings):
            typer.echo(f"{'good ' if finding.good else 'WRONG'} {finding.what:<11} {finding.says}")
            sound &= finding.good
        return sound

    with ready_settings() as settings:
        if not asyncio.run(look(settings)):
            raise typer.Exit(1)


@cli.command()
def deliveries(*, hours: Annotated[int, typer.Option(min=1, help="How far to look back.")] = 24) -> None:
    """Say what became of pushes and mails of nudges and notices, and what still waits."""

    async def look(settings: Settings) -> Overview:
        database = open_database(settings, pool_size=1)
        try:
            async with database.autocommit.connect() as connection:
                return await overview(connection, since=utc_now() - timedelta(hours=hours), now=utc_now())
        finally:
            await database.close()

    with ready_settings() as settings:
        left = asyncio.run(look(settings))
    for one in left.ended:
        when = f"{one.newest.astimezone(UTC):%Y-%m-%d %H:%M}Z"
        typer.echo(f"{one.how_many:>7} {one.channel:<6} {one.outcome:<15} {when:<18} {one.detail}".rstrip())
    for one in left.waiting:
        tries = f"{one.tries} tries so far"
        typer.echo(f"{one.how_many:>7} {one.channel:<6} {'waiting':<15} {tries:<18} {one.detail}".rstrip())
    typer.echo(f"{left.overdue:>7} of these should have been tried by now.")


@cli.command()
def openapi(
    *,
    write: Annotated[bool, typer.Option(help="Write the contract from the code.")] = False,
    check: Annotated[bool, typer.Option(help="Fail if the contract differs from the code.")] = False,
) -> None:
    """Print, write or check the contract: `openapi/openapi.json` and what is made with it."""
    files = contract_files()
    if write:
        for path, text in files.items():
            path.write_text(text)
    elif check:
        drifted = [str(path) for path, text in files.items() if not path.exists() or path.read_text() != text]
        if drifted:
            sys.exit(
                f"hallway: {', '.join(drifted)} differ from the code; run `make openapi` and read the diff."
            )
    else:
        sys.stdout.write(files[CONTRACT])
