"""The desk as part of the app: its accounts opened, its routes added. Above: `app`."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.audit.opening import open_audit
from assistant.desk.office import Office, OfficeSettings, open_office
from channels.desk.accounts import Accounts
from channels.desk.accounts_rest import accounts
from channels.desk.analytics_rest import analytics
from channels.desk.audit_rest import audit
from channels.desk.beside_rest import beside
from channels.desk.call_rest import call_desk
from channels.desk.callbacks_rest import callbacks
from channels.desk.door import DeskDoor
from channels.desk.feedback_rest import feedback
from channels.desk.lineage_rest import lineage
from channels.desk.moves_rest import moves
from channels.desk.oidc_rest import add_oidc
from channels.desk.oidc_settings import OidcSettings
from channels.desk.page import add_desk_page
from channels.desk.presence import AgentsThere
from channels.desk.replies_rest import replies
from channels.desk.rest import desk
from channels.desk.search_rest import desk_search
from channels.desk.sign_in import AgentTokens
from channels.desk.socket import desk_sockets
from channels.desk.supervisor_rest import supervisor
from channels.edge.auth import load_secret
from channels.ports import Product
from channels.routes import add_routes
from channels.settings import ChannelSettings
from channels.socket_tickets import SocketTickets

_BESIDE_THE_DESK = (supervisor, analytics, feedback, audit, lineage, desk_sockets)


def add_desk(
    app: FastAPI, product: Product, settings: ChannelSettings, oidc_settings: OidcSettings | None = None
) -> None:
    """Makes the first account where there is none. Raises AccountsUnavailable, InvalidOpeningHours, InvalidHandoffRules."""
    home, oidc = product.settings.home, oidc_settings or OidcSettings()
    opened, secret = Accounts(home, product.tables, passwords=oidc.local_accounts), load_secret(home)
    app.state.desk_door = DeskDoor(
        product=product,
        accounts=opened,
        tokens=AgentTokens(accounts=opened, secret=secret),
        present=AgentsThere(product.assistant.desk),
        office=_office(product, settings),
        tickets=SocketTickets(secret, product.tables, "aisle:desk-socket"),
        audit=getattr(product, "audit", None) or open_audit(product.tables, home),
        sources=getattr(product, "sources", None),
    )
    add_routes(app, *_BESIDE_THE_DESK, accounts, desk, moves, beside, call_desk, replies, callbacks, desk_search)
    add_oidc(app, oidc, secret, product.tables)
    add_desk_page(app)


def _office(product: Product, settings: ChannelSettings) -> Office:
    office = open_office(
        lambda: product.assistant.desk,
        product.tables,
        product.in_thread,
        home=product.settings.home,
        clock=product.assistant.desk.clock,
        sealing=getattr(product, "sealing", None),
        settings=OfficeSettings(
            patience_seconds=settings.handoff_patience_seconds, level_seconds=settings.service_level_seconds
        ),
    )
    product.assistant.desk.tells_place = office.place
    return office
