"""Wikidata: shows and films by revision, names only when they are news."""

from dataclasses import replace

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Unchanged, Visited
from monitor.core.options import WikidataNumbers
from tests.sources.following import Follower, claimed, film, show

BASE = "https://www.wikidata.org"
API = "/w/api.php"
TIDE = film("Low Tide", ids=(("wikidata", "Q12"),))


def statement(value, *, rank="normal", **qualifiers):
    snak = {"snaktype": "value", "datavalue": {"value": value, "type": "string"}}
    named = {name: [{"snaktype": "value", "datavalue": {"value": text}}] for name, text in qualifiers.items()}
    return {"mainsnak": snak, "type": "statement", "rank": rank, "qualifiers": named}


def item_value(which):
    return {"entity-type": "item", "id": which}


def time(date, precision=11):
    return {
        "time": f"+{date}T00:00:00Z",
        "precision": precision,
        "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
    }


def entity(which="Q12", label="Low Tide", revision=1, classes=("Q11424",), **claims):
    properties = {"P31": [statement(item_value(one)) for one in classes], **claims}
    return {
        "type": "item", "id": which, "lastrevid": revision,
        "labels": {"en": {"language": "en", "value": label}} if label else {},
        "aliases": {"en": [{"language": "en", "value": f"{label} (film)"}]}, "claims": properties,
    }  # fmt: skip


def performer(which, role=None):
    return statement(item_value(which), **({"P4633": role} if role else {}))


class Wikidata(Follower):
    """Its entities by id; `found` is what searches bring."""

    def __init__(self, *watches):
        super().__init__("wikidata", BASE, *watches)
        self.entities = {"Q12": entity()}
        self.found = []
        self.database.answers[API] = self.answer

    def answer(self, query):
        match query["action"]:
            case "wbsearchentities":
                return {"search": [{"id": one, "label": "x"} for one in self.found], "success": 1}
            case "query":
                return {"query": {"search": [{"title": one} for one in self.found]}}
        asked = query["ids"].split("|")
        missing = {one: {"id": one, "missing": ""} for one in asked}
        return {"entities": {one: self.entities.get(one, missing[one]) for one in asked}, "success": 1}

    def edit(self, **claims):
        revision = self.entities["Q12"]["lastrevid"] + 1
        self.entities["Q12"] = entity(revision=revision, **claims)

    def asked(self):
        asked, self.database.asked = self.database.asked, []
        return [
            part for one in asked for part in one.url.split("&") if part.startswith(("ids=", "search=", "srsearch="))
        ]


@pytest.fixture
def followed():
    source = Wikidata(TIDE)
    assert source.items() == []
    return source


def test_revisions_are_compared_and_only_what_changed_is_read(followed):
    assert len(followed.database.asked) == 2
    assert all("maxlag=5" in one.url for one in followed.database.asked)
    followed.database.asked.clear()
    assert isinstance(followed.visit(), Unchanged)
    (request,) = followed.database.asked
    assert "props=info" in request.url


def test_fifty_titles_are_one_question():
    ids = [f"Q{number}" for number in range(1, 61)]
    source = Wikidata(*[film(f"Film {one}", ids=(("wikidata", one),)) for one in ids])
    source.entities = {one: entity(one, f"Film {one}") for one in ids}
    source.visit()
    source.database.asked.clear()
    source.visit()
    assert len(source.database.asked) == 2


@pytest.mark.parametrize(
    ("value", "date", "said"),
    [
        (time("2027-05-14"), "2027-05-14", "on 14 May 2027"),
        (time("2027-05-00", 10), "2027-05", "in May 2027"),
        (time("2027-00-00", 9), "2027", "in 2027"),
    ],
)
def test_a_film_gets_its_date_as_exact_as_it_is_told(followed, value, date, said):
    followed.edit(P577=[statement(value)])
    (item,) = followed.news()
    assert item.title == f"Wikidata: Low Tide comes out {said}"
    assert claimed(item) == [("wikidata/release", "release_date", (), (date,), ())]
    assert (item.url, item.summary) == ("https://www.wikidata.org/wiki/Q12", "Data from Wikidata, CC0")


def test_the_user_may_put_numbers_right(followed):
    numbers = WikidataNumbers(published="P9577", films=("Q911424",))
    followed.source = replace(followed.source, options=replace(followed.source.options, numbers=numbers))
    followed.edit(P577=[statement(time("2027-05-14"))])
    assert followed.news() == []
    followed.edit(P9577=[statement(time("2027-06-18"))])
    assert [item.title for item in followed.news()] == ["Wikidata: Low Tide comes out on 18 June 2027"]


@pytest.mark.parametrize("value", [time("2000-00-00", 7), "soon", None, {"precision": 11}])
def test_a_time_that_is_no_date_is_none(followed, value):
    followed.edit(P577=[statement(value)])
    assert followed.news() == []


def test_statements_that_were_withdrawn_do_not_count(followed):
    followed.edit(P577=[statement(time("2027-05-14"), rank="deprecated"), {"mainsnak": {"snaktype": "novalue"}}])
    assert followed.news() == []


def test_names_are_asked_for_when_they_are_news(followed):
    followed.entities |= {"Q7": entity("Q7", "Ida Holm"), "Q8": entity("Q8", "")}
    followed.edit(P161=[performer("Q7", "Nell"), performer("Q7"), performer("Q8")])
    followed.asked()
    assert followed.items() == []
    assert followed.asked() == ["ids=Q12"] * 2
    (item,) = followed.items(hours=6)
    assert followed.asked()[-1] == "ids=Q7%7CQ8"
    assert item.title == "Wikidata: the main cast of Low Tide lists Ida Holm as Nell"
    assert claimed(item) == [("wikidata/cast", "casting", (), (), ("Ida Holm",))]


def test_a_show_that_has_an_end_is_ending():
    source = Wikidata(show("Saltmarsh", ids=(("wikidata", "Q12"),)))
    source.entities["Q12"] = entity(classes=("Q5398426",), P580=[statement(time("2024-03-07"))])
    source.visit()
    source.edit(classes=("Q5398426",), P580=[statement(time("2024-03-07"))], P582=[statement(time("2027-00-00", 9))])
    (item,) = source.news()
    assert item.title == "Wikidata: the status of Saltmarsh changed from running to ended"
    assert claimed(item) == [("wikidata/status", "ending", (), (), ())]


def test_a_site_is_told_without_a_claim(followed):
    followed.edit(P856=[statement("https://lowtide.example")])
    assert [(item.title, item.claims) for item in followed.news()] == [
        ("Wikidata: the official site of Low Tide is https://lowtide.example", ())
    ]


class TestFinding:
    def test_a_film_is_not_taken_for_a_show(self):
        source = Wikidata(show("Low Tide"))
        source.found = ["Q12", "Q13"]
        source.entities["Q13"] = entity("Q13", classes=(), P8600=[statement("99")])
        assert source.visit().trouble == ""
        assert source.state.memory["titles"]["low-tide"]["id"] == "Q13"

    def test_by_alias(self):
        source = Wikidata(film("Low Tide (film)"))
        source.found = ["Q12"]
        assert source.visit().trouble == ""

    def test_by_the_id_at_imdb(self):
        source = Wikidata(film("Anything", ids=(("imdb", "tt0000013"),)))
        source.found = ["Q12"]
        source.entities["Q12"] = entity(P345=[statement("tt0000013")])
        assert source.visit().trouble == ""
        assert source.database.asked[0].url.endswith("srsearch=haswbstatement%3AP345%3Dtt0000013&srlimit=5")

    def test_nothing_is_found(self):
        assert Wikidata(film("Nothing")).visit().trouble == "Nothing: no entry is called so"


class TestTrouble:
    def test_a_merged_entity_begins_silently(self, followed):
        merged = entity("Q99", revision=9, P577=[statement(time("2027-05-14"))])
        followed.entities["Q12"] = {**merged, "redirects": {"from": "Q12", "to": "Q99"}}
        assert followed.news() == []
        assert followed.state.memory["titles"]["low-tide"]["id"] == "Q99"

    def test_an_entity_that_was_deleted_is_trouble_of_that_title(self, followed):
        del followed.entities["Q12"]
        assert followed.visit().trouble == "Low Tide: the entry Q12 is gone; correct its id in the watchlist"

    def test_a_busy_server_is_asked_later(self, followed):
        followed.database.answers[API] = {
            "error": {"code": "maxlag", "info": "Waiting for a database server: 7 s lagged"}
        }
        result = followed.visit()
        assert isinstance(result, FetchFailed)
        assert result.reason is FetchFailure.UNAVAILABLE
        assert "7 s lagged" in result.detail

    @pytest.mark.parametrize(
        "answer",
        [{"error": {"code": "no-such-entity", "info": "No such entity"}}, {"batchcomplete": ""}, b"<html>", []],
    )
    def test_what_is_no_answer(self, followed, answer):
        followed.database.answers[API] = answer
        assert isinstance(followed.visit(), NotAFeed)

    @pytest.mark.parametrize("code", ["maxlag", "other"])
    @pytest.mark.parametrize("place", range(3))
    def test_every_question_may_be_refused(self, code, place):
        """Search, candidates, revisions: what is refused is asked again."""
        source = Wikidata(film("Low Tide"))
        source.found = ["Q12"]
        answers = iter([None] * place + [{"error": {"code": code, "info": "x"}}])
        source.database.answers[API] = lambda query: next(answers, None) or source.answer(query)
        source.visit()
        source.visit(hours=24)
        assert isinstance(source.visit(), Unchanged)

    def test_names_that_are_refused_are_asked_for_again(self, followed):
        followed.entities["Q7"] = entity("Q7", "Ida Holm")
        followed.edit(P161=[performer("Q7")])
        followed.visit()
        busy = {"error": {"code": "maxlag", "info": "x"}}
        followed.database.answers[API] = lambda query: busy if query["ids"] == "Q7" else followed.answer(query)
        assert isinstance(followed.visit(hours=6), FetchFailed)
        followed.database.answers[API] = followed.answer
        (item,) = followed.items()
        assert claimed(item)[0][4] == ("Ida Holm",)

    @pytest.mark.parametrize("odd", [{"entities": []}, {"entities": {"Q12": []}}])
    def test_entities_of_another_shape(self, followed, odd):
        followed.database.answers[API] = odd
        assert isinstance(followed.visit(), Visited | Unchanged)


def test_a_film_that_is_followed_as_a_show_by_its_id_is_read_all_the_same():
    source = Wikidata(show("Low Tide", ids=(("wikidata", "Q12"),)))
    result = source.visit()
    assert isinstance(result, Visited)
    assert result.trouble == ""
