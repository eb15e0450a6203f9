"""A model's complaints → problems with the line, the value, what is allowed and the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xhs_toolkit.campaign.values import FAULT, find_nearest
from xhs_toolkit.campaign.yamltext import Document
from xhs_toolkit.errors import Problem

WORDS: dict[str, tuple[str, str]] = {
    "missing": ("is missing", "add it"),
    "bool_parsing": ("is neither yes nor no", "write yes or no"),
    "bool_type": ("is neither yes nor no", "write yes or no"),
    "int_from_float": ("is not a whole number", "write it without decimals"),
    "greater_than": ("must be above {gt}", "correct the number"),
    "greater_than_equal": ("must not be below {ge}", "correct the number"),
    "less_than_equal": ("must not be above {le}", "write a fraction such as 0.08, or a percentage such as 8%"),
    "string_type": ("must be a text", "write it on one line"),
    "string_too_short": ("is empty", "write something, or delete the line"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "too_short": ("needs at least {min_length}", "add one, or delete the line"),
    "model_type": ("must hold settings of its own", "write each on a line of its own, indented by two spaces"),
    "dict_type": ("must hold names and values", "write them as header: column"),
    "tuple_type": ("must be a list", "write it as [first, second]"),
    "float_type": ("is not a number", "write digits only, such as 12000 or 0.85"),
    "date_type": ("is not a date", "write year, month, day: 2026-07-01"),
}


def list_problems(error: ValidationError, *, model: type[BaseModel], document: Document) -> list[Problem]:
    """Return a problem for every complaint about a document."""
    return [_describe(detail, model, document) for detail in error.errors()]


def list_names(model: type[BaseModel]) -> set[str]:
    """Return the names of a model's settings and of those inside them."""
    inner = [list_names(found) for _, found in _inner_models(model)]
    return set(_names(model)).union(*inner)


def _describe(detail: ErrorDetails, model: type[BaseModel], document: Document) -> Problem:
    path = detail["loc"]
    describe = {"extra_forbidden": _unknown, "literal_error": _not_allowed}.get(detail["type"], _wrong)
    what, fix, value = describe(detail, model)
    setting = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return Problem(what, fix, document.file, row=document.find_line(path), column=setting, value=value)


def _unknown(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, Any]:
    *path, name = detail["loc"]
    known = list(_names(_model_at(model, path) or model))
    near = find_nearest(str(name), known)
    home = next((outer for outer, inner in _inner_models(model) if name in inner.model_fields), None)
    if near:
        return "is not a setting", f"write {near}", None
    if home:
        return "is not a setting here", f"move it under {home}:", None
    return "is not a setting", f"use one of {', '.join(known)}", None


def _not_allowed(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, Any]:
    allowed = re.findall(r"'([^']+)'", detail.get("ctx", {}).get("expected", ""))
    near = find_nearest(str(detail["input"]), allowed)
    return f"is not one of {', '.join(allowed)}", f"write {near or 'one of them'}", detail["input"]


def _wrong(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, Any]:
    context = detail.get("ctx", {})
    if detail["type"] == FAULT:
        what, fix = context["what"], context["fix"]
    else:
        what, fix = WORDS.get(detail["type"], (detail["msg"][:1].lower() + detail["msg"][1:], ""))
        what = what.format_map(context)
    value = detail["input"]
    return what, fix, None if isinstance(value, dict | list | tuple | BaseModel) else value


# -------------------------------------------------------------------------------- names of settings


def _names(model: type[BaseModel]) -> Iterator[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _inner_models(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner:
            yield field.alias or name, inner


def _model_at(model: type[BaseModel], path: list[Any]) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for part in (part for part in path if isinstance(part, str)):
        found = dict(_inner_models(found)).get(part) if found else None
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``Model``, ``Model | None`` or ``tuple[Model, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for model in map(_model_in, get_args(annotation)) if model), None)
