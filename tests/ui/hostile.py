"""What must stay text: payloads that tell on themselves when a page runs or loads them, and a wire that plants them everywhere.

Each payload calls `pwned(n)` or asks https://evil.test/n. The wire is poisoned where it enters the browser: every string of every
answer and frame that is no name of the protocol's, so a field that is added tomorrow is tested tomorrow. Above: test_inert_content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from playwright.sync_api import BrowserContext, Dialog, Page, Request, Route, WebSocketRoute

from channels.shopfront.product_documents import shown_picture

ELSEWHERE = "https://evil.test"
HTML = (
    "<script>pwned({n})</script>",
    "<script src=https://evil.test/{n}></script>",
    "<img src=x onerror=pwned({n})>",
    "<img src=https://evil.test/{n}>",
    '"><img src=x onerror="pwned({n})">',
    "'><svg onload=pwned({n})>",
    "<svg><script>pwned({n})</script></svg>",
    "<svg><animate onbegin=pwned({n}) attributeName=x dur=1s>",
    '<svg><image href="https://evil.test/{n}"/></svg>',
    '<svg><use href="https://evil.test/{n}#a"/></svg>',
    '<svg><foreignObject><img src=x onerror="pwned({n})"></foreignObject></svg>',
    "<math><mtext><img src=x onerror=pwned({n})></mtext></math>",
    "<math><maction actiontype=statusline xlink:href=javascript:pwned({n})>x</maction></math>",
    "<iframe srcdoc='<script>parent.pwned({n})</script>'></iframe>",
    "<iframe src=javascript:parent.pwned({n})></iframe>",
    "<iframe src=https://evil.test/{n}></iframe>",
    "<object data=https://evil.test/{n}></object>",
    "<embed src=https://evil.test/{n}>",
    "<video src=https://evil.test/{n} autoplay></video>",
    "<audio src=x onerror=pwned({n})></audio>",
    "<video><source onerror=pwned({n})></video>",
    "<details open ontoggle=pwned({n})><summary>x</summary></details>",
    "<input autofocus onfocus=pwned({n})>",
    "<marquee onstart=pwned({n})>x</marquee>",
    "<body onload=pwned({n})>",
    "<a href=javascript:pwned({n})>x</a>",
    '<a href="https://evil.test/{n}" ping="https://evil.test/{n}">x</a>',
    "<form action=https://evil.test/{n}><button autofocus>x</button></form>",
    "<link rel=stylesheet href=https://evil.test/{n}>",
    "<link rel=prefetch href=https://evil.test/{n}>",
    "<style>@import 'https://evil.test/{n}';</style>",
    "<div style='background:url(https://evil.test/{n})'>x</div>",
    "<meta http-equiv=refresh content='0;url=https://evil.test/{n}'>",
    "<base href=https://evil.test/{n}/>",
    "<template shadowrootmode=open><img src=x onerror=pwned({n})></template>",
    "<xss contenteditable autofocus onfocus=pwned({n})>x</xss>",
    "<img srcset='https://evil.test/{n} 1x'>",
    "<table background=https://evil.test/{n}><tr><td>x</td></tr></table>",
)
OTHER_TONGUES = (
    "![pixel](https://evil.test/{n})",
    "[here](javascript:pwned({n}))",
    "[here](https://evil.test/{n})",
    "[here](data:text/html,<script>pwned({n})</script>)",
    "[here](/p/../../evil.test/{n})",
    "<https://evil.test/{n}>",
    "[r]: https://evil.test/{n}",
    "$$\\href{{javascript:pwned({n})}}{{x}}$$",
    "\\(\\includegraphics{{https://evil.test/{n}}}\\)",
    "$\\htmlData{{x=1}}{{<img src=x onerror=pwned({n})>}}$",
    "javascript:pwned({n})//",
    "data:text/html,<script>pwned({n})</script>",
    "{{{{constructor.constructor('pwned({n})')()}}}}",
    "${{pwned({n})}}",
    "<%= pwned({n}) %>",
    "&lt;img src=x onerror=pwned({n})&gt;",
    "\\u003cimg src=x onerror=pwned({n})\\u003e",
    "../../../etc/passwd?{n}",
    '..\\"><img src=x onerror=pwned({n})>.svg',
    "url(https://evil.test/{n})",
    "expression(pwned({n}))",
    "]]><script>pwned({n})</script>",
    "--><script>pwned({n})</script>",
    "</title><script>pwned({n})</script>",
    "</textarea><script>pwned({n})</script>",
    "</style><script>pwned({n})</script>",
    "<!--<img src=--><img src=x onerror=pwned({n})//>",
    "<noscript><p title='</noscript><img src=x onerror=pwned({n})>'>",
)
PAYLOADS = tuple(one.format(n=n) for n, one in enumerate((*HTML, *OTHER_TONGUES), 1))
ADDRESSES = (
    "javascript:pwned(901)",
    "https://evil.test/902",
    "//evil.test/903",
    "data:text/html,<script>pwned(904)</script>",
    "///evil.test/905",
    "blob:https://evil.test/906",
    "vbscript:pwned(907)",
)
OF_THE_PROTOCOL = re.compile(
    r"^(type|kind|status|role|state|signal|channel|channels|actor|currency|amount|locale|language|languages|availability|seq|at|"
    r"id|.*_id|.*_at|.*_since|.*_until|until|since|token|code|action|sentiment|mood|outline|facing|time_zone|opening_hours|"
    r"arguments|rating|waiting|generation|state_hash|stage|turn|opens|closes|from|to|outcome|method|letters|keys|qr_svg|"
    r"must_change_password|reason)$"
)
A_PRODUCT = "p-lofoten-2-tent"
"""Which pictures are shown, the server decides: a feed's addresses go by its rule, as on the way to any page."""
OF_ADDRESSES = frozenset({"image_url", "url", "href"})
LONG = frozenset({"text", "description", "summary", "note", "quote", "comment"})
NAMED_BY_THE_SHOP = frozenset({"attributes", "options"})
TELLS = """window.tells = []; window.pwned = (n) => { window.tells.push('ran ' + n); };
document.addEventListener('securitypolicyviolation', (e) => {
  window.tells.push('policy ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + (e.sample || '')); });"""
WORDS = """() => { const told = []; const walk = (node) => { for (const one of node.childNodes) {
    if (one.nodeType === 3) told.push(one.data);
    if (one.nodeType === 1 && !['SCRIPT', 'STYLE'].includes(one.tagName)) {
      if (one.value) told.push(String(one.value));
      if (one.shadowRoot) walk(one.shadowRoot); walk(one); told.push('\\n'); } } };
  walk(document.documentElement); return told.join(''); }"""


@dataclass
class Poison:
    """Plants payloads into JSON, each string another few of them, and long texts all."""

    turn: Iterator[int] = field(default_factory=count)
    planted: set[str] = field(default_factory=set)

    def few(self) -> str:
        at = next(self.turn)
        chosen = [PAYLOADS[(3 * at + n) % len(PAYLOADS)] for n in range(3)]
        return " ".join(chosen)

    def into(self, value: Any, name: str = "", inside: str = "") -> Any:
        if isinstance(value, dict):
            return {self._named(key, name): self.into(one, key, name) for key, one in value.items()}
        if isinstance(value, list):
            return [self.into(one, name, inside) for one in value]
        if not isinstance(value, str) or inside == "arguments" or OF_THE_PROTOCOL.match(name):
            return value
        if name in OF_ADDRESSES:
            address = ADDRESSES[next(self.turn) % len(ADDRESSES)]
            return shown_picture(A_PRODUCT, address, ()) if name == "image_url" else address
        self.planted.add(name)
        return f"{value} {' '.join(PAYLOADS) if name in LONG else self.few()}"

    def _named(self, key: str, inside: str) -> str:
        return f"{key} {PAYLOADS[next(self.turn) % len(PAYLOADS)]}" if inside in NAMED_BY_THE_SHOP else key


def poison_the_wire(context: BrowserContext, poison: Poison) -> None:
    def answer(route: Route) -> None:
        response = route.fetch()
        if "json" not in response.headers.get("content-type", ""):
            route.fulfill(response=response)
            return
        route.fulfill(response=response, body=json.dumps(poison.into(response.json())))

    def socket(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(
            lambda frame: route.send(json.dumps(poison.into(json.loads(frame))) if isinstance(frame, str) else frame)
        )

    context.route(re.compile(r"/v1/(?!.*\.svg)"), answer)
    context.route_web_socket(re.compile(r"/v1/(desk/)?socket"), socket)


@dataclass
class Watch:
    """What a page did that text never does."""

    page: Page
    own: str
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(TELLS)
        self.page.on("request", self._asked)
        self.page.on("dialog", self._spoke)
        self.page.on("popup", lambda page: self.found.append(f"popup {page.url}"))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.own, self.own.replace("http", "ws", 1), "data:", "about:")):
            self.found.append(f"request {request.url}")

    def _spoke(self, dialog: Dialog) -> None:
        self.found.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def tells(self) -> list[str]:
        return [*self.found, *(self.page.evaluate("window.tells") or [])]

    def words(self) -> str:
        text: str = self.page.evaluate(WORDS)
        return re.sub(r"\s+", " ", text)
