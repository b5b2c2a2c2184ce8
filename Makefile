# Two commands: `make run` and `make test`. Both set up what they need first.
.PHONY: run test bench demo setup setup-dev setup-bench clean

VENV := .venv
PYTHON ?= python3

run: setup
	@exec $(VENV)/bin/webinar-archive run

test: setup-dev
	@sh scripts/test.sh

bench: setup-bench
	@$(VENV)/bin/python benchmarks/transcribe/run.py
	@$(VENV)/bin/python benchmarks/search/run.py
	@$(VENV)/bin/python -m benchmarks.slides.run
	@$(VENV)/bin/python -m benchmarks.findability.run
	@$(VENV)/bin/python -m benchmarks.long.run
	@$(VENV)/bin/python -m benchmarks.long.run --kills 10
	@$(VENV)/bin/python -m benchmarks.workers.run

# Makes the demo recording again from its script.
demo: setup-bench
	@$(VENV)/bin/python -m scripts.make_demo

setup:
	@sh scripts/setup.sh

setup-dev:
	@sh scripts/setup.sh dev

setup-bench:
	@sh scripts/setup.sh bench

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
