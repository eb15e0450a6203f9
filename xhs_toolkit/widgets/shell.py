"""What every view has: a language to switch, a bar while it works, plain words where something fails.

In JupyterLab and Voilà a view is live; anywhere else, as in a notebook that is converted, its picture stands in.
"""

from __future__ import annotations

import base64
import getpass
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields, replace
from html import escape
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import ipywidgets as ipw
from IPython.core.getipython import get_ipython
from IPython.display import display

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.campaign import Campaign, read_campaign, safe_name
from xhs_toolkit.errors import XhsError
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.explore_charts import write_png
from xhs_toolkit.present.style import ACCENT, INK, PALETTE, QUIET, read_language
from xhs_toolkit.present.wording import label, say

if TYPE_CHECKING:
    from xhs_toolkit.present.explore_charts import Figure


EARLIER = ".explore.json"
"""Of all users together, as earlier versions kept it."""


def read_state(folder: Path, view: str, *, default: State) -> State:
    """Return what was set in a view, or the default; what cannot be understood any more is left out.

    Parameters
    ----------
    view : name of the view.
    default : a frozen dataclass of numbers, texts, yes or no, and tuples of these.
    """
    stored = _read(folder).get(view)
    if not isinstance(stored, dict) or default is None:
        return default
    known = {field.name: getattr(default, field.name) for field in fields(default)}  # type: ignore[arg-type]
    taken = {name: _as_tuple(value) for name, value in stored.items() if name in known}
    fitting = {name: value for name, value in taken.items() if _fits(value, known[name])}
    return type(default)(**(known | fitting))


def write_state(folder: Path, view: str, state: object) -> None:
    """Keep what is set in a view; a folder that cannot be written to loses nothing but the memory."""
    content = _read(folder) | {view: asdict(state)}  # type: ignore[call-overload]
    path = find_file(folder)
    with suppress(OSError):
        (path or Path(os.devnull)).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def find_file(folder: Path) -> Path | None:
    """Return where this user's state lies; None for a visitor of the pages."""
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return None
    return folder / f".explore-{safe_name(os.environ.get('JUPYTERHUB_USER') or getpass.getuser())}.json"


def _read(folder: Path) -> dict[str, Any]:
    own = find_file(folder)
    for path in (own, folder / EARLIER) if own else ():
        with suppress(OSError, ValueError):
            content = json.loads(path.read_text(encoding="utf-8"))
            return content if isinstance(content, dict) else {}
    return {}


def _as_tuple(value: object) -> object:
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value


def _fits(value: object, default: object) -> bool:
    """Whether a stored value is of the default's kind; where the default is None, a number, a text or None."""
    if default is None:
        return value is None or (isinstance(value, int | float | str) and not isinstance(value, bool))
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))


State = TypeVar("State")


def is_live() -> bool:
    """Whether somebody can use widgets here: JupyterLab names the cell it runs, Voilà names itself."""
    if environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return True
    kernel = getattr(get_ipython(), "kernel", None)
    return bool(kernel and kernel.get_parent("shell").get("metadata", {}).get("cellId"))


class View(Generic[State]):
    """One view of a campaign; `load`, `build` and `draw` are its own.

    Parameters
    ----------
    folder : the campaign folder.
    language : of the labels; by default the campaign's first.
    """

    name: ClassVar[str]
    n_steps: ClassVar[int] = 3

    def __init__(self, folder: Path, *, default: State, language: str | None = None) -> None:
        self.folder = folder
        self.state: State = read_state(folder, self.name, default=default)
        self.language = language or "en"
        self.is_chosen = language is not None
        self.campaign: Campaign | None = None
        self.error: BaseException | None = None
        self.is_loaded = self.is_quiet = False
        self.title = ipw.HTML()
        self.switch = ipw.ToggleButtons(
            options=[(read_language(each).name, each) for each in list_languages()],
            style=ipw.ToggleButtonsStyle(button_width="72px"),
        )
        self.bar = ipw.IntProgress(max=self.n_steps, layout=ipw.Layout(width="180px"))
        self.doing = ipw.HTML()
        self.progress = ipw.HBox([self.bar, self.doing], layout=ipw.Layout(display="none", align_items="center"))
        self.message = ipw.HTML()
        self.message.add_class("xhs-message")
        self.body = ipw.VBox()
        room = ipw.Layout(justify_content="space-between", flex_flow="row wrap")
        self.box = ipw.VBox([ipw.HBox([self.title, self.switch], layout=room), self.progress, self.message, self.body])
        self.box.add_class("xhs-view")
        self.switch.observe(lambda change: self.guard(self.set_language, change.new), "value")

    # -------------------------------------------------------------------------- of each view

    def load(self, campaign: Campaign) -> None:
        """Read and compute what is shown, telling `step` as it goes."""
        raise NotImplementedError

    def build(self) -> list[ipw.Widget]:
        """Make the controls in the language, with what is set, and return them in their order."""
        raise NotImplementedError

    def draw(self) -> Figure | None:
        """Return the picture of what is set."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------- showing

    def _ipython_display_(self) -> None:
        if is_live():
            display(self.box)
            self.open()
        else:
            self.show_picture()

    def open(self) -> None:
        """Load, once, and show the controls; a failure is told in plain words."""
        if not self.is_loaded:
            self.guard(self._open)

    def _open(self) -> None:
        self.begin()
        self.step("step_files")
        self.campaign = read_campaign(self.folder)
        if not self.is_chosen:
            self.language = self.campaign.languages[0]
        self.load(self.campaign)
        self.is_loaded = True
        self.rebuild()

    def show_picture(self) -> None:
        """Show a still picture of what is set, where widgets cannot run."""
        self.campaign = read_campaign(self.folder)
        if not self.is_chosen:
            self.language = self.campaign.languages[0]
        self.load(self.campaign)
        self.build()
        figure = self.draw()
        if figure is None:
            display({"text/plain": self.read_message()}, raw=True)
            return
        png = base64.b64encode(write_png(figure)).decode("ascii")
        display({"image/png": png, "text/plain": self.word(f"title_{self.name}")}, raw=True)

    def rebuild(self) -> None:
        """Show the controls anew, as after a change of language."""
        self.is_quiet = True
        try:
            self.title.value = self._write_head()
            self.switch.tooltips = [name for name, _ in self.switch.options]
            self.switch.value = self.language
            self.body.children = self.build()
        finally:
            self.is_quiet = False

    def _write_head(self) -> str:
        """Whose campaign this is, what the view is for, and what becomes of what is set in it."""
        whose = f"{self.campaign.client} · {self.campaign.name}" if self.campaign else ""
        title, about = (escape(self.word(f"{part}_{self.name}")) for part in ("title", "about"))
        return (
            f"<div style='color:{QUIET};line-height:1.5'><bdi>{escape(whose)}</bdi>"
            f"<h1 style='font-size:1.35em;margin:2px 0;color:{INK}'>{title}</h1>{about}</div>"
        )

    def set_language(self, language: str) -> None:
        """Say everything in another language."""
        if language != self.language and self.is_loaded:
            self.language, self.is_chosen = language, True
            self.tell("")
            self.rebuild()

    # ----------------------------------------------------------------------------- what is set

    def set(self, **values: object) -> None:
        """Keep what a person set."""
        self.state = replace(self.state, **values)  # type: ignore[type-var]
        write_state(self.folder, self.name, self.state)

    def on(self, widget: ipw.Widget, act: Callable[[Any], object], trait: str = "value") -> None:
        """Act when a person changes a control; not while the controls are being made."""
        widget.observe(lambda change: None if self.is_quiet else self.guard(act, change.new), trait)

    def press(self, name: str, act: Callable[[], object], **settings: Any) -> ipw.Button:
        """Make a button that acts."""
        button = ipw.Button(description=self.term(name), layout=ipw.Layout(width="auto"), **settings)
        button.on_click(lambda _: self.guard(act))
        return button

    # ---------------------------------------------------------------------------- what is told

    def guard(self, act: Callable[..., object], *values: object) -> None:
        """Act; what fails is told in plain words, and what was there before stays."""
        try:
            act(*values)
        except XhsError as error:
            self.error = error
            self.tell(str(error), colour=ACCENT)
        except Exception as error:
            self.error = error
            about = f"{type(error).__name__}: {error}"
            self.tell(self.word("unexpected", error=about), colour=ACCENT)
        finally:
            self.progress.layout.display = "none"

    def tell(self, text: str, *, colour: str = PALETTE[0]) -> None:
        """Say something under the head; an empty text takes it away."""
        shown = f"<div role='status' style='white-space:pre-wrap;color:{colour};line-height:1.5'>{escape(text)}</div>"
        self.message.value = shown if text else ""

    def read_message(self) -> str:
        """What is told now, without markup."""
        return self.message.value.partition(">")[2].removesuffix("</div>")

    def begin(self, n_steps: int | None = None) -> None:
        """Show the bar, empty."""
        self.bar.max, self.bar.value = n_steps or self.n_steps, 0
        self.progress.layout.display = "flex"

    def step(self, name: str) -> None:
        """Name what is done now, and move the bar by one."""
        self.bar.value += 1
        words = escape(self.word("working", step=self.term(name)))
        self.doing.value = f"<span role='status' style='color:{QUIET}'>{words}</span>"

    @contextmanager
    def working(self, name: str) -> Iterator[None]:
        """Show the bar while something takes more than a blink."""
        self.begin(1)
        self.step(name)
        yield
        self.progress.layout.display = "none"

    def word(self, code: str, **values: object) -> str:
        """Return a sentence of the screen."""
        return say(Finding(f"explore.{code}", values), language=self.language)

    def term(self, name: str) -> str:
        """Return what people call a thing."""
        return label(name, language=self.language)
