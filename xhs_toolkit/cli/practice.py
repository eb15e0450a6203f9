"""``xhs practice``: start a case study, and see how far one is over all of them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xhs_toolkit.teaching.practice import Progress

PLACE = Path("practice")
DONE, OPEN = "●", "○"


def add_practice(commands: Any) -> None:
    """Add ``xhs practice [CASE] [FOLDER]`` to the verbs."""
    from xhs_toolkit.bundled import list_languages

    text = "Learn on a case study: its campaign, and exercises that check themselves."
    about = f"{text} Without a case: how far you are over all of them."
    command: argparse.ArgumentParser = commands.add_parser("practice", help=text, description=about)
    command.add_argument("case", nargs="?", help="plan_it, jd_sports, blackmores, megatel or auckland_airport")
    command.add_argument("folder", type=Path, nargs="?", help=f"where your practice lies ({PLACE}/)")
    command.add_argument("--language", choices=list_languages(), default="en", help="of the lesson and its hints")
    command.add_argument("--restart", action="store_true", help="begin anew; your work so far is kept beside it")
    command.add_argument("--open", dest="is_opened", action="store_true", help="open it in JupyterLab at once")
    command.set_defaults(verb=practice_verb)


def practice_verb(
    case: str | None = None,
    folder: Path | None = None,
    language: str = "en",
    restart: bool = False,
    is_opened: bool = False,
) -> int:
    """Start or take up a case; without one, or with the name of a folder, show the progress in it."""
    from xhs_toolkit.teaching.casebook import list_cases

    if case is None or (folder is None and case not in list_cases() and Path(case).is_dir()):
        return show_progress(Path(case) if case else PLACE, language=language)
    return start(case, place=folder or PLACE, language=language, restart=restart, is_opened=is_opened)


def start(case: str, *, place: Path, language: str, restart: bool, is_opened: bool) -> int:
    """Copy a case, unless it is there already, and say how to open it."""
    from xhs_toolkit.cli.verbs import say, show_path
    from xhs_toolkit.teaching.casebook import NOTEBOOK, find_case, read_case
    from xhs_toolkit.teaching.practice import start_practice
    from xhs_toolkit.teaching.words import read_words

    started = start_practice(case, place=place, language=language, restart=restart)
    about = read_case(find_case(case), language=language)
    shown, told = show_path(started.folder), read_words(language)["progress"]
    quoted = f'"{shown}"' if " " in shown else shown
    say(told["started"].format(title=about.title, n=len(about.titles), minutes=about.minutes))
    if started.earlier:
        say(told["earlier"].format(folder=show_path(started.earlier)))
    if started.restored:
        say(told["restored"].format(files=", ".join(started.restored)))
    say(told["ready" if started.is_new else "as_left"].format(folder=shown))
    if is_opened:
        from xhs_toolkit.cli.lab import lab_verb

        return lab_verb(started.folder)
    say(f"  xhs lab {quoted}     {told['lab'].format(notebook=NOTEBOOK)}")
    say(f"  xhs run {quoted}     {told['run']}")
    return 0


def show_progress(place: Path, *, language: str) -> int:
    """Print one line a case, and one an exercise of those that are started."""
    from xhs_toolkit.cli.verbs import say
    from xhs_toolkit.teaching.practice import list_progress
    from xhs_toolkit.teaching.words import read_words

    progress, told = list_progress(place, language=language), read_words(language)["progress"]
    for one in progress:
        say(describe(one, told))
    n_solved = sum(one.n_solved for one in progress)
    say(told["all"].format(n_solved=n_solved, n=sum(len(one.case.titles) for one in progress)))
    following = next((one for one in progress if one.n_solved < len(one.case.titles)), None)
    if following:
        options = ("" if place == PLACE else f" {place}") + ("" if language == "en" else f" --language {language}")
        say(told["next"].format(command=f"xhs practice {following.name}{options}"))
    return 0


def describe(progress: Progress, told: Mapping[str, str]) -> str:
    """One case and, once it is started, its exercises, solved and open ones told apart."""
    case, n = progress.case, len(progress.case.titles)
    head = f"{progress.name:<17} {case.title}"
    if progress.folder is None:
        return f"{head} ({told['not_started'].format(n=n, minutes=case.minutes)})"
    marks = [(DONE if name in progress.solved else OPEN, title) for name, title in case.titles.items()]
    solved = told["solved"].format(n_solved=progress.n_solved, n=n)
    return "\n".join([f"{head} ({solved})", *(f"  {mark} {title}" for mark, title in marks)])
