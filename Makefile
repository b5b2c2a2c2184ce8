# Two commands: `make run` and `make test`. Both set up what they need first.
.PHONY: run test bench setup setup-dev clean

VENV := .venv
PYTHON ?= python3

run: setup
	@exec $(VENV)/bin/webinar-archive run

test: setup-dev
	@sh scripts/test.sh

bench: setup-dev
	@$(VENV)/bin/python benchmarks/transcribe/run.py
	@$(VENV)/bin/python benchmarks/search/run.py

setup:
	@sh scripts/setup.sh

setup-dev:
	@sh scripts/setup.sh dev

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
