"""Settings of the model, and the lines that tell what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_serving.errors import InvalidSettings
from model_serving.settings import ModelSettings, read_settings


def test_the_defaults_are_the_embedded_model() -> None:
    settings = ModelSettings()
    assert (settings.engine, settings.context, settings.slots, settings.memory_limit_bytes()) == ("auto", 2048, 2, None)


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_MODEL_ENDPOINT_URL", "http://models.shop:8000/v1/")
    monkeypatch.setenv("AISLE_MODEL_MEMORY_LIMIT", "1024")
    monkeypatch.setenv("AISLE_MODEL_EXTRA", "--seed 7 --name 'two words'")
    settings = read_settings()
    assert settings.endpoint_url == "http://models.shop:8000"
    assert settings.memory_limit_bytes() == 1 << 30
    assert settings.extra_arguments() == ("--seed", "7", "--name", "two words")


def test_a_key_is_never_shown_and_a_file_wins(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-file\n")
    plain = ModelSettings(api_key="very-secret")  # type: ignore[arg-type]
    assert plain.key() == "very-secret" and "very-secret" not in repr(plain)
    assert ModelSettings(api_key="very-secret", api_key_file=tmp_path / "key").key() == "from-file"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AISLE_MODEL_ENGINE", "ollama", "AISLE_MODEL_ENGINE: Input should be 'auto'"),
        ("AISLE_MODEL_SLOTS", "none", "AISLE_MODEL_SLOTS: Input should be a valid integer"),
        ("AISLE_MODEL_ENDPOINT_URL", "localhost:8000", "starts with http:// or https://"),
        ("AISLE_MODEL_ENGINE", "endpoint", "needs AISLE_MODEL_ENDPOINT_URL"),
        ("AISLE_MODEL_ENGINE", "vllm", "needs AISLE_MODEL_PATH"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=words) as refused:
        read_settings()
    assert "\n" not in str(refused.value)
