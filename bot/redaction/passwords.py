"""Passwords and codes as people tell them in words: "my password is …", "pw: …", "das Kennwort lautet …". Pure."""

from __future__ import annotations

import re

_NOUN = (
    r"pass ?words?|passwd|pass ?phrase|pass ?code|pwd|pw|pin(?: ?code| number)?|otp|one[- ]time (?:code|password|pin)|"
    r"(?:verification|security|login|log-in|access|recovery|unlock|activation) (?:code|key)|cvv2?|cvc|"
    r"api[_ -]?(?:key|token)|(?:client|shared|app)[_ -]?secret|secret(?:[_ -]?(?:access[_ -]?)?key)?|access[_ -]?key|"
    r"account ?key|shared ?access ?key|access[_ -]?token|auth[_ -]?token|token|cred(?:ential)?s?|"
    r"pass(?=[ \t]{0,3}[:=]|[ \t]is\b)|"
    r"pass?wort|kennwort|zugangscode|einmalcode|geheimzahl|zugangsdaten|"
    r"mot de passe|mdp|code (?:secret|pin|d.acc[eè]s)|contraseña|contrasena|clave(?: de acceso)?|c[oó]digo de acceso"
)
_SIGN = r"[ \t]{0,3}(?:[:=|]|->|=>|–|→|>(?=[^\s<>]{3,99}</))[*_]{0,3}[ \t]{0,3}"
"""Also the end of a cell in a table, and of a tag in XML."""
_BELOW = r"(?:\r?\n[ \t]{0,3}){0,2}(?:```\w{0,10}\n)?(?:>[ \t]{0,3})?"
"""What it is told with may stand on a line of its own, and the secret below it, quoted or in a block of code."""
_VERB = (
    r"(?:[ \t]{1,3}|[ \t]{0,3}\r?\n)(?:(?:(?:is|was|has been) )?(?:set|changed|reset) to|is|was|are|will be|"
    r"lautet|ist|war|est|était|es|era|será)"
    r"(?:[ \t]{1,3}(?:now|still|currently|just|jetzt|noch|simply))?[ \t]{0,3}:?[ \t]{1,3}"
)
SECRETS = re.compile(
    rf"(?<![^\W_])(?:{_NOUN})[\"'*_]{{0,3}}"
    r"(?:[ \t]{1,3}(?:for|of|on|to|at|für|von|pour|para|de|del)\b[^\n:=.!?\[]{1,40}?)?"
    rf"(?:(?P<sign>{_SIGN}{_BELOW})|{_VERB}|[ \t](?=\S{{6}})(?=\S{{0,40}}\d)(?=\S{{0,40}}[^\W\d_]))"
    r"(?P<it>[\"“„«'‘`][^\n\"”“»'’`\[\]]{3,60}[\"”“»'’`]|[^\s\[\]\"“`;]{2,99}[^\s\[\]\"“`.,;:?)])",
    re.IGNORECASE,
)
"""`sign`: it is told with a colon or the like, as in a list of what to fill in. `it`: what was told."""
_END = re.compile(r"[ \t]*(?:[.,;!?)\n]|\Z|[ \t](?:and|but|for|or|on|at|und|aber|für|et|mais|pour|y|pero|para)\b)")
_SAID = """
a about above accepted allowed already also always an any applied as at available be because been being below best
blank blocked both bulletproof cached case case-insensitive case-sensitive changed changing checked complete complex
compliant compromised confirmed copied correct correctly created default deleted different disabled displayed due easy
either empty enabled encrypted enough enter entered exactly expired expiring false fine first found forgotten generated
given gone good greyed grayed handled hashed here hidden identical ignored important in incorrect incorrectly insecure
invalid known leaked like locked long longer lost managed masked missing must needed never new no none not null obsolete
ok okay old on one only optional or out outdated part pasted pending possible prompted protected provided randomly
refused rejected remembered required requested reset resetting reused revoked right safe same saved secure see sent set
shared short shown similar simple stale still stored strong stuck sufficient supposed synced synchronised synchronized
taken temporary that the there this to too true two typed unavailable unchanged unclear undefined unique unknown unset
unusable up updated used useless valid verified visible wanted weak what when where working wrong your
abgelaufen falsch gesperrt ungültig unbekannt vergessen korrekt richtig gültig nicht zu leer erforderlich zurückgesetzt
geändert weg neu alt sicher unsicher schwach das die der ein eine immer noch gleich auch
expiré incorrect erroné invalide bloqué oublié bon mauvais faux requis obligatoire vide trop changé réinitialisé valide
pas plus le la un une toujours
caducada caducado incorrecta incorrecto errónea inválida bloqueada olvidada correcta válida obligatoria vacía demasiado
cambiada restablecida el una siempre
"""
_STATES = frozenset(_SAID.split())
"""What is said of a password without telling it."""
_OUTSIDE = " \t.,;:!?()<>\"“”„«»'‘’`*_"


def told(match: re.Match[str]) -> bool:
    """Whether a secret was told: not that it has expired, and not where it is to be typed."""
    value = match["it"].strip(_OUTSIDE)
    if len(value) < 3 or value.casefold() in _STATES or value.startswith(("http://", "https://")):
        return False
    letters = value.replace("-", "").replace("'", "").replace("’", "").replace("/", "")
    if not letters.isalpha() or not (letters[1:].islower() or letters.isupper()):
        return True
    if match["it"][0] in "\"“„«'‘`":
        return True
    if not match["sign"] and value.casefold().endswith(("ed", "ing")):
        return False
    return bool(_END.match(match.string, match.end()))
