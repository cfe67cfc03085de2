"""The page of an article shows the post by which the makers announced it: the alert says so and leads there."""

from tests.acceptance.newsstand import newsstand

POST = "https://www.instagram.com/reel/Cabcdefghij/"
RELEASE = "https://press.harbour.example/2026/lantern-bay-season-three"


def page(title: str, account: str) -> str:
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>Lantern Bay will return for a third season, <a href='{RELEASE}'>the network said</a>.</p>"
        f'<blockquote class="instagram-media" data-instgrm-permalink="{POST}?utm_source=ig_embed">'
        f"<p>A post shared by Somebody (@{account})</p></blockquote></article></body></html>"
    )


def test_the_makers_own_post_makes_it_official(tmp_path):
    with newsstand(tmp_path) as stand:
        link = stand.page("/article", page("Lantern Bay renewed for season 3", "lanternbaytv"))
        stand.publish("herald", "Lantern Bay renewed for season 3", link=link)
        (letter,) = stand.read()
        assert "Official: posted by @lanternbaytv on Instagram" in letter.text
        assert f"First said by @lanternbaytv on Instagram {POST}" in letter.text
        assert f"Press release, as linked by herald {RELEASE}" in letter.text


def test_a_post_by_somebody_else_does_not(tmp_path):
    with newsstand(tmp_path) as stand:
        link = stand.page("/article", page("Lantern Bay renewed for season 3", "a_fan"))
        stand.publish("herald", "Lantern Bay renewed for season 3", link=link)
        (letter,) = stand.read()
        assert "Reported by herald (press)" in letter.text
        assert "Instagram" not in letter.text


def test_the_page_of_what_nobody_follows_is_not_asked_for(tmp_path):
    with newsstand(tmp_path) as stand:
        for number, headline in enumerate(("Orchard Row renewed for season 3", "Council debates a new bus lane")):
            stand.publish("herald", headline, link=stand.page(f"/page-{number}", page(headline, "lanternbaytv")))
        assert stand.read() == []
        assert {seen.path for seen in stand.web.seen} <= {"/herald", "/robots.txt"}
