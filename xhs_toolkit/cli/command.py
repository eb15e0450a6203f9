"""``xhs``: its verbs, its help, and how errors leave it.

A user's error is text and exit code 2, a failed run exit code 1; a traceback is never shown for either.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from xhs_toolkit import __version__
from xhs_toolkit.cli import verbs
from xhs_toolkit.cli.book import add_book, add_people
from xhs_toolkit.cli.desk import add_desk
from xhs_toolkit.cli.history import add_history
from xhs_toolkit.cli.lab import add_lab
from xhs_toolkit.cli.month import add_run
from xhs_toolkit.cli.practice import add_practice
from xhs_toolkit.cli.report import add_report
from xhs_toolkit.cli.verbs import add_plan
from xhs_toolkit.errors import RunError, XhsError
from xhs_toolkit.files import list_campaigns

FAILED_RUN, USER_ERROR, INTERRUPTED = 1, 2, 130
LOCKED = "is open in another program (Excel?), or is not yours to write. Close it and try again."
"""What is told of a file that the system refuses."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code."""
    make_console_safe()
    parser = make_parser()
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        return show_help(parser)
    options = vars(parser.parse_args(given))
    verb = options.pop("verb")
    try:
        return verb(**options)
    except XhsError as error:
        return _complain(str(error), FAILED_RUN if isinstance(error, RunError) else USER_ERROR)
    except KeyboardInterrupt:
        return _complain("Stopped. Nothing half-made was kept.", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = LOCKED if isinstance(error, PermissionError) else f"{error.strerror or error}."
        return _complain(f"{error.filename or 'A file'}: {what}", USER_ERROR)


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


def make_console_safe() -> None:
    """Let any text be printed, whatever the code page of the console is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


class CommandParser(argparse.ArgumentParser):
    """A parser that names the nearest choice where one is misspelt."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with `USER_ERROR`."""
        from difflib import get_close_matches

        found = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message)
        near = get_close_matches(found[1], re.findall(r"[\w-]+", found[2]), n=1) if found else []
        super().error(f"{message.partition(' (choose from')[0]}. Did you mean {near[0]}?" if near else message)


def show_help(parser: argparse.ArgumentParser) -> int:
    """Print the help and the campaigns in this folder and directly within it."""
    found = list_campaigns([Path()])
    lines = [f"  {verbs.quote(str(folder))}" for folder in found] or ["  none: xhs new FOLDER starts one"]
    verbs.say("\n".join([parser.format_help(), "campaigns here:", *lines]))
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of ``xhs``; each verb is a function of `cli.verbs`."""
    parser = CommandParser(prog="xhs", description="Influencer campaigns on XiaoHongShu: exports → report.")
    parser.add_argument("--version", action="version", version=f"xhs-toolkit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(verb=getattr(verbs, f"{name}_verb"))
        return command

    add("new", "Start a campaign folder from the template.").add_argument("folder", type=Path)
    check = add("check", "Show what was understood, before anything runs.")
    check.add_argument("folder", type=Path, nargs="?", help="the campaign (with --explain: where the file lies)")
    check.add_argument(
        "--all", dest="everything", action="store_true", help="every column and every problem, not one screen"
    )
    check.add_argument("--anonymous", action="store_true", help="without names, values and days, to show to strangers")
    check.add_argument("--explain", type=Path, metavar="FILE", help="write the lines that map one file by hand")
    demo = add("demo", "Copy the bundled synthetic campaign and run it.")
    demo.add_argument("folder", type=Path, nargs="?", help="where to put it (demo/…)")
    add_run(commands)
    add_plan(commands)
    add_book(commands)
    add_desk(commands)
    add_people(commands)
    add_report(commands)
    add_history(commands)
    add_lab(commands)
    add_practice(commands)
    return parser
