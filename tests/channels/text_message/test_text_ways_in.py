"""`aisle doctor` says which ways texts can come in, and what opens the others."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from channels.text_message.text_settings import TextSettings
from channels.text_message.ways_in import text_ways_in

ACCOUNT = "AC" + "0" * 32


def test_closed_ways_say_what_opens_them():
    for way in text_ways_in(TextSettings(_env_file=None), ""):
        assert not way.open and "AISLE_TEXT_" in way.way_out


def test_open_ways_say_where_the_carrier_shall_post():
    settings = TextSettings(
        _env_file=None,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token="t",
        meta_access_token="a",
        meta_app_secret="s",
        meta_verify_token="v",
    )
    twilio, meta = text_ways_in(settings, "https://shop.example/")
    assert "https://shop.example/v1/text/twilio" in twilio.detail and "https://shop.example/v1/text/meta" in meta.detail
    assert "AISLE_PUBLIC_URL" in text_ways_in(settings, "")[0].way_out


@pytest.mark.parametrize("fields", [{"twilio_account_sid": ACCOUNT}, {"meta_access_token": "a"}])
def test_half_a_setting_is_refused_with_the_other_half(fields):
    with pytest.raises(ValidationError, match="needs AISLE_TEXT_"):
        TextSettings(_env_file=None, **fields)
