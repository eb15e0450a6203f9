"""The codebook's files say of every column all that is needed, once."""

from __future__ import annotations

from collections import Counter

from xhs_toolkit.bundled import read_bundled_lines
from xhs_toolkit.tables import DERIVED, RECORDS, TABLES, codebook
from xhs_toolkit.tables.schema import STORAGE


def test_every_line_is_whole_or_names_a_shared_column() -> None:
    lines = read_bundled_lines("codebook/columns.csv")
    shared = {line["column"] for line in lines if line["table"] == codebook.SHARED}
    for line in lines:
        if line["kind"]:
            assert line["kind"] in STORAGE, line
            assert all(line[name] for name in ("label_en", "label_zh", "meaning")), line
        else:
            assert line["column"] in shared, line
            assert not any(line[name] for name in line if name not in {"table", "column"}), line
    assert max(Counter((line["table"], line["column"]) for line in lines).values()) == 1


def test_a_choice_has_options_and_a_key_is_of_its_table() -> None:
    tables = {**TABLES, **RECORDS}
    assert {line["table"] for line in read_bundled_lines("codebook/columns.csv")} == {
        *tables,
        codebook.SHARED,
        "derived",
    }
    for table in tables.values():
        assert set(table.key) <= set(table.names), table.name
        assert all(bool(column.options) == (column.kind == "choice") for column in table), table.name
    assert len(DERIVED) == len({column.name for column in DERIVED})
