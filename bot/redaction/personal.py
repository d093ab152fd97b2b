"""How streets and dates of birth are written, in English, German, French and Spanish."""

from __future__ import annotations

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic)"
    r"\w{0,8}\.?"
)
_OF_MONTH = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY = (
    rf"(?:{_OF_MONTH}[./-] ?{_OF_MONTH}[./-] ?(?:19|20)?\d\d|(?:19|20)\d\d[./-]{_OF_MONTH}[./-]{_OF_MONTH}"
    rf"|{_OF_MONTH}(?:st|nd|rd|th|er)?[. ]{{1,2}}(?:of |de )?{_MONTH},? (?:de |del )?\d{{4}}"
    rf"|{_MONTH} {_OF_MONTH}(?:st|nd|rd|th)?,? \d{{4}})"
)
_NAMED = r"(?!(?:For|In|To|On|At|And|With|From|Of)\b)(?:[A-Z]\.|St\.|[A-ZÀ-ÖØ-Þ][\w'’-]{0,30})"
STREETS = (
    r"\d{1,5}[A-Za-z]?(?:[/-]\d{1,5}[A-Za-z]?)? "
    rf"(?:{_NAMED} ){{1,3}}"
    r"(?:St\.|(?:[Ss]treet|[Rr]oad|Rd|[Aa]venue|Ave|[Ll]ane|[Bb]oulevard|Blvd)\b)",
    r"(?!Fertigung|Produktion|Montage|Infra|Regi)[A-ZÄÖÜ][\wäöüß-]{1,30}(?:straße|strasse|str\.|gasse|allee)"
    r" \d{1,4}[a-z]?\b",
    rf"{_NAMED} (?:Straße|Strasse|Str\.|Allee) \d{{1,4}}[a-z]?\b",
    r"\d{1,4}(?: ?(?:bis|ter))?,? "
    r"(?:(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Ii]mpasse) (?:(?:de la|de|du|des) |(?:de )?[ld]['’])?"
    rf"|[Cc]hemin (?:de la|de|du|des) ){_NAMED}(?: {_NAMED}){{0,3}}",
    rf"(?:[Cc]alle|[Aa]venida|[Aa]vda\.|[Pp]aseo) (?:(?:de la|del|de los|de las|de) )?{_NAMED}(?: {_NAMED}){{0,3}},? "
    r"(?:n[ºo.]{0,2} ?)?\d{1,4}\b",
)
"""House numbers with a street, as English, German, French and Spanish write them."""

BIRTHDAY = (
    r"\b(?:born|date of birth|d\.?o\.?b|birth(?:day|date)|geboren|geburts(?:datum|tag)|geb|née?|date de naissance|"
    r"nacid[oa]|fecha de nacimiento)\b\.?[ \t]{0,3}"
    r"(?:(?:is|on|the|ist|am|est|le|es|el|[:–-]|\([dmyj/. -]{6,12}\))[ \t]{0,3}){0,3}"
    rf"(?P<it>{_DAY})(?!\w)"
)
BORN = rf"\bam (?P<it>{_DAY}) geboren\b"
