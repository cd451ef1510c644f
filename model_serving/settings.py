"""Settings of the language model, from AISLE_MODEL_* in the environment. The edge: Pydantic lives here only."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from model_serving.errors import InvalidSettings

EngineChoice = Literal["auto", "llama_cpp", "vllm", "endpoint", "none"]
MEBIBYTE = 1 << 20
DTYPES = ("auto", "bfloat16", "float16", "half", "float32", "float")


class ModelSettings(BaseSettings):
    """Every field is AISLE_MODEL_<NAME>. Sizes in MiB, times in seconds."""

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_MODEL_", extra="ignore", frozen=True)

    engine: EngineChoice = "auto"
    """auto: the endpoint where one is set, vLLM where it, a GPU and a model are there, else llama.cpp, else none."""
    path: str = ""
    """A .gguf file for llama.cpp, a folder or hub name for vLLM. Empty: the packaged model."""
    name: str = ""
    """As the engine serves it and as replies record it. Empty: after the file or folder."""
    endpoint_url: str = ""
    """Of an OpenAI-compatible server, with or without /v1. Several, separated by commas, are replicas of one model:
    vllm-router goes before them."""
    endpoint_dialect: Literal["openai", "vllm", "llama_cpp"] = "openai"
    api_key: SecretStr = SecretStr("")
    api_key_file: Path | None = None

    fallback: str = ""
    """Who answers when the model does not, in order, separated by commas: `embedded` (the packaged model), a .gguf file, or an
    address with the model's name behind a #, as in http://small:8000#qwen3-4b. Behind them all is the template."""
    fallback_api_key: SecretStr = SecretStr("")
    """For the addresses among them; `api_key` goes to no other server than the first."""

    mlflow_url: str = ""
    """Of an MLflow server that is to have a copy of the registry, as in http://mlflow:5000."""

    context: int = Field(default=2048, ge=256, le=1 << 20)
    """Tokens of one prompt and its reply. vLLM takes the model's own unless this is set."""
    slots: int = Field(default=2, ge=1, le=1024)
    """Replies written at once by llama.cpp."""
    threads: int = Field(default=0, ge=0, le=1024)
    """0: the cores less one."""
    memory_limit: int | None = Field(default=None, ge=64)
    """MiB of the engine's whole process tree; above it the engine is started anew."""
    prompt_cache: int = Field(default=128, ge=0)
    longest_reply: int = Field(default=1024, ge=16)
    requantise: bool = True
    """Rewrite the packaged model once into the format that runs fastest."""
    adapter: Path | None = None
    """LoRA: a GGUF file for llama.cpp, a folder for vLLM."""

    waiting: int = Field(default=16, ge=0)
    """Calls in the queue before the engine; more are refused."""
    longest_wait: float = Field(default=2.5, gt=0)
    """Of a call in that queue, until it is refused."""
    standing: float = Field(default=1.0, gt=0)
    """A queue that was not empty for so long is an overload: customers are then told at once, and the newest is served first.
    `inf`: never."""
    at_once: int = Field(default=64, ge=1)
    """Calls at work in vLLM or an endpoint; llama.cpp takes `slots`."""
    start_timeout: float | None = Field(default=None, gt=0)

    vllm_python: str = ""
    """The interpreter that has vLLM, where it lives in an environment of its own. Empty: Aisle's."""
    dtype: str = "auto"
    tensor_parallel: int = Field(default=1, ge=1)
    replicas: int = Field(default=1, ge=1, le=64)
    """vLLM engines of our own on this machine, each on `tensor_parallel` GPUs, behind vllm-router."""
    gpu_memory: float | None = Field(default=None, gt=0, le=1)
    kv_cache_gib: int | None = Field(default=None, ge=1)
    """Of main memory for vLLM's cache where it runs on a CPU; on a GPU `gpu_memory` decides."""
    queued_requests: int | None = Field(default=None, ge=1)
    tool_parser: str = ""
    extra: str = ""
    """More of vLLM's own arguments, as on a command line."""

    @field_validator("endpoint_url")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        urls = [part.strip().rstrip("/").removesuffix("/v1") for part in value.split(",") if part.strip()]
        for url in urls:
            if not url.startswith(("http://", "https://")):
                raise ValueError(f"{url!r} is no address: it starts with http:// or https://")
        return ",".join(urls)

    @field_validator("mlflow_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError(f"{value!r} is no address of an MLflow server: it starts with http:// or https://")
        return value.strip().rstrip("/")

    @field_validator("extra")
    @classmethod
    def _splits(cls, value: str) -> str:
        try:
            shlex.split(value)
        except ValueError as error:
            raise ValueError(f"it cannot be split into arguments ({error}): close its quotation marks") from error
        return value

    @field_validator("dtype")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in DTYPES:
            raise ValueError(f"{value!r} is no number format of weights: take one of {', '.join(DTYPES)}")
        return value

    @field_validator("fallback")
    @classmethod
    def _known_fallbacks(cls, value: str) -> str:
        parts = [part.strip() for part in value.split(",") if part.strip()]
        for part in parts:
            url, _, name = part.partition("#")
            if url.startswith(("http://", "https://")):
                if not name:
                    raise ValueError(f"{part!r} names no model: write it behind a #, as in http://small:8000#qwen3-4b")
            elif part != "embedded" and not part.endswith(".gguf"):
                raise ValueError(f"{part!r} is no fallback: take embedded, a .gguf file, or http://address#model")
        return ",".join(parts)

    @model_validator(mode="after")
    def _complete(self) -> ModelSettings:
        if self.engine == "endpoint" and not self.endpoint_url:
            raise ValueError("AISLE_MODEL_ENGINE=endpoint needs AISLE_MODEL_ENDPOINT_URL")
        if self.engine == "vllm" and not self.path:
            raise ValueError("AISLE_MODEL_ENGINE=vllm needs AISLE_MODEL_PATH, the model's folder or hub name")
        return self

    @property
    def endpoint_urls(self) -> tuple[str, ...]:
        return tuple(self.endpoint_url.split(",")) if self.endpoint_url else ()

    def fallbacks(self) -> tuple[ModelSettings, ...]:
        """The settings of each model behind the first."""
        return tuple(self.model_copy(update=self._fallback(part)) for part in self.fallback.split(",") if part)

    def _fallback(self, part: str) -> dict[str, object]:
        url, _, name = part.partition("#")
        changes: dict[str, object] = {"fallback": "", "adapter": None, "name": "", "endpoint_url": "", "path": ""}
        if name and url.startswith("http"):
            keys = {"api_key": self.fallback_api_key, "api_key_file": None}
            plain = url.rstrip("/").removesuffix("/v1")
            return {**changes, **keys, "engine": "endpoint", "endpoint_url": plain, "name": name}
        return {**changes, "engine": "llama_cpp", "path": "" if part == "embedded" else part}

    def key(self) -> str:
        """The API key. Raises OSError for a file that cannot be read."""
        if self.api_key_file is not None:
            return self.api_key_file.read_text().strip()
        return self.api_key.get_secret_value()

    def memory_limit_bytes(self) -> int | None:
        return None if self.memory_limit is None else self.memory_limit * MEBIBYTE

    def extra_arguments(self) -> tuple[str, ...]:
        return tuple(shlex.split(self.extra))


def read_settings() -> ModelSettings:
    """From the environment. Raises InvalidSettings, a sentence each, without repeating a value."""
    try:
        return ModelSettings()
    except ValidationError as error:
        raise InvalidSettings([_sentence(problem["loc"], problem["msg"]) for problem in error.errors()]) from None


def _sentence(where: tuple[int | str, ...], what: str) -> str:
    name = "".join(f"AISLE_MODEL_{part}: ".upper() for part in where[:1])
    return name + what.removeprefix("Value error, ")
