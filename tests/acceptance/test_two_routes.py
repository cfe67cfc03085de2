"""One account by two routes: the API with the user's token, and a bridge that reads the same account."""

import json

from tests.acceptance.test_model_case import HOUR
from tests.acceptance.test_model_case_social import discovery
from tests.house import House, item, rss
from tests.web_server import Answer, WebServer

API = "/v25.0/17841400000000001"
NEWS = {
    "Caaaaaaaaa1": "The Glass Ferry has been renewed for season 4",
    "Caaaaaaaaa2": "Lantern Bay has been renewed for season 3",
    "Caaaaaaaaa3": "Lantern Bay season 3 is now filming",
}


def by_api(house, codes):
    return discovery(
        *(
            {
                "id": f"1790000000000{number}",
                "caption": NEWS[code],
                "permalink": f"https://www.instagram.com/reel/{code}/",
                "timestamp": f"{house.time:%Y-%m-%dT%H:%M:%S}+0000",
            }
            for number, code in enumerate(codes)
        )
    )


def by_bridge(house, codes):
    links = [f"https://www.instagram.com/lanternbaytv/p/{code}/" for code in codes]
    return rss(
        *(item(NEWS[code], guid=link, at=house.time, link=link) for code, link in zip(codes, links, strict=True))
    )


def test_switching_between_them_tells_nothing_twice(tmp_path):
    """The token expires, the bridge serves, the token is renewed: each post is told once, and so is the token."""
    expired = Answer(status=400, body=json.dumps({"error": {"code": 190, "error_subcode": 463}}).encode())
    with WebServer() as web:
        api = f'{{id: api, type: instagram, account: lanternbaytv, base: "{web.url("")}", token: t0ken-1234, user_id: 17841400000000001}}'
        bridge = f'{{id: bridge, type: feed, url: "{web.url("/bridge")}"}}'
        house = House(tmp_path, sources=[f"{{id: lantern, type: group, tier: official, routes: [{api}, {bridge}]}}"])
        shown: list[str] = []

        def publish(code, *, api_works, later=HOUR):
            shown.insert(0, code)
            web.answer(API, Answer(body=by_api(house, shown)) if api_works else expired)
            web.answer("/bridge", Answer(body=by_bridge(house, shown)))
            house.round(later=later)
            return house.polled[-1].detail

        web.answer(API, Answer(body=discovery()))
        web.answer("/bridge", Answer(status=502))
        with house.open():
            house.round()
            assert publish("Caaaaaaaaa1", api_works=True) == "1 new; by api"
            said = publish("Caaaaaaaaa2", api_works=False)
            assert said.startswith(
                "1 new, 1 seen; by bridge; api: Instagram: the token is not accepted, it has expired"
            )
            assert publish("Caaaaaaaaa3", api_works=True, later=3 * HOUR) == "1 new, 2 seen; by api"
    assert house.bugs == []
    assert house.alerts() == [
        ("screen", "news", "The Glass Ferry: renewal"),
        ("screen", "news", "Lantern Bay: renewal"),
        ("screen", "incident", "lantern: token"),  # the bridge serves, but the user should know
        ("screen", "news", "Lantern Bay: filming_start"),
    ]
