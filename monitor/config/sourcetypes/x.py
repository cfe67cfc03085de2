"""The keys of `type: x`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema, model_validator

from monitor.config.addresses import ApiUrl
from monitor.config.fields import STRICT, Key, Text, written
from monitor.config.problems import RefusedError, shown
from monitor.config.secrets import from_environment
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import XOptions
from monitor.core.spending import Budget
from monitor.core.url import host
from monitor.core.watchlist import Watch

_BASE = "https://api.x.com"
_PROFILE = re.compile(r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/(\w{1,15})(?:[/?#].*)?", re.ASCII)
_LEAST_POSTS = 5  # the fewest the API can be asked for


def _name(account: str) -> str:
    name = account.removeprefix("@").lower()
    if not re.fullmatch(r"\w{1,15}", name, re.ASCII):
        address = _PROFILE.fullmatch(name)
        wanted = "not the name of an account: letters, digits and underscores, 15 at most"
        raise RefusedError(wanted, f"write {address[1]}" if address else "")
    return name


def _money(value: object) -> Decimal:
    text = written(value)
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4})?", text):
        raise RefusedError(f"{shown(text)} is no amount", 'write US dollars with a dot, such as "0.50"')
    return Decimal(text)


Money = Annotated[
    Decimal,
    BeforeValidator(_money),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^[0-9]{1,4}(\.[0-9]{1,4})?$", "minimum": 0}),
]


class SpendEntry(BaseModel, title="Spending"):
    """What an account may cost, in US dollars, and what X charges."""

    model_config = STRICT

    per_day: Money = Field(
        default=Decimal("0.50"), description="The most that one day (UTC) may cost. Left out: 0.50.", examples=["0.50"]
    )
    per_month: Money | None = Field(
        default=None, description="The most that one month may cost. Left out: as many days as it has.", examples=["5"]
    )
    per_post: Money = Field(
        default=Decimal("0.005"), description="The price of a post read. Left out: 0.005.", examples=["0.005"]
    )
    per_lookup: Money = Field(
        default=Decimal("0.010"), description="The price of an account looked up. Left out: 0.010.", examples=["0.010"]
    )

    @model_validator(mode="after")
    def enough_for_one_answer(self) -> Self:
        need = max(self.per_post * _LEAST_POSTS, self.per_lookup)
        if min(self.per_day, self.per_month or self.per_day) < need:
            raise RefusedError("the cap is less than one answer costs", f"allow {need} or more")
        return self


class XEntry(CommonEntry, title="X"):
    """An account on X, read with your own token at your own cost."""

    usual = timedelta(minutes=30)
    least = timedelta(minutes=1)

    type: Literal["x"] = Field(description="What the source is.")
    account: Annotated[Text, AfterValidator(_name)] = Field(
        description="The account to follow.", examples=["NetflixUK"]
    )
    token: Annotated[Key, from_environment("token", "X_TOKEN")] = Field(
        default="",
        validate_default=True,
        repr=False,
        description="Your bearer token. Left out: that of the environment variable X_TOKEN.",
        examples=["${X_TOKEN}"],
    )
    spend: SpendEntry = Field(default=SpendEntry(), description="What this account may cost, in US dollars.")
    base: ApiUrl = Field(default=_BASE, description="Where the API is.", examples=[_BASE])

    def address(self) -> str:
        return f"https://x.com/{self.account}"

    def options(self, watches: Sequence[Watch]) -> XOptions:  # noqa: ARG002  # searches for no titles
        return XOptions(
            account=self.account,
            token=self.token,
            base=self.base,
            trusted_host=host(self.base) if self.base != _BASE else None,
            budget=Budget(per_day=self.spend.per_day, per_month=self.spend.per_month),
            per_post=self.spend.per_post,
            per_lookup=self.spend.per_lookup,
        )
