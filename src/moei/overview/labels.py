"""Words for what is counted, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from moei.casefile.folding import protocol
from moei.casefile.models import Need
from moei.casefile.words import label
from moei.engines.disclosure import TOTAL
from moei.engines.identity.countries import STATELESS, UNKNOWN, alpha2
from moei.overview import contents, way_tables
from moei.overview.selectors.counting import NOT_STATED, AgeBand, Step
from moei.overview.selectors.whole_way import Way

Words = Mapping[str, str | Promise]

TABLES: Words = {
    contents.NATIONALITY: _("Arrived, by nationality"),
    contents.SEX: _("Arrived, by sex"),
    contents.AGE: _("Age"),
    contents.SEX_AND_AGE: _("Sex and age"),
    contents.REACHED: _("How far people have come"),
    contents.NOW: _("Where people are now"),
    contents.OUTCOMES: _("Determinations"),
    contents.NEEDS: _("Needs"),
}
HEADS: Words = {
    "nationality": _("Nationality"),
    "sex": _("Sex"),
    "age": _("Age"),
    "group": _("Sex"),
    "step": _("Step"),
    "outcome": _("Outcome"),
    "need": _("Need"),
}
SEXES: Words = {"F": _("Female"), "M": _("Male"), "X": _("Other"), NOT_STATED: _("Not stated")}
GROUPS: Words = {
    contents.FEMALE: _("Female"),
    contents.NOT_FEMALE: _("Male, other or not stated"),
}
AGES: Words = {
    AgeBand.CHILD: _("Under 18"),
    AgeBand.UNSURE: _("Age not sure, treated as a child"),
    AgeBand.YOUNG: _("18 to 24"),
    AgeBand.MIDDLE: _("25 to 34"),
    AgeBand.OLDER: _("35 and over"),
}
REACHED: Words = {
    Step.LISTED: _("On a list, or here"),
    Step.ARRIVED: _("Handed over"),
    Step.REGISTERED: _("Registered"),
    Step.SCREENED: _("Screened"),
    Step.INTERVIEWED: _("Interviewed"),
    Step.DETERMINED: _("Determined"),
}
NOW: Words = {
    Step.ARRIVED: _("Wait for registration"),
    Step.REGISTERED: _("Wait for preliminary screening"),
    Step.SCREENED: _("Wait for the interview, or are in it"),
    Step.INTERVIEWED: _("Wait for the panel"),
    Step.DETERMINED: _("Determined"),
}
WAY: Words = {
    **{Way(step): words for step, words in REACHED.items()},
    Way.SHELTERED: _("In a shelter, now or before"),
    Way.REFERRED: _("Referred to a service"),
    Way.DEPARTED: _("Departed"),
    Way.ARRIVED_HOME: _("Arrived home"),
    Way.CLOSED: _("File closed"),
}
# Over columns, where the words of a row would be too long.
WAY_COLUMNS: Words = {
    **WAY,
    Way.LISTED: _("Listed"),
    Way.ARRIVED: _("Arrived"),
    Way.SHELTERED: _("Sheltered"),
    Way.REFERRED: _("Referred"),
    Way.ARRIVED_HOME: _("Home"),
    Way.CLOSED: _("Closed"),
}
WAY_TABLES: Words = {
    way_tables.WAY: _("Along the whole way"),
    way_tables.BY_SEX: _("By sex"),
    way_tables.BY_AGE: _("By age"),
    way_tables.BY_NATIONALITY: _("By nationality"),
    way_tables.BY_NEED: _("By need"),
    way_tables.ASSISTED: _("Assisted since the beginning, by agency"),
}
STAGES: Mapping[tuple[str, str], str | Promise] = {
    (Way.ARRIVED, Way.REGISTERED): _("From arrival to registration"),
    (Way.REGISTERED, Way.SCREENED): _("From registration to screening"),
    (Way.SCREENED, Way.INTERVIEWED): _("From screening to the end of the interview"),
    (Way.INTERVIEWED, Way.DETERMINED): _("From the interview to the determination"),
    (Way.DETERMINED, Way.DEPARTED): _("From the determination to departure"),
    (Way.DEPARTED, Way.ARRIVED_HOME): _("From departure to arrival at home"),
}


def country(code: str) -> str:
    """The name of a nationality's country from CLDR, and words for who has none or whose is not known."""
    special = {
        STATELESS: _("Stateless"),
        UNKNOWN: _("Unknown"),
        NOT_STATED: _("Not stated"),
        way_tables.OTHER: _("Other nationalities"),
    }
    if code in special:
        return str(special[code])
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    return str(locale.territories.get(alpha2(code), code))


def outcome(code: str, protocol_name: str) -> str:
    found = protocol(protocol_name).outcome(code)
    return label(found.labels) if found else code


def category(table: str, dim: str, code: str, protocol_name: str) -> str:
    """The words for one category of one dimension of a bulletin's table."""
    if code == TOTAL:
        return str(_("All"))
    if dim == "nationality":
        return country(code)
    if dim == "outcome":
        return outcome(code, protocol_name)
    steps = WAY if way_tables.owner(table) in WAY_TABLES else REACHED
    words: Words = {
        "sex": SEXES,
        "group": GROUPS,
        "age": AGES,
        "step": NOW if table == contents.NOW else steps,
        "need": dict(Need.Code.choices),
    }[dim]
    return str(words.get(code, code))


def table(name: str) -> str:
    """The title of any table of a bulletin or of statistics, also of one that stands in files only."""
    owner = way_tables.owner(name)
    title = str({**TABLES, **WAY_TABLES}[owner]) if owner in TABLES or owner in WAY_TABLES else owner
    if way_tables.changes_of(name):
        return gettext("%(table)s: more than when it was printed last") % {"table": title}
    if owner != name:
        return gettext("%(table)s: not so far") % {"table": title}
    return title


def needs(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Needs in words with their counts, those that nobody has left out."""
    words = dict(Need.Code.choices)
    return [(str(words.get(code, code)), n) for code, n in counts.items() if n]
