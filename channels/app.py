"""The ASGI app: every route of protocol.md around one open product. Opening and closing the product is the caller's."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.stores.small_tables import one_at_a_time
from channels.acts import declare_acts
from channels.admin_rest import add_admin
from channels.call_center.asterisk_rest import asterisk_calls
from channels.call_center.calls import open_call_center
from channels.call_center.chan_websocket import asterisk_media
from channels.call_center.keyed_codes_rest import keyed_codes
from channels.call_center.phone_settings import PhoneSettings
from channels.call_center.session_talker import talk_of_session
from channels.call_center.twilio import twilio_streams
from channels.call_center.twilio_rest import twilio_calls
from channels.customer_sign_in.sign_in_rest import add_customer_sign_in
from channels.desk.audited import add_audited
from channels.desk.desk_app import add_desk
from channels.edge.admission import Admission
from channels.edge.auth import CustomerTokens, Tokens, load_secret
from channels.edge.body_deadline import BodyDeadline
from channels.edge.compression import Compressed
from channels.edge.devices import Devices
from channels.edge.ended_tokens import EndedTokens
from channels.edge.head_requests import HeadRequests
from channels.edge.headers import SecurityHeaders
from channels.edge.limits import BodyLimit, Connections, RateLimit
from channels.edge.origins import LOCALHOST
from channels.edge.plain_addresses import PlainAddresses
from channels.edge.shared_limits import share
from channels.front_door import FrontDoor
from channels.guesses import Guesses
from channels.health import Measured, Metrics, health
from channels.kiosk.kiosk_app import add_kiosk
from channels.mobile.mobile_app import add_mobile
from channels.moving.departures import Departures
from channels.moving.rest import moving
from channels.moving.transfer import TransferCodes
from channels.openapi import add_openapi
from channels.own_data.own_data_rest import add_own_data
from channels.page import BUILT_IN, KIOSK, Elsewhere, Pages, kiosk, storefront
from channels.ports import Product
from channels.problems import LastResort, add_problem_handlers
from channels.realtime.endpoint import realtime
from channels.rest import conversations
from channels.routes import add_routes
from channels.settings import ChannelSettings
from channels.shopfront.shelf import Shelf
from channels.shopfront.shop_rest import shop_routes
from channels.shopfront.whereabouts import Whereabouts
from channels.sight.admin_page import add_sight
from channels.sight.product_metrics import ProductMetrics
from channels.socket import sockets
from channels.socket_tickets import SocketTickets
from channels.stream import streams
from channels.text_message.text_office import open_text_office
from channels.text_message.text_rest import texts
from channels.text_message.text_settings import TextSettings


def create_app(
    product: Product,
    settings: ChannelSettings | None = None,
    phone: PhoneSettings | None = None,
    text: TextSettings | None = None,
) -> FastAPI:
    """The app over an open product. Reads the token secret from the product's home; makes it when there is none. Of replicas
    that start together one makes the small tables, and the others find them."""
    with one_at_a_time(product.tables, "small tables"):
        return _app(product, settings or ChannelSettings(), phone, text)


def _app(
    product: Product, settings: ChannelSettings, phone: PhoneSettings | None, text: TextSettings | None
) -> FastAPI:
    app = FastAPI(title="Aisle", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    door = app.state.front_door = open_front_door(product, settings)
    limits = {"messages": door.messages, "conversations": door.conversations, "opens": door.opens}
    share(product.assistant.replicas, limits)
    app.state.call_center = open_call_center(door, phone or PhoneSettings(), talk_of_session)
    app.state.text_office = open_text_office(door, text or TextSettings())
    app.state.metrics = Metrics()
    app.state.metrics.registry.register(app.state.front_door.calls)
    app.state.product_metrics = ProductMetrics(door)
    app.state.metrics.registry.register(app.state.product_metrics)
    phone_routes = (twilio_calls, twilio_streams, asterisk_calls, asterisk_media, keyed_codes)
    add_routes(app, conversations, moving, streams, sockets, shop_routes, health, realtime, texts, *phone_routes)
    add_admin(app, product, settings)
    add_desk(app, product, settings)
    add_sight(app)
    add_customer_sign_in(app, product)
    add_own_data(app)
    add_kiosk(app)
    add_mobile(app, product)
    add_problem_handlers(app)
    add_openapi(app)
    _add_pages(app, settings)
    declare_acts(app)
    add_audited(app)
    _add_middleware(app, settings)
    return app


def open_front_door(product: Product, settings: ChannelSettings) -> FrontDoor:
    secret = load_secret(product.settings.home)
    return FrontDoor(
        product=product,
        settings=settings,
        tokens=Tokens(
            secret,
            days=settings.token_days,
            kiosk_minutes=settings.kiosk_token_minutes,
            generation=product.assistant.generation,
        ),
        customer_tokens=CustomerTokens(settings),
        transfer_codes=TransferCodes(product.tables, seconds=settings.transfer_seconds),
        departures=Departures(product.tables, seconds=settings.kiosk_token_minutes * 60),
        ended=EndedTokens(product.tables, seconds=settings.token_days * 86_400),
        tickets=SocketTickets(secret, product.tables, "aisle:socket"),
        guesses=Guesses(per_minute=settings.codes_per_minute),
        whereabouts=Whereabouts(product.tables, secret=secret, seconds=settings.continue_days * 86_400),
        admission=Admission(most=settings.turns_at_once),
        messages=RateLimit("messages", per_minute=settings.messages_per_minute, at_once=settings.messages_at_once),
        conversations=RateLimit(
            "conversations", per_minute=settings.conversations_per_minute, at_once=settings.conversations_at_once
        ),
        opens=RateLimit("connections", per_minute=settings.opens_per_minute, at_once=settings.opens_at_once),
        connections=Connections(most=settings.connections, most_of_one=settings.connections_per_conversation),
        devices=Devices(),
        shelf=Shelf(product.shop),
    )


def _add_pages(app: FastAPI, settings: ChannelSettings) -> None:
    page = settings.page or BUILT_IN
    add_routes(app, storefront(page), kiosk())
    app.mount("/kiosk/assets", Pages(KIOSK / "assets"))
    app.router.default = Elsewhere(page, app.router.default)


def _add_middleware(app: FastAPI, settings: ChannelSettings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(LastResort)
    app.add_middleware(PlainAddresses)
    app.add_middleware(BodyLimit)
    app.add_middleware(BodyDeadline, seconds=settings.body_seconds)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.origins()),
        allow_origin_regex=LOCALHOST.pattern,
        allow_methods=["GET", "POST", "PUT"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After"],
        max_age=600,
    )
    app.add_middleware(SecurityHeaders, image_origins=settings.image_origins)
    app.add_middleware(Compressed)
    app.add_middleware(HeadRequests)
    app.add_middleware(Measured, metrics=app.state.metrics)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
