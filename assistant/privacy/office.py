"""The privacy office: what channels and the command line ask about a customer's data: choices, exports, erasures, holds.

`opening` puts it together. Above: bootstrap, channels, the command line. Below: this package's parts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.conversation import Conversation
from assistant.events import PURPOSES, ConsentChanged, Purpose
from assistant.ports import Clock
from assistant.privacy.consents import Consents, changes_of
from assistant.privacy.erasure_requests import ErasureRequest, ErasureRequests, request_id_of
from assistant.privacy.exporting.gathering import Export, InThread, Sources, Wanted, gather
from assistant.privacy.exporting.packing import packed
from assistant.privacy.exporting.signing import signing_key
from assistant.privacy.holds import LegalHolds
from assistant.privacy.privacy_rules import PrivacyRules
from assistant.privacy.purposes import Permits


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyOffice:
    rules: PrivacyRules
    consents: Consents
    holds: LegalHolds
    erasures: ErasureRequests
    sources: Sources
    home: Path
    clock: Clock
    in_thread: InThread
    forget: Callable[[str], Awaitable[int]]
    """What is remembered of a customer beyond their conversations."""
    export_key: str = ""
    """AISLE_EXPORT_KEY; empty: made in AISLE_HOME."""

    async def permits(self, state: Conversation) -> Permits:
        """Raises StoreUnavailable."""
        return await self.consents.of(state)

    def changes(
        self, state: Conversation, permits: Permits, wanted: Mapping[Purpose, bool], client_id: str
    ) -> tuple[ConsentChanged, ...]:
        """Of what is wanted, what is not so already and is the customer's to decide."""
        new: dict[Purpose, bool] = {
            purpose: given
            for purpose, given in wanted.items()
            if (permits.may(purpose) != given or state.consents.get(purpose) not in (None, given))
            and (not given or permits.changeable(purpose))
        }
        return changes_of(new, notice=self.rules.consent.notice, client_id=client_id)

    async def carry_over(self, state: Conversation) -> None:
        """Who has signed in keeps, everywhere, what they turned off before it. Raises StoreUnavailable."""
        off: dict[Purpose, bool] = {one: False for one in PURPOSES if state.consents.get(one) is False}
        if state.customer_id and off:
            changes = changes_of(off, notice=self.rules.consent.notice)
            await self.consents.keep(state.customer_id, changes, conversation=state.id, proven=state.proven)

    async def export(self, wanted: Wanted) -> Export:
        """Raises NothingToExport, StoreUnavailable, ShopUnavailable."""
        return await gather(self.sources, wanted, self.clock.now())

    async def files(self, wanted: Wanted) -> Mapping[str, bytes]:
        """The export as signed data and as a page. Raises as `export`; ExportKeyUnreadable."""
        export = await self.export(wanted)
        made: Mapping[str, bytes] = await self.in_thread(lambda: packed(export, self.key()))
        return made

    def key(self) -> Ed25519PrivateKey:
        """Blocking."""
        return signing_key(self.home, self.export_key)

    async def ask_to_erase(self, state: Conversation, *, customer: bool, said: str) -> ErasureRequest:
        """Idempotent by `said`. Raises ErasureHeld before anything is noted; StoreUnavailable."""
        request = ErasureRequest(
            request_id=request_id_of(state.id, said),
            conversation_id=state.id,
            customer_id=state.customer_id if customer else "",
        )
        names = await self._named(request)
        await self.in_thread(lambda: self.holds.check(customer_id=request.customer_id, conversations=names))
        await self.in_thread(lambda: self.erasures.note(request))
        return request

    async def _named(self, request: ErasureRequest) -> Sequence[str]:
        if not request.customer_id:
            return (request.conversation_id,)
        return await self.sources.conversations_of(request.customer_id)


def counts_of(export: Export) -> dict[str, int]:
    """How much of each kind is kept: for the customer's page."""
    kinds = ("conversations", "memories", "orders", "callbacks", "sign_ins", "devices", "looks")
    counted: dict[str, int] = {kind: len(_listed(export.get(kind))) for kind in kinds}
    return counted


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
