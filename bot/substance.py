"""What a message says, without greeting, thanks, small talk and signature. Pure.

It reads what is left after redaction: a name is [name] there.
"""

from __future__ import annotations

import re

from bot.courtesy import courtesy

SIGNATURE = 8
"""Lines at the end in which a signature may begin."""


def substance(text: str) -> str:
    """A text without greeting, thanks, small talk and signature; its lines stay."""
    lines = [_line(line) for line in _unsigned(text.strip().splitlines())]
    kept = "\n".join(line for line in lines if line is not None)
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _unsigned(lines: list[str]) -> list[str]:
    """Without what stands below "Best regards", where that is near the end."""
    ends = (at for at, line in enumerate(lines) if at >= len(lines) - SIGNATURE and _REGARDS.fullmatch(line.strip()))
    return lines[: next(ends, len(lines))]


def _line(line: str) -> str | None:
    """A line without small talk; None where it was nothing else."""
    if not line.strip():
        return ""
    if courtesy(line):
        return None
    left = _SIGNED.sub("", _GREETING.sub("", line, count=1))
    said = sentences(left)
    kept = [sentence for sentence in said if not _small_talk(sentence)]
    return (left if kept == said else " ".join(kept)).rstrip() or None


def sentences(line: str) -> list[str]:
    """The sentences of a line."""
    return _SENTENCE.split(line)


def _small_talk(sentence: str) -> bool:
    plain = BRACKETED.sub("", sentence).strip(" ,.!?-–:;")
    return not plain or courtesy(plain) or _SMALL_TALK.fullmatch(plain) is not None


BRACKETED = re.compile(r"\[[\w -]{2,20}\]")
_WHOM = (
    r"\[name\]|all|team|there|everyone|everybody|folks|support|it|help ?desk|zusammen|tous|equipo|dr\.?|mr\.?|mrs\.?|"
    r"ms\.?|frau|herr|mme|sra?\.?"
)
_GREETING = re.compile(
    r"\A[ \t]*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|"
    r"liebe[rs]?|moin|servus|sehr geehrte[rs]?|bonjour|bonsoir|salut|hola|estimad[oa]|"
    r"buen[oa]s (?:días|tardes|noches))\b"
    rf"(?:[ ,]+(?:{_WHOM}))*[ \t]*(?:[,.!:;–-]+[ \t]*|\Z)",
    re.IGNORECASE,
)
_WISHES = (
    r"(?:(?:best|kind|warm|many)(?: regards| wishes)?|regards|sincerely|yours.{0,12}|br|(?:many )?thanks|thank you|"
    r"cheers|(?:mit freundlichen|viele|liebe|beste|schöne) gr(?:ü|ue)(?:ß|ss)en?|gr[uü](?:ß|ss)e?|lg|vg|mfg|danke|"
    r"merci|cordialement|bien à vous|bonne journée|(?:un )?saludos?|gracias|atentamente)[,.!]*"
)
_REGARDS = re.compile(rf"{_WISHES}(?:[ ]*[-–—]?[ ]*\[name\])?|--", re.IGNORECASE)
_SIGNED = re.compile(rf"(?:\A|(?<=[\s.,!?\])])){_WISHES}[ ]*[-–—]?[ ]*\[name\][ .]*\Z", re.IGNORECASE)
"""Regards and a name at the end of a line."""
_SENTENCE = re.compile(r"(?<=[.!?])[ \t]+(?=\S)")
_WE = r"(?:i|we)(?:.ll|.m|.re| will| am| are)?"
_SMALL_TALK = re.compile(
    "|".join(
        (
            r"(?:please |(?:can|could) (?:you|someone|anyone|somebody) (?:please )?|i need )?help(?: me)?(?: please)?",
            r"(?:many |a lot of )?thanks?(?: you)?(?: (?:so|very) much)?(?: (?:in advance|for .{1,40}))?",
            r"(?:it is |this is )?urgent|asap|any help (?:is|would be) .{0,16}appreciated",
            r"(?:we are )?sorry (?:for|about) .{1,60}|(?:i )?hope (?:this|that|it) helps.{0,20}",
            r"have a (?:nice|good|great) .{1,20}|(?:please )?let (?:me|us) know.{0,60}",
            r"(?:please )?(?:feel free|don.t hesitate) to .{1,60}",
            rf"{_WE} (?:(?:have|take|having|taking) a )?look(?:ing)?(?: (?:into|at) (?:it|this))?(?: now| shortly)?",
            rf"{_WE} (?:working )?on (?:it|this)(?: now)?|{_WE} get back to you.{{0,30}}|looking into (?:it|this)",
            r"(?:just |give me )?(?:a|one) (?:moment|minute|second)(?: please)?",
            r"danke (?:im voraus|für .{1,40})|merci d.avance|gracias de antemano",
        )
    ),
    re.IGNORECASE,
)
