"""What the demo shop's privacy policy promises of conversations is what the rules do where the shop changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from assistant.privacy.privacy_rules import IN_THE_LOG, read_rules
from assistant.shops.demo.policy_facts import FACTS

YEAR = timedelta(days=365)


def test_conversations_go_when_the_policy_says_so(tmp_path: Path):
    kept = read_rules(tmp_path).retention
    promised = {
        "any": FACTS.conversation_kept_years * YEAR,
        "kiosk": timedelta(days=FACTS.screen_conversation_kept_days),
    }
    written = [kind for kind in IN_THE_LOG if kind != "transcripts"]
    for channel, time in promised.items():
        assert min(kept.keeps(kind, channel) or timedelta.max for kind in written) == time, channel
    assert kept.keeps("transcripts") == FACTS.spoken_conversation_kept_years * YEAR
