"""The desk as part of the app: its accounts opened, its routes added. Above: `app`."""

from __future__ import annotations

from fastapi import FastAPI

from channels.auth import load_secret
from channels.desk.accounts import Accounts
from channels.desk.accounts_rest import accounts
from channels.desk.door import DeskDoor
from channels.desk.page import add_desk_page
from channels.desk.presence import AgentsThere
from channels.desk.rest import desk
from channels.desk.sign_in import AgentTokens
from channels.desk.socket import desk_sockets
from channels.ports import Product


def add_desk(app: FastAPI, product: Product) -> None:
    """Makes the first account where there is none. Raises AccountsUnavailable."""
    home = product.settings.home
    opened = Accounts(home)
    app.state.desk_door = DeskDoor(
        product=product,
        accounts=opened,
        tokens=AgentTokens(accounts=opened, secret=load_secret(home)),
        present=AgentsThere(product.assistant.desk),
    )
    for router in (accounts, desk, desk_sockets):
        app.include_router(router)
    add_desk_page(app)
