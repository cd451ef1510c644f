"""Settings of the audit log, from the environment (prefix AISLE_AUDIT_)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class AuditSettings(BaseSettings):
    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_AUDIT_", extra="ignore", frozen=True)

    keys: SecretStr = SecretStr("")
    """64 hexadecimal figures each, separated by commas, the newest last: what the chain is made with. Empty: the file
    audit.keys in AISLE_HOME, made at the first start. The same for all replicas."""
    signing_key: SecretStr = SecretStr("")
    """64 hexadecimal figures: the Ed25519 seed that signs checkpoints. Empty: the file audit.signing in AISLE_HOME."""
    checkpoint_minutes: float = Field(default=60.0, ge=0, le=7 * 24 * 60)
    """How often a checkpoint is signed and exported, besides at each end of a server. 0: at the end alone."""
    drop: Path | None = None
    """A folder off this machine (a mount, a write-once share) where checkpoints are laid; else audit/checkpoints in AISLE_HOME,
    which whoever takes the machine over can change, too."""
    log: bool = False
    """Checkpoints as lines of the server's log, for whoever collects it elsewhere."""
    webhook_url: SecretStr = SecretStr("")
    """Checkpoints are posted there as JSON."""
    webhook_seconds: float = Field(default=10.0, gt=0, le=60)
