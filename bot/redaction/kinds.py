"""What is taken out of a text that strangers may read, by how it is written. Pure.

Every pattern takes time in proportion to the text: what repeats is bounded, possessive, or begins only where no such
run is under way.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from bot.redaction import checks
from bot.redaction.passwords import SECRETS, told
from bot.redaction.personal import BIRTHDAY, BORN, STREETS

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """Something to take out: `word` stands in its place, in brackets. `pattern`'s group `it`, or all of it, is taken
    where `fits`."""

    word: str
    pattern: re.Pattern[str]
    fits: Callable[[Match], bool] = lambda match: True


def it(match: Match) -> str:
    """What would be taken out."""
    return match["it"] if "it" in match.re.groupindex else match[0]


def _kind(word: str, pattern: str, fits: Callable[[Match], bool] = lambda match: True, flags: int = 0) -> Kind:
    return Kind(word, re.compile(pattern, flags), fits)


def _proven(check: Callable[[str], bool]) -> Callable[[Match], bool]:
    return lambda match: check(it(match))


_PREFIXED = (
    r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}",  # AWS
    r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}|glpat-[\w-]{20,255}",  # GitHub, GitLab
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,255}|xapp-\d-[A-Za-z0-9-]{10,255}",  # Slack
    r"AIza[\w-]{35}|ya29\.[\w-]{20,255}",  # Google
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{20,255}",  # Stripe
    r"sk-[A-Za-z][\w-]{19,255}|sk-[A-Za-z0-9]{20,255}|hf_[A-Za-z]{30,60}",  # language models
    r"npm_[A-Za-z0-9]{36}|pypi-AgEI[\w-]{50,255}|dop_v1_[a-f0-9]{64}|SG\.[\w-]{16,64}\.[\w-]{16,64}",
    r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,45}",  # Discord
    r"eyJ[\w-]{8,}+(?:\.[\w-]*+){2,4}",  # JSON Web Token: base64 of '{"'
)
_DIGITS = r"(?:(?:[ /()-]{0,3}|\.)\d)"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_GROUP = r"[0-9A-Fa-f]"


def _iban() -> str:
    """The shapes of all countries' account numbers."""
    by_length: dict[int, list[str]] = {}
    for country, length in checks.IBAN_LENGTHS.items():
        by_length.setdefault(length - 4, []).append(country)
    return "|".join(rf"(?:{'|'.join(c)})\d\d(?: ?[A-Z0-9]){{{rest}}}" for rest, c in by_length.items())


def _phone(least: int, most: int) -> Callable[[Match], bool]:
    def fits(match: Match) -> bool:
        digits = sum(c.isdigit() for c in it(match))
        return least <= digits <= most and not _DATE.search(it(match)) and not _clock(match)

    return fits


_DATE = re.compile(r"\b(?:\d\d?[./-]\d\d?[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d\d?[./-]\d\d?)(?!\d)")


def _clock(match: Match) -> bool:
    return match.string[match.end() : match.end() + 1] == ":"


def _is_no_version(match: Match) -> bool:
    before = match.string[max(0, match.start() - 24) : match.start()]
    return checks.ip_address(match[0]) and not _VERSION.search(before)


_VERSION = re.compile(r"(?:\bv|version|release|build|firmware|driver|treiber|versión)[ :=]{0,3}\Z", re.IGNORECASE)


def _random(match: Match) -> bool:
    """Whether a run of letters and digits is a key and no name: it changes between capitals, small letters and digits
    all the time, and hardly any character comes back. Source of the measure: Shannon's entropy, in bits a character."""
    text = match[0]
    kinds = [0 if c.isdigit() else 1 if c.isupper() else 2 for c in text if c.isalnum()]
    changes = sum(a != b for a, b in pairwise(kinds))
    return len(set(kinds)) == 3 and changes >= len(kinds) / 4 and _entropy(text) >= 3.5


def _entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def _has_digit(match: Match) -> bool:
    return any(c.isdigit() for c in it(match))


def _encoded(match: Match) -> bool:
    return _has_digit(match) or it(match).endswith("=")


def _is_named(match: Match) -> bool:
    return any(c.isdigit() or c == "-" for c in it(match))


def _is_somebody(match: Match) -> bool:
    return it(match).casefold() not in _NOBODYS_FOLDER


_FOLDERS = """
public default user username user-name user_name yourname your-name your_name your_username <user> %username% $user
administrator admin root shared all you name me someone guest
"""
_NOBODYS_FOLDER = frozenset(_FOLDERS.split())

KINDS: tuple[Kind, ...] = (
    _kind(
        "private key",
        r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----.*?"
        r"(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|\Z)",
        flags=re.DOTALL,
    ),
    _kind("token", rf"(?<![\w-])(?:{'|'.join(_PREFIXED)})(?![A-Za-z0-9])"),
    _kind("token", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<it>[\w/]{8,255})"),
    _kind("token", r"discord(?:app)?\.com/api/webhooks/(?P<it>\d{15,22}/[\w-]{20,255})"),
    _kind("token", r"\b(?:bearer|basic)[ \t]{1,3}(?P<it>[A-Za-z0-9._~+/=-]{12,})", _encoded, re.IGNORECASE),
    _kind("credentials", r"(?<![\w+.-])[A-Za-z][\w+.-]{1,20}://(?P<it>[^\s/@:\[\]]{1,100}:[^\s/@\[\]]{1,200})@"),
    _kind("credentials", r"(?<!\S)(?:-u|--user)[ =][\"']?(?P<it>[^\s:\[\]\"']{1,64}:[^\s\[\]\"']{3,100})"),
    _kind(
        "secret",
        r"[?&#](?:access_?token|id_?token|refresh_?token|token|api_?key|key|sig|signature|secret|client_?secret|"
        r"password|passwd|pwd|code|auth|otp|session(?:_?id)?|sid|ticket|invite)=(?P<it>[^\s&#\[\]<>\"']{4,})",
        flags=re.IGNORECASE,
    ),
    Kind("password", SECRETS, told),
    _kind("recovery key", r"(?<![\w-])(?:\d{6}-){7}\d{6}(?![\w-])"),
    _kind("licence key", r"(?<![\w-])(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}(?![\w-])", _has_digit),
    _kind("e-mail", r"(?<![\w.+%-])[\w.+%-]++@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"),
    _kind("IBAN", rf"(?<!\w)(?:{_iban()})(?!\w)", _proven(checks.iban), re.IGNORECASE),
    _kind(
        "card number",
        r"(?<![\w.,-])(?:[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d\d([ -]?)\d{6}\2\d{5}|[2-6]\d{12,18})(?![\w-])",
        _proven(checks.card),
    ),
    _kind("id number", r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])"),
    _kind("id number", r"(?<![\w-])\d\d ?\d{3} ?\d{3} ?\d{3}(?![\w-])", _proven(checks.german_tax_id)),
    _kind(
        "id number",
        r"(?<![\w-])[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?![\w-])",
        _proven(checks.french_nir),
    ),
    _kind("id number", r"(?<![\w-])(?:\d{8}|[XYZ]\d{7})-?[A-Z](?![\w-])", _proven(checks.spanish_dni)),
    _kind("date of birth", BIRTHDAY, flags=re.IGNORECASE),
    _kind("date of birth", BORN, flags=re.IGNORECASE),
    _kind("address", rf"(?<![\w.,/-])(?:{'|'.join(STREETS)})"),
    _kind("MAC address", rf"(?<![\w:-])(?:{_GROUP}{{2}}([:-]))(?:{_GROUP}{{2}}\1){{4}}{_GROUP}{{2}}(?![\w:-])"),
    _kind("MAC address", rf"(?<![\w.])(?:{_GROUP}{{4}}\.){{2}}{_GROUP}{{4}}(?![\w.])", _has_digit),
    _kind("IP address", r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?!\w|-\w|\.\w)", _is_no_version),
    _kind(
        "IP address",
        rf"(?<![\w:.])(?:{_GROUP}{{0,4}}:){{2,7}}(?:{_GROUP}{{1,4}}|(?:\d{{1,3}}\.){{3}}\d{{1,3}})?(?![\w:])",
        lambda match: _has_digit(match) and checks.ip_address(match[0]),
    ),
    _kind("phone", rf"(?<![\w.+])\+\d{_DIGITS}{{7,14}}(?:,? ?(?:ext\.?|x) ?\d{{1,6}})?(?!\w)", _phone(8, 21)),
    _kind("phone", rf"(?<![\w.,:/+-])00[1-9]{_DIGITS}{{8,13}}(?!\w)", _phone(11, 17)),
    _kind("phone", r"(?<![\w.,:/+-])\(?0[1-9]\d{0,4}\)?(?:[ /.-]{1,3}\d{2,8}){1,5}(?!\w)", _phone(9, 12)),
    _kind("phone", r"(?<![\w.,:/+-])0[1-9]\d{8,9}(?![\w-])"),
    _kind("phone", r"(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}(?![\w-])"),
    _kind(
        "phone",
        r"\b(?:tele(?:phone|fon|fonnummer|fono)|tel|phone|mobile|mobil|cell|handy(?:nummer)?|fax|portable|téléphone|"
        r"tél|teléfono|móvil|whatsapp|call|dial|reach|ring|appelez|llam[ae])\b[^\d\n+\[]{0,20}"
        rf"(?P<it>\+?\(?\d{_DIGITS}{{5,14}})(?!\w)",
        _phone(6, 15),
        re.IGNORECASE,
    ),
    _kind("phone", r"\b(?:ext|extension|durchwahl|dw|poste)[.:]? ?(?P<it>\d{3,6})(?!\w|\.\d)", flags=re.IGNORECASE),
    _kind(
        "serial number",
        r"\b(?:serial(?: ?(?:number|no\.?|nr\.?|#))?|s/n|service ?tag|asset ?tag|seriennummer|inventarnummer|imei|"
        r"num[ée]ro de s[ée]rie|número de serie)[ \t]{0,3}(?:is|ist|est|es|[:=#])?[ \t]{0,3}"
        r"(?P<it>[A-Z0-9][A-Z0-9-]{4,24})(?!\w)",
        _has_digit,
        re.IGNORECASE,
    ),
    _kind("host", r"\\\\(?P<it>[\w.-]{1,63})(?=\\)"),
    _kind(
        "host",
        rf"(?<![\w.@-])(?:{_LABEL}\.){{1,6}}(?:local|internal|intranet|corp|lan|localdomain|home\.arpa)(?![\w-]|\.\w)",
        flags=re.IGNORECASE,
    ),
    _kind("host", r"(?<![\w-])(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{5,12}(?![\w-])", _has_digit),
    _kind(
        "host",
        r"\b(?:host ?name|computer ?name|machine ?name|device ?name|rechnername|computername|nom de l.ordinateur|"
        r"nombre del equipo)[ \t]{0,3}(?:is|ist|est|es|[:=])[ \t]{0,3}(?P<it>[\w.-]{3,63})",
        _is_named,
        re.IGNORECASE,
    ),
    _kind(
        "name",
        r"(?:\b[a-z]:\\users\\|(?<!\w)/home/|(?<!\w)/users/)(?P<it>[^\s\\/:*?\"<>|\[\]`',;)]{2,64})",
        _is_somebody,
        re.IGNORECASE,
    ),
    _kind("name", r"<@[!&]?[\w.-]{2,40}(?:\|[^<>\n]{0,80})?>"),
    _kind("token", r"(?<![\w+=-])(?:[A-Za-z0-9_-]{24,}+)(?![\w+=-])", _random),
    _kind("token", r"(?<![\w+/=-])[A-Za-z0-9+/]{40,}+={0,2}(?![\w+/=-])", _random),
    _kind("token", r"(?<![\w-])(?:[0-9a-f]{32,}+|[0-9A-F]{32,}+)(?![\w-])", _has_digit),
)
