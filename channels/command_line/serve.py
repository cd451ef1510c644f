"""`aisle serve`: everything in one process, its steps told, and a clean end: running turns finish, clients resume later."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError

from assistant.bootstrap import open_aisle
from assistant.desk.running import running
from assistant.settings import AisleSettings
from channels.app import create_app
from channels.call_center.audio_socket import audio_sockets
from channels.call_center.calls import CallCenter
from channels.command_line.errors import CommandError, PortInUse
from channels.command_line.leaving import leave_within
from channels.command_line.opening import Home, read_settings, set_up_logging
from channels.command_line.steps import Steps
from channels.desk.door import DeskDoor
from channels.edge.http_edge import bounded_http
from channels.front_door import FrontDoor
from channels.settings import ChannelSettings
from channels.socket_protocol import SocketProtocol

FRAME_BYTES = 12 << 20
"""What the transport takes before it cuts the line with 1009. Far less is allowed (text 64 kB, sound 1 MiB), and refused with
4413, which tells a client more: a recording sent as one frame gets that."""
GRACE_SECONDS = 10


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Else PORT, else 8080; 0 takes a free one.")] = None,
    home: Home = None,
) -> None:
    """Serve the shop's page and its assistant. The first start makes the demo shop and its index."""
    began = time.monotonic()
    set_up_logging()
    settings = read_settings(host=host, port=port, home=home)
    listening = _bound(settings.host, settings.port)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings, listening, began))
    except asyncio.CancelledError:
        raise CommandError("ended before it was ready") from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


def _bound(host: str, port: int) -> socket.socket:
    """Taken before anything slow starts, but not listened on: until all is ready, connections are refused."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise CommandError(f"there is no address {host!r} to listen on: set HOST to one of this machine") from error
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by what is accepted: without it a small frame waits up to 40 ms for the other side's acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind(address)
        _check_free(address, family)
    except OSError as error:
        listening.close()
        raise _refused(error, host, port) from error
    return listening


def _check_free(address: tuple[object, ...], family: int) -> None:
    """Two sockets may be bound alike until one listens, so binding alone does not tell."""
    if address[1] == 0:
        return
    with socket.socket(family) as probe:
        probe.settimeout(0.5)
        if probe.connect_ex(_reachable(address)) == 0:
            raise OSError(errno.EADDRINUSE, "in use")


def _reachable(address: tuple[object, ...]) -> tuple[object, ...]:
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(address[0]), address[0])
    return (local, *address[1:])


def _refused(error: OSError, host: str, port: int) -> CommandError:
    if error.errno == errno.EADDRINUSE:
        return PortInUse(host, port)
    if error.errno == errno.EACCES:
        return CommandError(
            f"port {port} needs the rights of root: choose one from 1024 up, as in `PORT=8080 make run`"
        )
    return CommandError(f"{host}:{port} cannot be listened on ({error.strerror}): set HOST and PORT")


class _Server(uvicorn.Server):
    """Signals are ours: the product below must be closed after the last request, not cut off with it."""

    def __init__(
        self, config: uvicorn.Config, door: FrontDoor, on_listening: Callable[[], None], *, drain_seconds: float
    ) -> None:
        super().__init__(config)
        self._door = door
        self._drain_seconds = drain_seconds
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Says that it is ready once connections are taken, not before."""
        await super().startup(sockets)
        self._on_listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """First no longer ready, so that a load balancer sends nobody any more, then ending. Twice: at once."""
        if self._drain_seconds and not self._door.leaving.is_set():
            self._door.leaving.set()
            asyncio.get_running_loop().call_later(self._drain_seconds, self._end)
        else:
            self._end()

    def _end(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
        self._door.stopping.set()


async def _serve(settings: AisleSettings, listening: socket.socket, began: float) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        with Steps() as steps:
            await _serve_until_ended(settings, listening, began, steps)
    except asyncio.CancelledError:
        leave_within(code=1)
        raise
    leave_within(code=0)


async def _serve_until_ended(settings: AisleSettings, listening: socket.socket, began: float, steps: Steps) -> None:
    loop = asyncio.get_running_loop()
    async with open_aisle(settings, on_progress=steps) as aisle:
        try:
            app = create_app(aisle, ChannelSettings())
        except ValidationError as error:
            raise CommandError(f"a setting is wrong: {error.errors()[0]['msg']}") from error

        desk: DeskDoor = app.state.desk_door
        first_password = await asyncio.to_thread(desk.accounts.set_up)

        def ready() -> None:
            steps.finish()
            _welcome(settings, listening, time.monotonic() - began, first_password)

        door: FrontDoor = app.state.front_door
        config = _config(app, door.settings.header_seconds)
        server = _Server(config, door, ready, drain_seconds=settings.drain_seconds)
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, server.stop)
        try:
            office = running(desk.office)
            beating = app.state.heartbeat.beating()
            async with _audio_sockets(app.state.call_center), app.state.text_office.open(), office, beating:
                await server.serve(sockets=[listening])
        except OSError as error:
            raise _refused(error, settings.host, settings.port) from error
        typer.echo("Ending: running turns finish, clients resume when it is back.", err=True)
        await app.state.customer_sign_in.messengers.close()
    desk.present.close()


@asynccontextmanager
async def _audio_sockets(center: CallCenter) -> AsyncIterator[None]:
    """Asterisk's way in by TCP, where the settings open it."""
    async with AsyncExitStack() as opened:
        try:
            await opened.enter_async_context(audio_sockets(center))
        except OSError as error:
            where = f"{center.settings.audiosocket_host}:{center.settings.audiosocket_port}"
            raise CommandError(
                f"AudioSocket cannot be listened for on {where} ({error.strerror}): set AISLE_PHONE_AUDIOSOCKET_PORT to a"
                f" free port, or to 0 for none"
            ) from error
        yield


def _config(app: object, header_seconds: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=bounded_http(header_seconds),
        ws=SocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        lifespan="off",
        proxy_headers=False,  # the app believes those of the settings
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _welcome(settings: AisleSettings, listening: socket.socket, seconds: float, first_password: Path | None) -> None:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    url = f"http://{shown}:{port}"
    first = f"   first sign-in: admin, with the password in {first_password}" if first_password else ""
    typer.echo(
        f"Aisle is ready after {seconds:.1f} s.\n"
        f"  shop and assistant  {url}\n"
        f'  widget, any site    <script type="module" src="{url}/widget.js"></script>\n'
        f"  agents' desk        {url}/desk{first}\n"
        f"  protocol            {url}/openapi.json and {url}/v1/asyncapi.json\n"
        f"  all data            {settings.home.resolve()}\n"
        f"Ctrl-C (or SIGTERM to {os.getpid()}) ends it."
    )
