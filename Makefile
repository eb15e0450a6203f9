# demo · test · slow · lab · lint · bench · lessons — each sets up what it needs in .venv first.
# Windows has the same without make: see README.md.

PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
RUN := $(BIN)/python -X utf8

unexport PYTHONDONTWRITEBYTECODE  # without compiled files every start takes twice as long

.PHONY: demo test slow lab lint bench lessons lock setup

demo: setup
	$(RUN) -m xhs_toolkit demo

test: setup
	$(RUN) -m pytest -n auto --dist loadgroup -rs

slow: export XHS_SLOW_TESTS = 1
slow: setup
	$(RUN) -m pytest -m slow

lab: setup
	$(RUN) -m xhs_toolkit lab

lint: setup
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

bench: setup
	$(RUN) -m benchmarks

lessons: setup
	$(RUN) -m jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
	  --log-level=WARN $(wildcard case_studies/*/lesson.ipynb) docs/recipes.ipynb
	$(RUN) -m tools.learner_notebooks

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(RUN) -c "open('.venv/ready', 'w').close()"

lock:
	$(RUN) -m pip install --quiet uv
	$(RUN) -m uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
