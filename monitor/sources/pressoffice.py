"""Links from an article to the press office behind its news: the maker's own words, in a press release."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from monitor.core.item import PRESS_OFFICE, Embed
from monitor.core.url import canonical, host, http_url, same_site

_OFFICE = (
    "press|pressoffice|press-office|pressroom|press-room|presscentre|press-centre|presscenter|press-center|"
    "press-releases?|news-?releases?|newsroom|media-?cent(?:re|er)|mediapacks?|presse|presseportal|pressemitteilung(?:en)?|"
    "espace-presse|prensa|sala-de-prensa|notas-de-prensa|stampa|ufficio-stampa|comunicati-stampa|imprensa|"
    "sala-de-imprensa|pers|persberichten|perscentrum"
)
_NAMED = re.compile(_OFFICE)
# Wires that carry press releases and nothing else, and offices whose address does not say so.
_KNOWN = frozenset({"about.netflix.com", "businesswire.com", "dgepress.com", "globenewswire.com", "prnewswire.com"})
_STEPS = 3  # of the path that may name the office
_MOST = 3


def press_releases(links: Iterable[str], *, page: str) -> tuple[Embed, ...]:
    """The press releases among the links of the page at `page`, each once; its own site's furniture is none."""
    found = {canonical(url): url for url in _releases(links, page)}
    return tuple(Embed(platform=PRESS_OFFICE, account=None, permalink=url) for url in list(found.values())[:_MOST])


def _releases(links: Iterable[str], page: str) -> Iterator[str]:
    for link in links:
        url = http_url(link, page)
        if url is not None and not same_site(url, page) and _is_release(url):
            yield url


def _is_release(url: str) -> bool:
    """Whether it is one text of a press office, not the office's front page."""
    name = host(url).removeprefix("www.")
    steps = [step for step in urlsplit(url).path.lower().split("/") if step]
    if name in _KNOWN or _NAMED.fullmatch(name.partition(".")[0]):
        return bool(steps) and not _NAMED.fullmatch(steps[-1])
    return any(_NAMED.fullmatch(step) for step in steps[:-1][:_STEPS])
