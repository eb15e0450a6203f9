"""The page on the commands, derived from the parser of ``xhs``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from xhs_toolkit.cli.command import make_parser

INTRODUCTION = """# The commands

This page is written by `python -m tools` from the parser of `xhs`. Each command shows the same with `--help`.
"""


def make_commands() -> str:
    """Return the whole page as Markdown: a heading a command, its usage and its arguments."""
    return "\n".join([INTRODUCTION, *_describe(make_parser())])


def _describe(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Describe the commands of a parser, and theirs."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _describe_one(command)
                yield from _describe(command)


def _describe_one(command: argparse.ArgumentParser) -> Iterator[str]:
    actions = [each for each in command._actions if each.dest != "help" and each.help is not argparse.SUPPRESS]
    shown = [each for each in actions if not isinstance(each, argparse._SubParsersAction)]
    usage = (_name(each) if each.required else f"[{_name(each)}]" for each in shown)
    yield from (
        f"## `{command.prog}`",
        "",
        command.description or "",
        "",
        "```",
        " ".join([command.prog, *usage]),
        "```",
        "",
    )
    rows = [f"| `{_name(each)}` | {each.help} |".replace("%%", "%") for each in shown if each.help]
    if rows:
        yield from ("| argument | meaning |", "|---|---|", *rows, "")


def _name(action: argparse.Action) -> str:
    value = str(action.metavar or ("" if action.nargs == 0 else action.dest.upper()))
    return " ".join([*action.option_strings[-1:], value]).strip()
