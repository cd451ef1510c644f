"""Sound in and out: files, lines, rates."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_serving.audio import Audio, decoded, joined, mulaw, of_mulaw, of_pcm16, silence
from model_serving.errors import UnsupportedAudio


def tone(hertz: float, *, seconds: float = 0.5, rate: int = 16_000, level: float = 0.5) -> Audio:
    times = np.arange(round(seconds * rate)) / rate
    return Audio(samples=(level * np.sin(2 * np.pi * hertz * times)).astype(np.float32), rate=rate)


def loudest_hertz(audio: Audio) -> float:
    spectrum = np.abs(np.fft.rfft(audio.samples))
    return float(np.argmax(spectrum) * audio.rate / len(audio.samples))


def encoded(audio: Audio, container: str, codec: str) -> bytes:
    import av

    written = io.BytesIO()
    with av.open(written, mode="w", format=container) as file:
        stream = file.add_stream(codec, rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(audio.at(48_000).samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=48_000, frame_size=stream.frame_size)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return written.getvalue()


@pytest.mark.parametrize(("container", "codec"), [("wav", "pcm_s16le"), ("ogg", "libopus"), ("webm", "libopus")])
def test_a_recorded_tone_is_the_same_tone_again(container: str, codec: str) -> None:
    found = decoded(encoded(tone(440), container, codec))
    assert found.rate == 16_000
    assert found.seconds == pytest.approx(0.5, abs=0.05)
    assert loudest_hertz(found) == pytest.approx(440, abs=5)


def test_a_wav_of_ours_is_read_back_sample_for_sample() -> None:
    said = tone(300)
    found = decoded(said.wav())
    assert np.abs(found.samples - said.samples).max() < 2 / 32768


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 48_000])
def test_another_rate_keeps_the_pitch_and_the_length(rate: int) -> None:
    found = tone(440).at(rate)
    assert found.seconds == pytest.approx(0.5, abs=0.01)
    assert loudest_hertz(found) == pytest.approx(440, abs=5)


def test_what_a_lower_rate_cannot_hold_is_taken_out_and_does_not_come_back_as_another_tone() -> None:
    assert np.abs(tone(7_000).at(8_000).samples[200:-200]).max() < 0.02


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not sound at all" * 20, b"\x00" * 5000, tone(440).wav()[:30]])
def test_what_is_no_recording_is_refused_with_what_would_do(data: bytes) -> None:
    with pytest.raises(UnsupportedAudio, match="WAV, Ogg or WebM"):
        decoded(data)


def test_a_recording_that_is_too_long_is_refused() -> None:
    with pytest.raises(UnsupportedAudio, match="more than 2 seconds"):
        decoded(silence(3, 8_000).wav(), longest=2)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(UnsupportedAudio):
        of_pcm16(b"\x00\x01\x02", 8_000)


@given(st.binary(max_size=400))
def test_every_code_of_a_telephone_line_survives(data: bytes) -> None:
    found = mulaw(of_mulaw(data))
    assert found.replace(b"\x7f", b"\xff") == data.replace(b"\x7f", b"\xff")  # both are silence


def test_a_telephone_line_is_loud_and_quiet_like_what_was_said() -> None:
    for level in (0.005, 0.05, 0.5):
        said = tone(440, rate=8_000, level=level)
        error = of_mulaw(mulaw(said)).samples - said.samples
        assert np.sqrt(np.mean(error**2)) < 0.06 * level


def test_pieces_of_different_rates_are_not_joined() -> None:
    assert joined([silence(0.1, 8_000), silence(0.2, 8_000)]).seconds == pytest.approx(0.3)
    with pytest.raises(ValueError, match="cannot be joined"):
        joined([silence(0.1, 8_000), silence(0.1, 16_000)])
