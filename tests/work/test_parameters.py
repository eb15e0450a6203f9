"""Parameters of notebooks: described for whoever asks papermill, and refused where they are misspelt."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill
import pytest

from xhs_toolkit.errors import XhsError
from xhs_toolkit.runs.kernel import start_kernel, stop_kernel
from xhs_toolkit.runs.notebook import NotebookError, execute_notebook
from xhs_toolkit.work.questions import GIVEN_BY_A_RUN, check_cells


def test_a_parameter_that_the_notebook_does_not_have_is_refused() -> None:
    with pytest.raises(XhsError, match=r"no parameter 'langauge'\. Did you mean language\?"):
        check_cells(["", "top: int = 3", "# Parameters\nlangauge = 'zh'", "open_campaign('.')"])
    check_cells(["", "top: int = 3", "# Parameters\ntop = 4\nas_of = None"])
    check_cells(["", "top = 3", "bottom = 4"])


def test_plain_papermill_stops_where_the_campaign_is_opened(tmp_path: Path) -> None:
    cells = ["language: str = 'en'", "from xhs_toolkit import open_campaign\nwork = open_campaign('.')", "1 / 0"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, tmp_path / "book.ipynb")
    kernel = start_kernel(tmp_path)
    try:
        how = {"output": tmp_path / "done.ipynb", "folder": tmp_path, "kernel": kernel}
        with pytest.raises(NotebookError, match="no parameter 'langage'") as caught:
            execute_notebook(tmp_path / "book.ipynb", parameters={"langage": "zh"}, **how)
    finally:
        stop_kernel(kernel)
    assert caught.value.place == "cell [3]"


def test_the_steps_describe_their_parameters(repository: Path) -> None:
    for book in sorted((repository / "notebooks").glob("[0-9]*.ipynb")):
        told = papermill.inspect_notebook(str(book))
        assert tuple(told) == GIVEN_BY_A_RUN
        assert all(each["help"] and each["inferred_type_name"] == "str" for each in told.values())
