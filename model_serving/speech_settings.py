"""Settings of speech, from AISLE_SPEECH_* in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SpeechSettings(BaseSettings):
    """Every field is AISLE_SPEECH_<NAME>. Times in seconds."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_prefix="AISLE_SPEECH_", extra="ignore", frozen=True
    )

    enabled: bool = True
    """false: spoken messages are refused, and nothing of speech is loaded."""
    load: Literal["use", "start"] = "use"
    """When ears and mouth are loaded (some 0.6 GB): at the first spoken message, or with the server, as a kiosk wants it."""
    transcriber: Literal["faster-whisper", "openai-whisper"] = "faster-whisper"
    """openai-whisper needs torch (the extra gpu): for a graphics card, or to compare with."""
    whisper_path: Path | None = None
    """A Whisper model as CTranslate2 has it, in place of the packaged one: it hears whole utterances."""
    quick_path: Path | None = None
    """The same for what is shown while somebody speaks, and English only if the model is; the packaged one is Whisper tiny.en."""
    final: Literal["base", "tiny"] = "base"
    """Which packaged model hears whole utterances in English: tiny saves half of the work and hears one word in thirty worse."""
    voice_path: Path | None = None
    """A Piper voice (NAME.onnx, NAME.onnx.json beside it), in place of the packaged one."""
    threads: int = Field(default=0, ge=0, le=64)
    """Of one transcription; 0: the cores, two at most."""
    at_once: int = Field(default=2, ge=1, le=64)
    """Recordings heard or replies spoken side by side; the rest waits."""
    waiting: int = Field(default=16, ge=0)
    """In the queue before them; more are refused."""
    longest_wait: float = Field(default=10.0, gt=0)
    faintest: float = Field(default=-40.0, ge=-90, le=0)
    """dBFS below which speech is somebody's in the background, and is not heard. A microphone far away wants less."""
