"""What a column of a sheet kept by hand holds: its header is a hint, its cells are the evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from typing import Any, NamedTuple

from xhs_toolkit.exports.days import find_date, find_weekday
from xhs_toolkit.exports.hand_cells import is_day, is_number, list_days, list_numbers, read_fee
from xhs_toolkit.exports.hints import (
    ENOUGH,
    FIGURES,
    MONEY,
    PRICES,
    SAMPLE,
    Hint,
    compile_phrases,
    find_currency,
    find_format,
    fold,
    is_blank,
    name_fee_kind,
    names_part,
    read_hint,
    read_words,
)
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.layouts import CLEAR, match_headers
from xhs_toolkit.exports.platforms import find_links, has_link, is_creator_link, list_cells

HALF, MOST = 0.5, 0.4
TAUGHT = 8.0
"""Score above which a person has said what a column is."""


class Role(NamedTuple):
    """One column as it is read.

    Attributes
    ----------
    position, role, hint, score : the column, what it holds, what its header says, and how well both agree.
    further : columns of the same figure at an earlier age, the older first.
    is_guess : whether its cells alone say what it is, so that it is asked about.
    """

    position: int
    role: str
    hint: Hint
    score: float
    further: tuple[int, ...] = ()
    is_guess: bool = False


# --------------------------------------------------------------------------------------- the cells


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    return {fold(word): state for state, words in read_words()["states"].items() for word in words.split("|")}


@lru_cache(maxsize=20_000)
def find_state(text: str, taught: tuple[tuple[str, str], ...] = ()) -> str | None:
    """The state that a cell names: the whole cell, or its longest part that is one.

    >>> find_state("Pulled out"), find_state("Posted 3/4 ✅"), find_state("已发布（待结款）"), find_state("hello")
    ('cancelled', 'posted', 'posted', None)
    """
    text = fold(text).strip(" .!✅✔☑️🟢🔴🟡❌*-")
    known = {**_states(), **{fold(word): state for word, state in taught}}
    if text in known:
        return known[text]
    first = re.split(r"[(（,，;；/|]| - | – |\d", text)[0].strip()
    if first in known:
        return known[first]
    parts = [found.group() for found in _state_pattern(taught).finditer(text)]
    longest = max(map(len, parts), default=0)
    named = {known[word] for word in parts if len(word) == longest > 1}
    return "paid" if named == {"posted", "paid"} else named.pop() if len(named) == 1 else None


@lru_cache(maxsize=8)
def _state_pattern(taught: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return compile_phrases("|".join([*_states(), *(word for word, _ in taught)]))


@lru_cache(maxsize=20_000)
def find_platforms(text: str) -> frozenset[str]:
    """Platforms that a short cell names, ``ours`` for XHS; nothing where a word of it is none.

    >>> sorted(find_platforms("XHS + IG")), sorted(find_platforms("小红书")), find_platforms("Fashion")
    (['Instagram', 'ours'], ['ours'], frozenset())
    """
    whole = fold(text)
    known = list_cells()
    if whole in known:
        return frozenset({known[whole]})
    parts = [part.strip() for part in re.split(r"[+&/,，、;；|()（）]| and |和|\s-\s", whole) if part.strip()]
    named = [known.get(part) or known.get(part.split(" ")[0]) for part in parts]
    return frozenset(filter(None, named)) if named and all(named) and len(whole) <= 40 else frozenset()


@lru_cache(maxsize=1)
def _yes_no() -> dict[str, bool]:
    words = read_words()
    return {**dict.fromkeys(map(fold, words["affirmed"]), True), **dict.fromkeys(map(fold, words["denied"]), False)}


def find_yes_no(cell: object) -> bool | None:
    """True for yes, False for no, None for anything else."""
    if isinstance(cell, bool):
        return cell
    return _yes_no().get(fold(cell) if isinstance(cell, str) else f"{cell:g}" if isinstance(cell, float | int) else "")


KINDS: dict[str, Callable[[Any], bool]] = {
    "link": has_link,
    "our_link": lambda cell: bool(find_links(cell).notes or find_links(cell).shorts),
    "date": lambda cell: isinstance(cell, date) or find_date(cell) is not None or bool(list_days(cell)),
    "weekday": lambda cell: find_weekday(cell) is not None,
    "dated": lambda cell: isinstance(cell, date) or is_day(cell),
    "number": lambda cell: is_number(cell) or bool(list_numbers(cell)),
    "yes_no": lambda cell: find_yes_no(cell) is not None,
    "status": lambda cell: isinstance(cell, str) and len(cell) < 60 and find_state(cell) is not None,
    "platform": lambda cell: isinstance(cell, str) and bool(find_platforms(cell)),
    "format": lambda cell: isinstance(cell, str) and len(cell) < 30 and find_format(cell) is not None,
    "text": lambda cell: isinstance(cell, str) and not is_number(cell) and not has_link(cell),
    "time": lambda cell: isinstance(cell, time),
}
FITS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(FIGURES, ("number",)),
    **dict.fromkeys(MONEY, ("number", "money")),
    "note_link": ("link",),
    "creator_link": ("link",),
    "posted_at": ("date", "dated", "weekday"),
    "as_of": ("date",),
    "status": ("status", "yes_no"),
    "paid_flag": ("status", "yes_no"),
    "platform": ("platform",),
    "format": ("format",),
    "creator_name": ("text", "number"),
    "title": ("text",),
    "xhs_number": ("number", "text"),
    "currency": ("text",),
    "likes_and_collects": ("number",),
    "client": ("text",),
    "ignore": tuple(KINDS),
}
"""Role → kinds of cells, one of which most of its cells must be."""


def weigh(cells: Sequence[object]) -> dict[str, float]:
    """Kind of cell → share of the filled cells that are of it; the amounts of money people write count as numbers."""
    filled = [cell for cell in cells if not is_blank(cell)][:SAMPLE]
    shares = {kind: sum(map(test, filled)) / len(filled) for kind, test in KINDS.items()} if filled else {}
    if filled:
        words = re.compile(f"{read_words()['nothing_paid']}|{read_words()['not_known']}")
        shares["money"] = sum(
            is_number(cell)
            or bool(re.fullmatch(words, fold(cell)))
            or bool(re.search(r"\d", fold(cell)) and find_currency(fold(cell)))
            for cell in filled
        ) / len(filled)
        shares["creator_link"] = sum(map(is_creator_link, filled)) / len(filled)
    return shares


def find_roles(
    headers: Sequence[str],
    columns: Sequence[Sequence[object]],
    *,
    taught: Mapping[str, Hint | str] | None = None,
    is_bare: bool = False,
) -> tuple[list[Role], list[int]]:
    """Say what each column holds, and which columns are left.

    Parameters
    ----------
    headers : one a column; empty where there is none.
    columns : the cells of each column; addresses behind links stand in the place of their texts.
    taught : folded header → role or hint that a person gave; it decides.
    is_bare : whether the sheet has lost its header.
    """
    taught = taught or {}
    evidence = [weigh(cells) for cells in columns]
    found: list[Role] = []
    left: list[int] = []
    for position, header in enumerate(headers):
        answer = taught.get(fold(header))
        hint = answer if isinstance(answer, Hint) else _read_header(header)
        role = answer if isinstance(answer, str) else _choose(hint, evidence[position], decided=answer is not None)
        if role and role[0] != "ignore":
            name, score = (role, 9.0) if isinstance(role, str) else role
            found.append(Role(position, name, hint, score))
        elif not role and evidence[position]:
            left.append(position)
    kept = add_further(_keep_best(found), found)
    read = {place for item in kept for place in (item.position, *item.further)}
    passed_over = [item.position for item in found if item.position not in read and item.role in ASKED_AGAIN]
    by_cells = _add_by_cells(kept, evidence, left, headers, columns)
    guesses = _guess(by_cells, evidence, left, headers, columns, is_bare=is_bare)
    guesses += _guess_fees([*by_cells, *guesses], evidence, left, headers)
    return sorted([*by_cells, *guesses]), [*left, *passed_over]


@lru_cache(maxsize=20_000)
def _read_header(header: str) -> Hint:
    """What a header says in the words that people use, else in those of exports."""
    hint = read_hint(header)
    if hint.roles or not header:
        return hint
    layout = next(layout for layout in list_layouts() if layout.kind == "agency_seeding")
    [mapping] = match_headers([header], layout).mappings
    role = to_role(str(mapping.column)) if mapping.state == "read" and mapping.quality >= CLEAR else ""
    return hint._replace(roles={role: LEXICON}) if role else hint


LEXICON = 0.9
"""How well a header fits a role that only the words of exports name."""


def to_role(column: str) -> str:
    """The role that a canonical column is read by; nothing for one that only machines' headers name."""
    role = {"price_cny": "cost"}.get(column, column)
    return role if role in FITS else ""


ASKED_AGAIN = ("creator_name", "title", "status")
"""Roles of words: a second column that is headed by one may hold something else (Talent with amounts)."""


def _choose(hint: Hint, shares: Mapping[str, float], *, decided: bool) -> tuple[str, float] | None:
    """The role that header and cells agree on, and how well; a column without cells keeps its header's."""
    if not hint.roles:
        return None
    if decided or not shares:
        role = max(hint.roles, key=lambda name: hint.roles[name])
        return role, 9.0 if decided else 0.1 * hint.roles[role]
    if "ignore" in hint.roles and hint.roles["ignore"] < 1.0:
        return "ignore", 1.0
    weighed = (_weigh_role(role, covered, shares) for role, covered in hint.roles.items())
    return max(filter(None, weighed), key=lambda option: option[1], default=None)


MOSTLY = ("posted_at", "as_of", "note_link", *FIGURES, *MONEY)
"""Roles whose cells may be half remarks: a figure that is not in yet, a fee that is not agreed."""


def _weigh_role(role: str, covered: float, shares: Mapping[str, float]) -> tuple[str, float] | None:
    """A role with how well header and cells speak for it; None where the cells speak against it."""
    share = max((shares.get(kind, 0.0) for kind in FITS[role]), default=0.0)
    if role == "status" and covered == 1.0 and shares.get("text", 0) > ENOUGH:
        share = max(share, ENOUGH)
    if role in {"creator_link", "note_link"} and (role == "creator_link" or shares.get("creator_link", 0) > HALF):
        role, share = "creator_link", share if shares.get("creator_link", 0) > HALF else 0.0
    is_enough = share >= (MOST if role in MOSTLY else ENOUGH)
    is_weak = role == "ignore" or (role == "creator_name" and shares.get("text", 0.0) < ENOUGH)
    return (role, covered + share - (HALF if is_weak else 0.0)) if is_enough else None


def _keep_best(found: Sequence[Role]) -> list[Role]:
    """Of several columns of one role the best; figures of several ages keep the oldest, fees one a kind."""
    best: dict[tuple[object, ...], Role] = {}
    for item in found:
        key = (item.role, item.hint.number, item.hint.kind if item.role == "cost" else "")
        if (
            key not in best or _rank(item) >= _rank(best[key])
            if item.role in FIGURES and item.hint.age_days
            else key not in best or _rank(item) > _rank(best[key])
        ):
            best[key] = item
    return sorted(best.values())


def add_further(kept: Sequence[Role], found: Sequence[Role]) -> list[Role]:
    """Name beside each figure the columns of its earlier ages, which fill what the last one leaves open."""
    result = []
    for item in kept:
        same = [
            other
            for other in found
            if (other.role, other.hint.number) == (item.role, item.hint.number) and other is not item
        ]
        ordered = sorted(same, key=_rank, reverse=True)
        is_aged = item.role in FIGURES and item.hint.age_days is not None
        result.append(item._replace(further=tuple(other.position for other in ordered)) if is_aged else item)
    return result


def _rank(item: Role) -> tuple[float, ...]:
    untaxed = 0.0 if item.hint.with_tax else 1.0
    age = item.hint.age_days
    return (
        item.score > TAUGHT,
        item.role in FIGURES and (age if age is not None else 1e6 - ("total" in fold(item.hint.header))),
        untaxed,
        item.score,
    )


def _add_by_cells(
    found: list[Role],
    evidence: Sequence[Mapping[str, float]],
    left: list[int],
    headers: Sequence[str],
    columns: Sequence[Sequence[object]],
) -> list[Role]:
    """Columns whose cells alone say what they are: platforms, links, states, and the names in a sheet without any."""
    taken = {item.position for item in found}
    have = {item.role for item in found}
    for role, kind in (("platform", "platform"), ("note_link", "our_link"), ("status", "status")):
        if role in have:
            continue
        fitting = [
            position
            for position, shares in enumerate(evidence)
            if position not in taken
            and shares.get(kind, 0) >= ENOUGH
            and not (
                role == "note_link"
                and (shares.get("creator_link", 0) > 0.5 or "ignore" in read_hint(headers[position]).roles)
            )
            and not (role == "status" and "ignore" in read_hint(headers[position]).roles)
        ]
        if fitting:
            found.append(Role(fitting[0], role, read_hint(headers[fitting[0]]), 0.5))
            taken.add(fitting[0])
            if fitting[0] in left:
                left.remove(fitting[0])
    names = [
        place for place in left if place not in taken and _may_be_names(evidence[place]) and _are_names(columns[place])
    ]
    have = {item.role for item in found}
    if names and "creator_name" not in have and have & {"cost", "status", "paid_flag", "platform", "note_link"}:
        found.append(Role(names[0], "creator_name", read_hint(headers[names[0]]), 0.5))
        left.remove(names[0])
    return found


GUESSED: tuple[tuple[str, tuple[str, ...], set[str]], ...] = (
    ("cost", ("money", "number"), {"cost", *PRICES}),
    ("posted_at", ("date", "dated"), {"posted_at"}),
    *((name, ("number",), {name, "likes_and_collects"}) for name in ("likes", "collects", "comments", "views")),
)
"""What a sheet of posts should have: role, kinds of its cells, and roles with which it has it."""


def _guess(
    found: Sequence[Role],
    evidence: Sequence[Mapping[str, float]],
    left: list[int],
    headers: Sequence[str],
    columns: Sequence[Sequence[object]],
    *,
    is_bare: bool,
) -> list[Role]:
    """Columns that hold what the sheet still lacks, by their cells and one word of their header; a state with its day.

    Each is asked about. In a sheet without a header the cells alone tell, and figures stand in their customary order.
    """
    have = {item.role for item in found}
    guesses = []
    for role, kinds, same in GUESSED:
        if have & same:
            continue
        named = [
            place
            for place in left
            if max(evidence[place].get(kind, 0.0) for kind in kinds) >= ENOUGH
            and (_may_be(role, columns[place], evidence[place]) if is_bare else names_part(headers[place], role))
        ]
        dated = [
            item.position
            for item in found
            if role == "posted_at" and item.role == "status" and evidence[item.position].get("dated", 0) >= MOST
        ]
        if role == "posted_at" and not (named or dated) and not is_bare:
            days = [place for place, shares in enumerate(evidence) if shares.get("date", 0.0) >= MOST]
            named = [place for place in days if place in left]
            planned = [place for place in days if re.search(read_words()["planned"], fold(headers[place]))]
            named = named if len(named) == 1 else planned[:1] if "note_link" in have else []
        if named or dated:
            place = (named or dated)[0]
            if role == "posted_at" and named and "as_of" not in have and _is_one_day(columns[place]):
                role = "as_of"
            guesses.append(Role(place, role, read_hint(headers[place]), 0.2, is_guess=bool(named)))
            if place in left:
                left.remove(place)
    return guesses


def _guess_fees(
    found: Sequence[Role], evidence: Sequence[Mapping[str, float]], left: list[int], headers: Sequence[str]
) -> list[Role]:
    """Amounts beside a fee under words that only tell of which kind a fee is: Locked in, Confirmed."""
    kinds = {item.hint.kind for item in found if item.role == "cost"}
    guesses = []
    for place in list(left):
        kind, shares = name_fee_kind(headers[place]), evidence[place]
        is_amount = max(shares["number"], shares["money"]) >= ENOUGH > shares["date"]
        if kinds and kind and kind not in kinds and is_amount:
            hint = read_hint(headers[place])._replace(roles={"cost": 1.0}, kind=kind)
            guesses.append(Role(place, "cost", hint, 0.2, is_guess=True))
            kinds.add(kind)
            left.remove(place)
    return guesses


def _may_be(role: str, cells: Sequence[object], shares: Mapping[str, float]) -> bool:
    """Whether a column without a header can be of a role: amounts are round or name a currency, the rest are counts."""
    if role == "posted_at":
        return True
    if shares.get("date", 0.0) >= ENOUGH:
        return False
    amounts = [fee.amount for cell in cells if (fee := read_fee(cell)).amount]
    is_round = bool(amounts) and sum(amount % 10 == 0 for amount in amounts) >= 0.9 * len(amounts)
    is_amount = is_round or sum(bool(find_currency(fold(cell))) for cell in cells) >= 0.5 * len(amounts)
    return is_amount if role == "cost" else not is_amount and bool(amounts)


def _is_one_day(cells: Sequence[object]) -> bool:
    """Whether all rows, three at least, name the same day, as that on which figures were taken."""
    filled = [fold(str(cell)) for cell in cells if not is_blank(cell)]
    return len(filled) > 2 and len(set(filled)) == 1


def _may_be_names(shares: Mapping[str, float]) -> bool:
    return (
        shares.get("text", 0.0) > ENOUGH and max(shares.get(kind, 0.0) for kind in ("date", "status", "yes_no")) < HALF
    )


def _are_names(cells: Sequence[object]) -> bool:
    """Whether cells are short and mostly differ, as names do."""
    filled = [text for cell in cells if re.search(r"[^\W\d_]", text := fold(cell))]
    return len(filled) > 1 and len(set(filled)) > 0.5 * len(filled) and sum(map(len, filled)) < 25 * len(filled)
