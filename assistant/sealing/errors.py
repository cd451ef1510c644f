"""What can go wrong with keys and what they seal. Each names the way out. Above: the stores, `aisle privacy`. Below: errors."""

from __future__ import annotations

from assistant.errors import AssistantError, StoreUnavailable


class SealingError(AssistantError):
    """Root of this package's errors."""


class MasterKeyMissing(SealingError):
    """There are sealed data and not the key-encryption key that opens their keys. Nothing was changed, no new one was made."""

    def __init__(self, versions: str, where: str) -> None:
        super().__init__(
            f"the key-encryption key of version {versions} is missing: {where}. Put it back (from aisle-keys.zip, or where your "
            f"secrets are kept) as AISLE_MASTER_KEYS or as master.keys in AISLE_HOME; without it nothing that was said can be read"
        )


class MasterKeyWrong(SealingError):
    """There is a key-encryption key of that version, and it is another one than the keys were wrapped with."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"the key-encryption key of version {version} is not the one that this installation's keys were wrapped with: "
            f"put the right one back (AISLE_MASTER_KEYS, or master.keys in AISLE_HOME); nothing was changed"
        )


class MasterKeysUnreadable(SealingError):
    """What was given as key-encryption keys is none."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} holds no keys: a line (or a part between commas) for each, as 1:64 hexadecimal digits"
        )


class KeysMissing(SealingError):
    """The log is sealed, and these are not its keys."""

    def __init__(self, log: str, keys: str) -> None:
        super().__init__(
            f"{log} is sealed with keys that are not in {keys}: bring them back with `aisle privacy restore-keys aisle-keys.zip`, "
            f"or set AISLE_KEYS_URL to where they lie; the log was left as it is"
        )


class Tampered(SealingError):
    """What lies there was not written there: changed, moved from another place, or sealed with another key."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} cannot be opened: it was changed, or moved there from elsewhere. `aisle db check --deep` tells all such "
            f"rows; restore a backup (aisle db restore)"
        )
        self.place = place


class KeyUnknown(Tampered):
    """It was sealed with a key that is not among these, destroyed ones included."""

    def __init__(self, key_id: str) -> None:
        SealingError.__init__(
            self,
            f"the key {key_id!r} is not among the keys here: they are older than what they are to open. Bring the newest copy back "
            f"(aisle privacy restore-keys aisle-keys.zip)",
        )
        self.place = key_id


class KeyStoreUnavailable(SealingError, StoreUnavailable):
    """The keys cannot be read now: as when the log cannot be."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the keys cannot be used: {reason}; check the disk, or AISLE_KEYS_URL")
