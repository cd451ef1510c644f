"""SMS by Twilio's Messages API (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).

Below: httpx. Above: `sending.messengers`.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

import httpx

from channels.errors import DeliveryFailed
from channels.sending.sending_settings import SendingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioMessenger:
    settings: SendingSettings
    context: ssl.SSLContext

    @classmethod
    def of(cls, settings: SendingSettings) -> TwilioMessenger:
        """Blocking for a moment: certificates are read."""
        return cls(settings=settings, context=httpx.create_ssl_context())

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """As `channels.ports.Messenger`; an SMS has no subject."""
        settings = self.settings
        sender = "MessagingServiceSid" if settings.sms_from.startswith("MG") else "From"
        path = f"/2010-04-01/Accounts/{settings.twilio_account_sid}/Messages.json"
        try:
            async with asyncio.timeout(settings.seconds), self._client() as client:
                answer = await client.post(path, data={"To": to, sender: settings.sms_from, "Body": text})
        except TimeoutError as error:
            raise DeliveryFailed("Twilio did not answer in time", retryable=True) from error
        except httpx.TransportError as error:
            raise DeliveryFailed(f"Twilio cannot be reached ({type(error).__name__})", retryable=True) from error
        if not answer.is_success:
            status = answer.status_code
            said = f"Twilio answered {status}{_code(answer)}"
            raise DeliveryFailed(said, retryable=status in (408, 425, 429) or status >= 500)

    def _client(self) -> httpx.AsyncClient:
        settings = self.settings
        return httpx.AsyncClient(
            base_url=settings.twilio_url,
            auth=(settings.twilio_account_sid, settings.twilio_token()),
            timeout=settings.seconds,
            verify=self.context,
        )


def _code(answer: httpx.Response) -> str:
    """Twilio's number of the error; its words repeat the address."""
    try:
        code = answer.json()["code"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f" (error {code})" if isinstance(code, int) else ""
