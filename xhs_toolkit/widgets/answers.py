"""What the files of a campaign leave open, as a form: each question with its proposal, kept for the next sheet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import yaml

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.reading import write_taught
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.hand_cells import HOME, list_dollars
from xhs_toolkit.store import open_exports
from xhs_toolkit.tables.codebook import STATES
from xhs_toolkit.widgets.controls import name_options, put, style
from xhs_toolkit.widgets.shell import View

FEES = ("agreed", "quoted", "paid")
MEANINGS = {
    **{f"answer_{kind}": {"column": "price_cny", "kind": kind} for kind in FEES},
    **{
        name: {"column": name}
        for name in (
            *("product_cost_cny", "shipping_cost_cny", "posted_at", "exposure", "views"),
            *("likes", "collects", "comments", "shares", "followers"),
        )
    },
    "answer_nothing": {"column": "ignore"},
}
"""What a column can be said to be: its term → what is kept."""


class AnswersView(View[None]):
    """A form of the questions that can be answered once for all sheets (`answer_questions`)."""

    name = "answers"
    n_steps = 1

    def __init__(self, folder: Path, *, language: str | None = None) -> None:
        super().__init__(folder, default=None, language=language)
        self.questions: list[Problem] = []
        self.answers: dict[str, dict[str, Any]] = {}

    def load(self, campaign: Campaign) -> None:
        """Read the files and take the proposals as answers."""
        self.questions = [problem for problem in open_exports(campaign).questions if problem.teaches]
        self.answers = {"headers": {}, "states": {}}
        for question in self.questions:
            for part, proposed in yaml.safe_load(question.teaches).items():
                self.answers[part] |= proposed

    def build(self) -> list[ipw.Widget]:
        """Each question, below it what can be chosen, and two buttons to keep the answers."""
        if not self.questions:
            return [ipw.HTML(escape(self.word("answers_none")))]
        boxes = [box for question in self.questions for box in self._build_question(question)]
        keep = [self.press("answers_campaign", partial(self.keep, self.folder / "campaign.yaml"))]
        if self.campaign and self.campaign.agency.folder:
            keep += [self.press("answers_agency", partial(self.keep, self.campaign.agency.folder / "agency.yaml"))]
        return [*boxes, put(*keep)]

    def _build_question(self, question: Problem) -> list[ipw.Widget]:
        told = ipw.HTML(f"<p style='line-height:1.5'>{escape(f'{question.where}: {question.what}')}</p>")
        proposed = yaml.safe_load(question.teaches)
        rows = [self._build_header(header) for header in proposed.get("headers", {})]
        return [told, *rows, *(self._build_state(word) for word in proposed.get("states", {}))]

    def _build_header(self, header: str) -> ipw.Widget:
        answer = self.answers["headers"][header]
        meaning, currency = self._choose(header, MEANINGS), None
        meaning.value = next(name for name, means in MEANINGS.items() if means.items() <= answer.items())
        campaign = self.campaign.budget.currency if self.campaign and self.campaign.budget else HOME
        codes = list(dict.fromkeys([answer.get("currency") or campaign, campaign, HOME, *list_dollars()]))
        currency = ipw.Dropdown(options=codes, description=f"{header}: {self.term('explore_currency')}", **_look())
        currency.layout.display = "flex" if "currency" in answer else "none"

        def choose(_: object) -> None:
            means: Mapping[str, str] = MEANINGS[meaning.value]
            is_money = means["column"].endswith("_cny")
            currency.layout.display = "flex" if is_money else "none"
            self.answers["headers"][header] = {**means, **({"currency": currency.value} if is_money else {})}

        self.on(meaning, choose)
        self.on(currency, choose)
        return put(meaning, currency)

    def _build_state(self, word: str) -> ipw.Widget:
        control = self._choose(word, {f"answer_state_{state}": state for state in STATES})
        control.value = f"answer_state_{self.answers['states'][word]}"
        self.on(control, lambda name: self.answers["states"].update({word: name.removeprefix("answer_state_")}))
        return put(control)

    def _choose(self, name: str, options: Mapping[str, object]) -> ipw.Dropdown:
        """A list of choices whose label is the header or the word that is asked about."""
        return ipw.Dropdown(options=name_options(list(options), language=self.language), description=name, **_look())

    def keep(self, file: Path) -> None:
        """Write the answers into a settings file, and show what is still open."""
        n_answers = sum(map(len, self.answers.values()))
        write_taught(file, self.answers)
        self._open()
        self.tell(self.word("answers_kept", n=n_answers, place=file.name))

    def draw(self) -> None:
        """There is no picture of a form: its questions stand as text."""
        self.tell("\n".join(map(str, self.questions)) or self.word("answers_none"))


def _look() -> dict[str, Any]:
    return style(width="420px", label_width="190px")


def answer_questions(folder: str | Path = ".", *, language: str | None = None) -> AnswersView:
    """Answer what the files of a campaign leave open: the last line of a cell shows the form.

    Parameters
    ----------
    folder : the campaign folder.
    language : of the labels, ``en`` or ``zh``.
    """
    return AnswersView(Path(folder), language=language)
