"""Settings of what the operator sees: traces, costs, links, the form of the log."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SightSettings(BaseSettings):
    """docs/sight.md tells what comes of them."""

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_", extra="ignore", frozen=True)

    traces_url: str = ""
    """Where traces go, by OTLP over HTTP: http://collector:4318. Empty: nowhere. Needs `pip install 'aisle[otel]'`."""
    traces_headers: SecretStr = SecretStr("")
    """For a collector that wants a key: `name=value,name=value`."""
    traces_share: float = Field(default=0.1, ge=0, le=1)
    """Of the turns, traced. Turns that fail are traced whatever it is."""
    traces_page: str = ""
    """Where a trace can be looked at, with {trace_id}: https://jaeger.example/trace/{trace_id}. /admin and the desk link there."""
    log_format: Literal["text", "json"] = "text"
    """json: a line of the log is one JSON object, with the turn's and the trace's id."""
    cost_prompt_tokens: float = Field(default=0.0, ge=0)
    """What a million tokens read cost, in the shop's currency; a model of one's own costs what its machine costs."""
    cost_completion_tokens: float = Field(default=0.0, ge=0)
    """… a million tokens written."""
    cost_cpu_hour: float = Field(default=0.0, ge=0)
    """What an hour of one core costs: this server's own time is then part of a conversation's cost."""

    @field_validator("traces_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("AISLE_TRACES_URL begins with http:// or https://: OTLP goes over HTTP here")
        return value.rstrip("/")

    @field_validator("traces_page")
    @classmethod
    def _page(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://", "/")):
            raise ValueError("AISLE_TRACES_PAGE is an address: https://jaeger.example/trace/{trace_id}")
        return value

    def page_of(self, trace_id: str) -> str:
        return self.traces_page.replace("{trace_id}", trace_id)
