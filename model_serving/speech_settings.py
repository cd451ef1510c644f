"""Settings of speech, from AISLE_SPEECH_* in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SpeechSettings(BaseSettings):
    """Every field is AISLE_SPEECH_<NAME>. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="AISLE_SPEECH_", extra="ignore", frozen=True)

    enabled: bool = True
    """false: spoken messages are refused, and nothing of speech is loaded."""
    load: Literal["use", "start"] = "use"
    """When ears and mouth are loaded (some 0.4 GB): at the first spoken message, or with the server, as a kiosk wants it."""
    whisper_path: Path | None = None
    """A Whisper model as CTranslate2 has it, in place of the packaged one."""
    voice_path: Path | None = None
    """A Piper voice (NAME.onnx, NAME.onnx.json beside it), in place of the packaged one."""
    threads: int = Field(default=0, ge=0, le=64)
    """Of one transcription; 0: the cores, four at most."""
    at_once: int = Field(default=2, ge=1, le=64)
    """Recordings heard or replies spoken side by side; the rest waits."""
    waiting: int = Field(default=16, ge=0)
    """In the queue before them; more are refused."""
    longest_wait: float = Field(default=10.0, gt=0)
