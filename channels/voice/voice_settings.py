"""Settings of calls, from AISLE_VOICE_* in the environment. The engines' own: `model_serving.speech_settings`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class VoiceSettings(BaseSettings):
    """Every field is AISLE_VOICE_<NAME>."""

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_VOICE_", extra="ignore", frozen=True)

    partials: bool = True
    """Words are shown while they are said, at some 15 % of a core a call. Without them a barge-in is decided later."""
    turn_model: Path | None = None
    """Smart Turn v3's ONNX file (in the wheel of pipecat-ai): tells by ear whether a sentence is whole, beside its words."""
    pace: float = Field(default=1.0, ge=0.6, le=1.5)
    """Of the voice: 1 is its own, 0.9 a little slower. Customers change it by asking."""
