# Balcão: the commands a person needs. Python for the bootstrap is any Python 3; it finds the right ones by itself.
PYTHON ?= $(shell for python in python3 python3.11 python3.10 python; do $$python -c 'import venv' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin

.PHONY: up test check bench pictures env dev-env system-deps lock clean

up: env ## make the environments, prepare everything, start every process
	@$(BIN)/balcao up

env:
	@$(PYTHON) -m balcao.bootstrap

dev-env:
	@$(PYTHON) -m balcao.bootstrap --dev

test: dev-env ## every test, the browser's included
	@$(BIN)/pytest

check: dev-env ## format, lint, types, import directions, documented settings
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q tests/test_import_directions.py tests/test_settings_documented.py

bench: dev-env ## the figures: speed and memory, measured side by side
	@$(BIN)/python -m benchmarks

system-deps: ## what the tests need beside Python: Chromium, fonts (as root, Debian or Ubuntu)
	apt-get update -q
	apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji

pictures: dev-env ## the pictures of the docs, taken anew from the running product
	@BALCAO_PICTURES=docs/images $(BIN)/pytest -q tests/e2e/test_browser.py -k "rated or person"

lock: ## write the lock files anew from pyproject.toml and bot/requirements.in
	$(PYTHON) -m balcao.lock

clean: ## remove the environments and everything made at run time
	rm -rf .venv .venv-bot var
