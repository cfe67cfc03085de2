"""Posts in markup and in plain text, as `tests/data/embeds.yaml` has them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.sources import embeds

CASES = YAML(typ="safe").load(Path(__file__).resolve().parents[1] / "data" / "embeds.yaml")
MARKUP = [case for case in CASES if "<" in case["html"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_posts(case):
    text, posts = embeds.read(case["html"])
    assert [[post.platform, post.account, post.permalink] for post in posts] == case["embeds"]
    assert text == case.get("text", text)


@pytest.mark.parametrize("case", MARKUP, ids=lambda case: case["about"])
def test_an_address_given_back_leads_to_the_same_post(case):
    for post in embeds.read(case["html"])[1]:
        again = embeds.post_at(post.permalink)
        assert (again.platform, again.permalink) == (post.platform, post.permalink)


def test_a_page_full_of_posts_keeps_a_bounded_number():
    frames = "".join(f'<iframe src="https://x.com/a/status/{n}"></iframe>' for n in range(500))
    assert len(embeds.read(frames)[1]) == 50


@given(st.text(alphabet="https://.@()[]AaPpostharedby w\n—-view onInstagram12?=&", max_size=200))
def test_any_text_is_read(text):
    embeds.read(text)
    embeds.post_at(text)
