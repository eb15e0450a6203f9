"""The rules of the house, read from the code, the notebooks and the lists of packages."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from xhs_toolkit import __version__

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "xhs_toolkit"

FLOORS = {
    0: {"errors", "findings", "decoding", "tables", "bundled", "assumptions", "files"},
    1: {"campaign", "decisions", "exports", "plans", "store"},
    2: {"attribution", "book", "comments", "ledger", "metrics", "stats", "benchmarks", "forecast", "history", "thread"},
    3: {"objectives", "sourcing", "vetting", "roster", "content", "results", "boosting", "lift", "scorecard"},
    4: {"present", "selection"},
    5: {"widgets", "report", "runs", "teaching", "desk"},
    6: {"cli", "__main__", "work"},
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
SAME_FLOOR = {
    ("tables", "bundled"),
    ("tables", "errors"),
    ("assumptions", "bundled"),
    ("assumptions", "errors"),
    ("files", "errors"),
    ("exports", "campaign"),
    ("decisions", "campaign"),
    ("store", "campaign"),
    ("store", "exports"),
    ("benchmarks", "metrics"),
    ("benchmarks", "stats"),
    ("forecast", "benchmarks"),
    ("forecast", "metrics"),
    ("forecast", "stats"),
    ("forecast", "thread"),
    ("thread", "benchmarks"),
    ("history", "benchmarks"),
    ("history", "thread"),
    ("book", "ledger"),
    ("comments", "stats"),
    ("comments", "thread"),
    ("book", "stats"),
    ("__main__", "cli"),
}
ONLY_IN = {
    "matplotlib": {"present"},
    "seaborn": {"present"},
    "ipywidgets": {"widgets"},
    "anywidget": {"widgets"},
    "papermill": {"runs"},
    "nbconvert": {"runs"},
    "nbclient": {"runs"},
    "dask": {"runs"},
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_bundled" not in path.parts)
NOTEBOOKS = sorted((REPOSITORY / "notebooks").rglob("*.ipynb"))
READS_ITSELF = re.compile(r"\bread_(exports|campaign|decisions|plan)\b")
CASE_STUDIES = sorted((REPOSITORY / "case_studies").rglob("*.ipynb"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Absolute dotted names of everything a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_from_lower_floors_only(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    assert room in FLOOR_OF, f"{room} has no floor: add it to FLOORS"
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] != "xhs_toolkit" or len(parts) == 1 or parts[1] in {room, "__version__"}:
            continue
        other = parts[1]
        below = FLOOR_OF[other] < FLOOR_OF[room]
        assert below or (room, other) in SAME_FLOOR, f"{room} may not import {other}"
        if room == "teaching":
            assert FLOOR_OF[other] <= 1, "teaching uses floors 0 and 1 only"
        if room == "runs":
            assert FLOOR_OF[other] != 3, "runs knows notebooks by path"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_room(path: Path) -> None:
    for name in imports_of(path):
        rooms = ONLY_IN.get(name.split(".")[0])
        assert rooms is None or room_of(path) in rooms, f"{name} is imported outside {rooms}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450, "look for the second room inside"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_public_functions_are_documented_and_typed(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert node.returns is not None, f"{node.name} does not say what it returns"


def test_nothing_heavy_runs_at_import() -> None:
    heavy = "{'pandas', 'matplotlib', 'papermill'}"
    code = f"import sys, xhs_toolkit.cli, xhs_toolkit.runs; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------- chosen numbers

STILL_IN_CODE = Path(__file__).parent / "chosen_numbers.txt"
"""Numbers at the top of modules that are not yet in ``templates/assumptions.yaml``: the list only gets shorter."""


def numbers_at_the_top(path: Path) -> Iterator[str]:
    """``module NAME`` of every number, or table of numbers, that a module gives a name."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        numbers = [each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant)]
        if any(type(number) in {int, float} for number in numbers):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            named = (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))
            yield from (f"{path.relative_to(PACKAGE).as_posix()} {name}" for name in named)


def test_no_new_number_is_chosen_in_code() -> None:
    analysis = [path for path in MODULES if FLOOR_OF.get(room_of(path)) in {2, 3}]
    found = {name for path in analysis for name in numbers_at_the_top(path)}
    listed = set(STILL_IN_CODE.read_text(encoding="utf-8").splitlines())
    assert found - listed == set(), "write it into templates/assumptions.yaml with its unit and source"
    assert listed - found == set(), "take it off tests/chosen_numbers.txt"


def test_every_assumption_is_used_and_tells_its_unit_and_source() -> None:
    from xhs_toolkit.assumptions import read_assumptions

    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES if path.name != "assumptions.py")
    assert set(re.findall(r"\bassume\(\"([^\"]+)\"\)", code)) == set(read_assumptions())
    assert all(each.unit and each.meaning and each.source for each in read_assumptions().values())


# ------------------------------------------------------------------------------------- notebooks


def code_cells(path: Path) -> list[dict]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_there_are_notebooks() -> None:
    assert "6_results" in {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_stored_without_outputs(path: Path) -> None:
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code_cells(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_hold_no_helpers(path: Path) -> None:
    for cell in code_cells(path):
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 15
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda)
        found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, forbidden)]
        assert not found, f"that belongs in the package: {source}"
        assert "warnings" not in source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_go_through_the_front_door(path: Path) -> None:
    source = "\n".join("".join(cell["source"]) for cell in code_cells(path))
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [getattr(node, "module", None) for node in imports] == ["xhs_toolkit"], "one import, of the package"
    assert source.count("open_campaign(campaign_folder)") == (0 if path.stem == "new_campaign" else 1)
    assert not READS_ITSELF.search(source)


@pytest.mark.parametrize("path", CASE_STUDIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_case_studies_go_through_the_front_door(path: Path) -> None:
    source = "\n".join("".join(cell["source"]) for cell in code_cells(path))
    assert source.count("open_campaign(campaign_folder)") == 1
    assert not READS_ITSELF.search(source)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_begin_with_their_question_and_have_one_parameters_cell(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert "".join(notebook["cells"][0]["source"]).startswith("# ")
    tagged = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    for node in ast.parse("".join(tagged[0]["source"])).body:
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        ast.literal_eval(node.value)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_static_prose_states_no_result(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    prose = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    assert not re.search(r"\d+([.,]\d+)?\s?(%|RMB|CNY|views|notes)", prose)


# -------------------------------------------------------------------------------- lists of packages

CONDA_NAMES = {"matplotlib": "matplotlib-base", "tzdata": "python-tzdata"}
CONDA_NAMES |= {"jupyter-app-launcher": "jupyter_app_launcher", "duckdb": "python-duckdb"}
PIP_ONLY = {"borax", "rjieba"}
"""What conda-forge does not have."""
ANALYSTS_EXTRAS = ("lab", "app", "cloud")


def project() -> dict:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(*extras: str) -> dict[str, str]:
    """The dependencies of pyproject.toml and of some or all of its extras: name → bounds."""
    optional = project()["optional-dependencies"]
    lists = [project()["dependencies"], *(optional[name] for name in extras or optional)]
    split = [re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", item) for each in lists for item in each]
    return {match[1].lower(): match[2] for match in split if match}


def test_every_dependency_has_an_upper_bound() -> None:
    unbounded = {name for name, bounds in requirements().items() if "<" not in bounds}
    assert unbounded <= {"tzdata", "furo"}, "only what is versioned by calendar may be open"


def test_environment_yml_says_the_same_as_pyproject() -> None:
    listed = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    analysts = requirements(*ANALYSTS_EXTRAS)
    pip = {name: bounds for name, bounds in analysts.items() if name in PIP_ONLY}
    assert listed[-1] == {"pip": [*map("".join, pip.items()), "-e ."]}
    conda = dict(item.split(" ", 1) for item in listed[:-1] if " " in item)
    assert conda.pop("python") == project()["requires-python"]
    assert conda == {CONDA_NAMES.get(name, name): bounds for name, bounds in analysts.items() if name not in pip}


def read_lock(name: str) -> dict[str, str]:
    """A lock's packages, each with its lines."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    blocks = re.split(r"^(?=[A-Za-z0-9_.-]+==)", text, flags=re.MULTILINE)[1:]
    return {block.split("==")[0].lower(): block for block in blocks}


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.lock", (*ANALYSTS_EXTRAS, "setup")), ("requirements-dev.lock", ())]
)
def test_a_lock_pins_every_dependency_by_hash_and_names_no_address(name: str, extras: tuple[str, ...]) -> None:
    lock = read_lock(name)
    assert set(requirements(*extras)) <= set(lock)
    assert all("--hash=sha256:" in block for block in lock.values())


def test_what_an_analyst_runs_is_pinned_as_in_the_developers_lock_and_without_their_tools() -> None:
    analysts, developers = read_lock("requirements.lock"), read_lock("requirements-dev.lock")
    assert all(block.split()[0] == developers[name].split()[0] for name, block in analysts.items())
    assert not {"playwright", "mypy", "ruff", "hypothesis", "statsmodels"} & set(analysts)


# --------------------------------------------------------------------------------- what is committed


def tracked_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [REPOSITORY / name for name in done.stdout.split("\0") if name]


def test_no_path_of_one_machine_and_no_registry_is_committed() -> None:
    pattern = re.compile(
        rf"/(home|Users)/[a-z]+/|{re.escape(str(REPOSITORY.parent))}/|/simple/\b|--index[-]url", re.IGNORECASE
    )
    for path in tracked_files():
        if path.suffix in {".otf", ".xlsx", ".xls", ".png", ".parquet"} or path == Path(__file__) or not path.exists():
            continue
        found = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
        assert not found, f"{path.relative_to(REPOSITORY)}: {found}"


def test_every_relative_link_leads_to_a_file() -> None:
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))]
    assert links
    assert [(page.name, link) for page, link in links if ":" not in link and not (page.parent / link).exists()] == []


def test_what_the_repository_shows_of_itself_agrees_with_the_project() -> None:
    pythons = re.findall(r"Python :: (3\.\d+)", " ".join(project()["classifiers"]))
    jobs = yaml.safe_load((REPOSITORY / ".github/workflows/tests.yml").read_text(encoding="utf-8"))["jobs"]
    assert all(job["strategy"]["matrix"]["python"] == pythons for job in jobs.values())
    assert project()["requires-python"] == f">={pythons[0]},<3.{int(pythons[-1][2:]) + 1}"
    cited = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (__version__, project()["license"])
    for form in (REPOSITORY / ".github/ISSUE_TEMPLATE").glob("[ef]*.yml"):
        asked = yaml.safe_load(form.read_text(encoding="utf-8"))["body"]
        assert any("xhs check --anonymous" in field["attributes"].get("label", "") for field in asked)
    container = json.loads((REPOSITORY / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert "xhs lab" in container["postAttachCommand"]


def test_the_derived_pages_and_templates_are_up_to_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tools.__main__ import FILES, main

    assert main(["--check"]) == 0
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    assert main([], root=tmp_path) == main(["--check"], root=tmp_path) == 0
    (tmp_path / "docs" / "codebook.md").write_text("mine", encoding="utf-8")
    assert main(["--check"], root=tmp_path) == 1
    assert capsys.readouterr().err == "docs/codebook.md is out of date: run python -m tools\n"
