"""E-mail by the shop's mail server (SMTP, RFC 5321), in plain text.

Below: aiosmtplib, whose one time limit covers a whole conversation with the server. Above: `sending.messengers`.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

import aiosmtplib

from channels.errors import DeliveryFailed
from channels.sending.sending_settings import SendingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMessenger:
    settings: SendingSettings
    context: ssl.SSLContext

    @classmethod
    def of(cls, settings: SendingSettings) -> SmtpMessenger:
        """Blocking for a moment: certificates are read."""
        authority = str(settings.smtp_ca_file) if settings.smtp_ca_file else None
        return cls(settings=settings, context=ssl.create_default_context(cafile=authority))

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """As `channels.ports.Messenger`."""
        settings, message = self.settings, _written(self.settings.email_from, to, text, subject)
        try:
            async with asyncio.timeout(settings.seconds):
                await aiosmtplib.send(
                    message,
                    hostname=settings.smtp_host,
                    port=settings.smtp_port,
                    username=settings.smtp_user or None,
                    password=settings.password() or None,
                    use_tls=settings.smtp_security == "tls",
                    start_tls=settings.smtp_security == "starttls",
                    tls_context=self.context if settings.smtp_security != "none" else None,
                    timeout=settings.seconds,
                )
        except TimeoutError as error:  # aiosmtplib's own are of this kind, too
            raise DeliveryFailed("the mail server did not answer in time", retryable=True) from error
        except aiosmtplib.SMTPException as error:
            raise _failure(error) from error
        except OSError as error:
            raise DeliveryFailed(f"the mail server cannot be reached ({error.strerror})", retryable=True) from error


def _written(sender: str, to: str, text: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message.set_content(text)
    except ValueError as error:  # a line break in a header
        raise DeliveryFailed("this is no e-mail address", retryable=False) from error
    if "@" not in parseaddr(to)[1]:
        raise DeliveryFailed("this is no e-mail address", retryable=False)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    return message


def _failure(error: aiosmtplib.SMTPException) -> DeliveryFailed:
    """What servers answer repeats the address, so its code alone is told."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [one.code for one in error.recipients]
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        codes = [error.code]
    else:
        return DeliveryFailed(f"the mail server broke off ({type(error).__name__})", retryable=True)
    permanent = any(500 <= code < 600 for code in codes)
    return DeliveryFailed(f"the mail server answered {', '.join(map(str, codes))}", retryable=not permanent)
