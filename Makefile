# `make up` runs the shop, `make test` tests it; both make the environments first.
SHELL := /bin/bash
# A distribution's own Python comes first: it is built with profile-guided optimisation, which pyenv leaves out.
PYTHONS := /usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.14
PYTHON ?= $(shell for p in $(PYTHONS); do $$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV := .venv/bin/uv
PORT ?= $(or $(SHOPKEEPER_PORT),8080)
DATA ?= $(or $(SHOPKEEPER_DATA_DIR),data)

# Whatever the shell says: without bytecode every process of the tests compiles thousands of files anew.
export PYTHONDONTWRITEBYTECODE :=

# Tests run on as many processes as there are processors, on four at most: each may take 2 GB. ARGS="-n 0" runs one.
PROCESSES := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# What the two environments take, with what uv keeps of them, and what a shop takes, in GB.
ENVIRONMENTS_GB := 6
SHOP_GB := 1.5

.PHONY: up test test-fast lint types types-shop types-engine contracts lock clean env

up: env
	@.venv/bin/shopkeeper up --port $(PORT) --data-dir $(DATA)

env: .venv/.ready .venv-rasa/.ready

.venv/.ready: requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "cannot start: no Python 3.11 or newer with its venv module was found (Debian: apt-get install python3-venv); install one, or say make PYTHON=/path/to/python3.11"; exit 1; }
	@test -e $@ || $(PYTHON) -B -m bot.launch.disk . $(ENVIRONMENTS_GB) $(DATA) $(SHOP_GB)
	@echo "making .venv with $$($(PYTHON) --version): some minutes where the packages are not in the cache"
	@test -x .venv/bin/python || .ci/make-venv $(PYTHON)
	@test -x $(UV) || .venv/bin/python -m pip install --disable-pip-version-check uv
	@$(UV) pip install --python .venv --require-hashes -r requirements-dev.lock
	@$(UV) pip install --python .venv --no-deps -e .
	@touch $@

.venv-rasa/.ready: bot/rasa/requirements.lock .venv/.ready
	@python310=$$(.ci/find-python310 $(UV)) || exit 1; echo "making .venv-rasa with $$python310"; \
	test -x .venv-rasa/bin/python || $(UV) venv --quiet --python "$$python310" .venv-rasa
	@$(UV) pip install --python .venv-rasa --require-hashes -r bot/rasa/requirements.lock
	@touch $@

test: env
	@.venv/bin/python -m bot.launch.programs
	@.venv/bin/python -m pytest $(PROCESSES) $(ARGS)

test-fast: env
	@.venv/bin/python -m bot.launch.programs postgresql
	@.venv/bin/python -m pytest -m "not system and not browser" $(PROCESSES) $(ARGS)

lint: env
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: types-shop types-engine

types-shop: env
	@.venv/bin/mypy

types-engine: env
	@.venv/bin/mypy --config-file bot/rasa/mypy.ini bot/rasa

contracts: env
	@.venv/bin/lint-imports

lock: .venv/.ready
	@$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock
	@$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.10 bot/rasa/requirements.in -o bot/rasa/requirements.lock

clean:
	@rm -rf .venv .venv-rasa .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/e2e/screenshots runs
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "kept: $(DATA)/ (the shop's data); remove it by hand to start afresh"
