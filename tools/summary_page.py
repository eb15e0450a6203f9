"""The page on `summary.json`, derived from its schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xhs_toolkit.scorecard.summary import Summary

INTRODUCTION = """# The summary of a run

`summary.json` lies in a run's folder and holds its headline figures; report, workbook and deck take them from there.
This page is written by `python -m tools` from `xhs_toolkit/scorecard/summary.py`; change it
there. A part that no step has filled is null or empty; a figure that is missing is null and says why in `reason`.
"""


def make_page() -> str:
    """Return the whole page as Markdown: the summary first, then each record in it."""
    schema = Summary.model_json_schema()
    records = {"Summary": schema, **schema["$defs"]}
    return "\n".join([INTRODUCTION, *(line for name, record in records.items() for line in _describe(name, record))])


def _describe(name: str, record: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"## {name}", "", str(record.get("description", "")).split("\n")[0], "")
    yield from ("| field | holds | meaning |", "|---|---|---|")
    for field, about in record.get("properties", {}).items():
        yield f"| `{field}` | {_name_kind(about)} | {about.get('description', '')} |".replace("  ", " ")
    yield ""


def _name_kind(about: Mapping[str, Any]) -> str:
    if "anyOf" in about:
        return " or ".join(_name_kind(each) for each in about["anyOf"])
    if "$ref" in about:
        return str(about["$ref"]).rsplit("/", 1)[-1]
    if "enum" in about or "const" in about:
        return ", ".join(str(each) for each in about.get("enum", [about.get("const")]))
    inside = about.get("items") or about.get("additionalProperties")
    kind = {"array": "list of", "object": "by name,"}.get(about.get("type", ""), str(about.get("type", "anything")))
    return f"{kind} {_name_kind(inside)}" if isinstance(inside, Mapping) else kind
