# demo · test · slow · lab · lint · bench · lessons · docs · lock — each sets up what it needs in .venv first.
# Windows has the same without make: see README.md.

PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
RUN := $(BIN)/python -X utf8

unexport PYTHONDONTWRITEBYTECODE  # without compiled files every start takes twice as long

.PHONY: demo test slow lab lint bench lessons docs lock

demo: .venv/run
	$(RUN) -m xhs_toolkit demo

test: .venv/dev
	$(RUN) -m pytest -n auto --dist loadgroup -rs

slow: export XHS_SLOW_TESTS = 1
slow: .venv/dev
	$(RUN) -m pytest -m slow

lab: .venv/run
	$(RUN) -m xhs_toolkit lab

lint: .venv/dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

bench: .venv/dev
	$(RUN) -m benchmarks

EXECUTE := $(RUN) -m jupyter nbconvert --to notebook --execute --inplace --log-level=WARN \
  --ExecutePreprocessor.record_timing=False

lessons: .venv/dev
	$(EXECUTE) case_studies/plan_it/lesson.ipynb
	$(RUN) -m tools.agreed_plan
	$(EXECUTE) $(wildcard case_studies/*/lesson.ipynb) docs/recipes.ipynb
	$(RUN) -m tools.learner_notebooks
	$(EXECUTE) $(wildcard case_studies/*/lesson.zh.ipynb)
	$(RUN) -m tools.learner_notebooks

docs: .venv/dev
	$(RUN) -m xhs_toolkit demo
	$(RUN) -m tools.site

.venv/run: requirements.lock pyproject.toml
	$(PYTHON) tools/set_up.py

.venv/dev: requirements-dev.lock pyproject.toml
	$(PYTHON) tools/set_up.py --dev

LOCK := -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-header --quiet -c tools/lock_constraints.txt

lock: .venv/dev
	$(RUN) $(LOCK) --upgrade --all-extras -o requirements-dev.lock
	$(RUN) $(LOCK) -c requirements-dev.lock --extra lab --extra app --extra cloud --extra setup -o requirements.lock
