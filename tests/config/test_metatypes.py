"""What entries of `instagram`, `threads` and `x` become."""

from datetime import timedelta
from decimal import Decimal

import pytest

from monitor.core.options import GraphAccess, InstagramOptions, ThreadsOptions, XOptions
from monitor.core.spending import Budget
from tests.config.test_sourcetypes import read

INSTAGRAM = {"INSTAGRAM_TOKEN": "EAAB-1", "INSTAGRAM_USER_ID": "17841400000000001"}


def test_an_instagram_account_by_the_token_of_the_environment() -> None:
    """The shortest entry that works, with the token in one place for all of them."""
    source = read("type: instagram, account: NetflixUK, tier: official", environ=INSTAGRAM)
    assert source.url == "https://www.instagram.com/netflixuk/"
    assert source.every == timedelta(minutes=30)
    access = GraphAccess(base="https://graph.facebook.com/v25.0", token="EAAB-1")
    assert source.options == InstagramOptions(account="netflixuk", user_id="17841400000000001", access=access)
    assert "EAAB-1" not in repr(source)


def test_an_instagram_account_by_a_token_of_its_own() -> None:
    source = read(
        'type: instagram, account: netflixuk, token: "${SECRET}", user_id: 17841400000000001, token_in_address: true, '
        'base: "http://graph.local:8080/", version: v30.1'
    )
    assert isinstance(source.options, InstagramOptions)
    assert source.options.access == GraphAccess(
        base="http://graph.local:8080/v30.1", token="s3cret", in_address=True, trusted_host="graph.local"
    )


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ('account: "@harbourtv"', "https://www.threads.com/@harbourtv"),
        ("search: Lantern Bay", "https://www.threads.com/search?q=Lantern%20Bay&filter=recent"),
    ],
)
def test_threads(line: str, address: str) -> None:
    source = read(f"type: threads, {line}", environ={"THREADS_TOKEN": "THAA-1"})
    assert source.url == address
    assert isinstance(source.options, ThreadsOptions)
    assert source.options.access == GraphAccess(base="https://graph.threads.net/v1.0", token="THAA-1")


@pytest.mark.parametrize(
    ("spend", "budget", "per_post"),
    [
        ("", Budget(per_day=Decimal("0.50")), "0.005"),
        (", spend: {per_day: 1}", Budget(per_day=Decimal(1)), "0.005"),
        (
            ', spend: {per_day: "0.20", per_month: 4.5, per_post: 0.004}',
            Budget(per_day=Decimal("0.20"), per_month=Decimal("4.5")),
            "0.004",
        ),
    ],
)
def test_an_account_on_x_and_what_it_may_cost(spend: str, budget: Budget, per_post: str) -> None:
    source = read(f'type: x, account: "@HarbourTV"{spend}', environ={"X_TOKEN": "AAAA-1"})
    assert source.url == "https://x.com/harbourtv"
    assert source.options == XOptions(
        account="harbourtv",
        token="AAAA-1",
        base="https://api.x.com",
        budget=budget,
        per_post=Decimal(per_post),
        per_lookup=Decimal("0.010"),
    )
