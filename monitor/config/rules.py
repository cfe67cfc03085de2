"""`rules.yaml`: the user's changes to the shipped recognition rules."""

import re
from typing import Annotated, get_args

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from monitor.config.fields import (
    STRICT,
    CertaintyName,
    KindName,
    Kinds,
    Lang,
    Name,
    Phrases,
    Places,
    SideName,
    Text,
    Weight,
)
from monitor.config.problems import RefusedError, did_you_mean, shown
from monitor.core.report import Kind
from monitor.core.rules import Place, RuleChange

_PART = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
_RULE_ID = re.compile(rf"(?:(?P<lang>[a-z]{{2,3}})/(?P<kind>[a-z_]+)/)?(?P<name>{_PART})")


def _rule_id(text: str) -> str:
    found = _RULE_ID.fullmatch(text)
    if found is None:
        raise RefusedError(
            f"{shown(text)} is not the id of a rule", "write a name such as cheers-renewal, or en/renewal/renewed-for"
        )
    if found["kind"] and found["kind"] not in list(Kind):
        raise RefusedError(
            f"{shown(found['kind'])} is not a kind", did_you_mean(found["kind"], [str(kind) for kind in Kind])
        )
    return text


def _shipped(text: str) -> str:
    if not re.fullmatch(r"[^/]+/[^/]+/[^/]+", text):
        raise RefusedError(
            f"{shown(text)} is not the id of a shipped rule", "write language/kind/name, as explain shows it"
        )
    return _rule_id(text)


RuleId = Annotated[
    Text,
    AfterValidator(_rule_id),
    WithJsonSchema({"type": "string", "pattern": f"^({_PART}|[a-z]{{2,3}}/[a-z_]+/{_PART})$"}),
]
ShippedRule = Annotated[
    Text, AfterValidator(_shipped), WithJsonSchema({"type": "string", "pattern": f"^[a-z]{{2,3}}/[a-z_]+/{_PART}$"})
]


class RuleEntry(BaseModel, title="Rule"):
    """A rule of your own, or another text for a shipped rule of the same id."""

    model_config = STRICT

    id: RuleId = Field(description="A name for the rule; alerts show it as the reason.", examples=["cheers-renewal"])
    kind: KindName = Field(description="The kind of news it recognises.", examples=["renewal"])
    phrases: Phrases = Field(
        description="Phrases of which one must match: words, (a | b) for either, ? for what may be missing, slots such as {season}.",
        examples=[["back for more", "returns? for (a )?{season}"]],
    )
    unless: tuple[Name, ...] = Field(
        default=(), description="Phrases that take the match back.", examples=[["back for more drama"]]
    )
    where: Places = Field(
        default=get_args(Place),
        description="Where in a text it may stand: headline, lead, body. Left out: all of them.",
        examples=["headline"],
    )
    weight: Weight = Field(
        default=1.0,
        description="1 suffices alone; less needs evidence of film or television. Left out: 1.",
        examples=[0.7],
    )
    certainty: CertaintyName | None = Field(
        default=None, description="How sure its news is, whatever the words around it say.", examples=["rumour"]
    )
    people: SideName = Field(
        default="both", description="Where the people of the news stand. Left out: both.", examples=["before"]
    )
    instead_of: Kinds = Field(
        default=(), description="Kinds whose rules give way where they match the same words.", examples=[["renewal"]]
    )
    lang: Lang = Field(default="en", description="The language of the texts it reads. Left out: en.", examples=["en"])

    def change(self) -> RuleChange:
        return RuleChange(
            id=self.id,
            kind=self.kind,
            phrases=self.phrases,
            unless=self.unless,
            where=self.where,
            weight=self.weight,
            certainty=self.certainty,
            people=self.people,
            instead_of=self.instead_of,
            lang=self.lang,
        )


class RulesFile(BaseModel, title="rules.yaml"):
    """Changes to the shipped recognition rules."""

    model_config = STRICT

    rules: tuple[RuleEntry, ...] = Field(default=(), description="Rules to add or replace.")
    disable: tuple[ShippedRule, ...] = Field(
        default=(), description="Shipped rules to leave out.", examples=[["en/trailer/clip"]]
    )
