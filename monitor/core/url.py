"""Web addresses: comparing them, accepting them from outside, and showing them without their secrets."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

LONGEST_URL = 4096  # characters; longer ones are not links anybody follows

_WEB = frozenset({"http", "https"})
_DEFAULT_PORT = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_IN_HOST = re.compile(r"[\s\\<>\"'%^`{}|,;]")
# Everything a path or query may hold as it is (RFC 3986, section 3.3), "%" because it is encoded already.
_KEPT = "/%:@!$&'()*+,;=~-._?[]"

_TRACKING_PREFIXES = ("utm_", "ns_", "hsa_", "mtm_", "pk_", "oly_", "_hs", "vero_", "guce_")
_TRACKING = frozenset({
    "at_campaign", "at_medium", "cmp", "cmpid", "dclid", "fbclid", "gad_source", "gbraid", "gclid", "gclsrc",
    "guccounter", "igsh", "igshid", "mbid", "mc_cid", "mc_eid", "mibextid", "mkt_tok", "msclkid", "ocid", "ref_src",
    "ref_url", "s_cid", "smid", "soc_src", "soc_trk", "spm", "srsltid", "taid", "ttclid", "twclid", "wbraid", "xtor",
    "yclid", "__twitter_impression",
})  # fmt: skip

# A redirect to one of these asks a person to sign in or to consent; what was asked for is not behind it for us.
_WALL_HOSTS = frozenset({"accounts", "auth", "cmp", "consent", "login", "signin", "sso"})
_WALL_PATHS = frozenset({
    "collectconsent", "consent", "cookie-consent", "log-in", "login", "login.aspx", "login.html", "login.php",
    "sign-in", "sign_in", "signin", "sso", "wp-login.php",
})  # fmt: skip

# Names under which addresses carry a key, and what stands in a path or parameter because nobody can guess it.
_SECRET_NAMES = re.compile(
    r"(?:^|[_-])(?:access|api|auth|hash|key|pass|passwd|password|pwd|secret|session|sid|sig|signature|token|user)(?:$|[_-])|"
    r"apikey|authkey|feedkey|token$",
    re.IGNORECASE,
)
_UNGUESSABLE = re.compile(
    r"[0-9a-f]{24,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=\w*[0-9])(?=\w*[a-z])(?=\w*[A-Z])[\w-]{20,}"
)
_OPEN_NAMES = frozenset({"channel_id", "playlist_id"})  # of YouTube's feeds

_PARTS = re.compile(r"[-_+.,\s]+")
_ENDING = re.compile(r"\.(?:html?|php|aspx?|amp)$", re.IGNORECASE)
_SPOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d{1,2}|[sS]\d{1,2}")
_FEWEST_WORDS = 2


def canonical(url: str) -> str:
    """The form in which two links to the same page compare equal; anything that is no web address comes back as it is.

    Drops the fragment, userinfo, tracking parameters, default port and trailing slash; keeps the rest in its order.
    """
    parts = _split(url.strip())
    if parts is None:
        return url.strip()
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    return urlunsplit((parts.scheme, _netloc(parts), parts.path.rstrip("/"), query, ""))


def http_url(candidate: str, base: str) -> str | None:
    """The candidate as an absolute http(s) address, percent-encoded, or None if it is none we would visit or show.

    Refuses other schemes, control characters, userinfo (which disguises the host) and more than `LONGEST_URL`.
    """
    candidate = candidate.strip()
    if _CONTROL.search(candidate) or len(candidate) > LONGEST_URL:
        return None
    try:
        disguised = "@" in urlsplit(candidate).netloc
        parts = _split(urljoin(base, candidate))
        if parts is None or disguised:
            return None
        path, query, fragment = (quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment))
    except ValueError:  # a malformed IPv6 address, half a surrogate pair
        return None
    url = urlunsplit((parts.scheme, _netloc(parts), path, query, fragment))
    return url if len(url) <= LONGEST_URL else None


def host(url: str) -> str:
    """The host in lower case, an IPv6 address without brackets; "" if the address has none."""
    parts = _split(url.strip())
    return parts.hostname or "" if parts else ""


def same_site(one: str, other: str) -> bool:
    """Whether the hosts are the same, or one lies below the other; "www." makes no difference."""
    first, second = (host(address).removeprefix("www.") for address in (one, other))
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def keeps_secrets(first: str, then: str) -> bool:
    """Whether a secret meant for the first address may go to the second: same origin, or the same host moved to TLS."""
    one, two = _split(first), _split(then)
    if one is None or two is None or one.hostname != two.hostname:
        return False
    if (one.scheme, _port(one)) == (two.scheme, _port(two)):
        return True
    return (one.scheme, _port(one)) == ("http", 80) and (two.scheme, _port(two)) == ("https", 443)


def holds_secret(url: str) -> bool:
    """Whether the address looks as if it opened a door: a private feed with a key in its path or parameters."""
    parts = _split(url)
    if parts is None:
        return False
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _OPEN_NAMES]
    return (
        bool(parts.username or parts.password)
        or any(_SECRET_NAMES.search(name) or _UNGUESSABLE.fullmatch(value) for name, value in pairs)
        or any(_UNGUESSABLE.fullmatch(step.partition(".")[0]) for step in parts.path.split("/"))
    )


def is_downgrade(first: str, then: str) -> bool:
    """Whether going from one to the other gives up TLS."""
    return first.lower().startswith("https:") and not then.lower().startswith("https:")


def is_wall(url: str) -> bool:
    """Whether the address is a sign-in or consent page."""
    parts = _split(url)
    if parts is None:
        return False
    labels = (parts.hostname or "").split(".")[:-2]  # what stands before the site's own name
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    return bool(_WALL_HOSTS.intersection(labels) or (segments and {segments[0], segments[-1]} & _WALL_PATHS))


def is_front_page(url: str) -> bool:
    """Whether the address is a site's root: where sites send whatever they no longer have."""
    parts = _split(url)
    return parts is not None and parts.path in {"", "/"} and not parts.query


def words_of(url: str) -> str:
    """The words of which an address is made, as a hint at what its page is about; "" where it tells none.

    Each begins with a capital, as in a headline: nobody knows any more which of them is a name.
    Numbers of one or two digits may be seasons; longer ones, and what mixes letters and digits, are ids.
    """
    parts = _split(url)
    segments = unquote(parts.path).split("/") if parts else []
    named = [
        [word for word in _PARTS.split(_ENDING.sub("", segment)) if _SPOKEN.fullmatch(word)] for segment in segments
    ]
    best = max(named, key=len, default=[])
    return " ".join(word[:1].upper() + word[1:] for word in best) if len(best) >= _FEWEST_WORDS else ""


def _split(url: str) -> SplitResult | None:
    """The parts of a web address with a plausible host and port, else None."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number or out of range
    except ValueError:
        return None
    name = parts.hostname or ""
    if parts.scheme not in _WEB or not name or not name.isprintable() or _NOT_IN_HOST.search(name):
        return None
    return parts


def _netloc(parts: SplitResult) -> str:
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    port = parts.port
    return name if port is None or port == _DEFAULT_PORT[parts.scheme] else f"{name}:{port}"


def _port(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else _DEFAULT_PORT[parts.scheme]


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
