"""What messages go to, as tests have it: a mail server, Twilio's API, and somebody who never answers."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.channels.small_server import listening

REFUSED = "refused"
LATER = "later"


@dataclass(frozen=True)
class Arrived:
    to: str
    text: str
    subject: str = ""
    sender: str = ""


@dataclass
class Mailbox:
    """aiosmtpd's handler: takes what is for anybody but `refused@` and `later@`."""

    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith(REFUSED):
            return "550 no such mailbox"
        if address.startswith(LATER):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        text = message.get_content().rstrip("\r\n").replace("\r\n", "\n")
        self.over_tls.append(session.ssl is not None)
        self.arrived.append(Arrived(envelope.rcpt_tos[0], text, message["Subject"] or "", message["From"]))
        return "250 OK"


def _allowed(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"shop", b"secret")
    return AuthResult(success=right, handled=False)


class OnFreePort(Controller):
    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(certificate: Path, *, security: str, password: bool = False) -> Iterator[Mailbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    box = Mailbox()
    options: dict[str, Any] = {"ssl_context": context} if security == "tls" else {}
    if security == "starttls":
        options = {"tls_context": context, "require_starttls": True}
    if password:
        options |= {"authenticator": _allowed, "auth_required": True}
    controller = OnFreePort(box, hostname="127.0.0.1", port=0, ready_timeout=10, **options)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop(no_assert=True)


def own_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    written = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "server.pem"
    path.write_bytes(written + built.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Twilio:
    """Its Messages API: account AC1 with the token "secret"."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers, before all goes well."""

    async def create(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        to = form["To"]
        if request.headers["authorization"] != "Basic QUMxOnNlY3JldA==":
            return JSONResponse({"code": 20003, "message": "Authenticate"}, 401)
        status = self.answers.pop(0) if self.answers else 201
        if REFUSED in to or status == 400:
            return JSONResponse({"code": 21211, "message": f"{to} is no number"}, 400)
        if LATER in to or status >= 300:
            return Response("busy", 503 if status == 201 else status)
        sender = str(form.get("From") or form.get("MessagingServiceSid"))
        self.arrived.append(Arrived(to, form["Body"], sender=sender))
        return JSONResponse({"sid": "SM1"}, 201)


@asynccontextmanager
async def twilio_api() -> AsyncIterator[Twilio]:
    twilio = Twilio()
    route = Route("/2010-04-01/Accounts/AC1/Messages.json", twilio.create, methods=["POST"])
    async with listening(Starlette(routes=[route])) as url:
        twilio.url = url
        yield twilio


@asynccontextmanager
async def nobody_answers() -> AsyncIterator[int]:
    """A port where connections are taken and nothing is said."""
    gone = asyncio.Event()

    async def keep(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        gone.set()
        server.close()
        await server.wait_closed()
