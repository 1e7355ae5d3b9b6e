# netadmin: make run, make test, make lint, make bench, make shots. What each needs it gets by itself.

PYTHON ?= python3
PORT   ?= 8000
BIND   ?= 127.0.0.1
NODE   ?= sandbox
ENGINE ?= ifupdown2

VENV := $(CURDIR)/.venv/bin
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: run test lint format bench shots environment-run environment-test environment-lint

# A sandbox node to try things on; NODE=host manages this machine itself. PORT=, BIND=, ENGINE=ifupdown.
run: environment-run
	@exec $(VENV)/python manage.py run --node $(NODE) --engine $(ENGINE) --bind $(BIND) --port $(PORT)

# Compiled beforehand, since the tests start some thousand processes that may write nothing into the checkout.
test: environment-test lint
	@$(VENV)/python -m compileall -q netadmin config
	@exec $(VENV)/python -m pytest -n 5 --dist loadgroup

lint: environment-lint
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djlint --check --lint --quiet templates

format: environment-lint
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	$(VENV)/djlint --reformat --quiet templates

bench: environment-test
	@exec $(VENV)/python -m benchmarks $(ONLY)

# The pictures of the documentation, taken from the running product.
shots: environment-test
	@exec $(VENV)/python -m tests.shots

environment-run environment-test environment-lint:
	@$(PYTHON) deploy/bootstrap.py $(@:environment-%=%)
