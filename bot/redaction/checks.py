"""Numbers that prove themselves: check digits of cards, accounts and national ids. Pure.

A number is given as it was written, with its blanks and dashes.
"""

from __future__ import annotations

import ipaddress
from collections import Counter

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19,
    "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""By country, how many letters and digits. Source: SWIFT's IBAN registry."""


def bare(number: str) -> str:
    """Its letters and digits alone, in capitals."""
    return "".join(c for c in number if c.isalnum()).upper()


def card(number: str) -> bool:
    """Source: ISO/IEC 7812-1, annex B (Luhn)."""
    digits = [int(c) for c in reversed(bare(number))]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def iban(number: str) -> bool:
    """Source: ISO 13616 and ISO 7064 MOD 97-10."""
    plain = bare(number)
    if IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def german_tax_id(number: str) -> bool:
    """Source: the Federal Central Tax Office's rules for the IdNr: of the first ten digits exactly one occurs twice or
    three times; ISO 7064 MOD 11,10."""
    digits = [int(c) for c in bare(number)]
    repeated = [count for count in Counter(digits[:10]).values() if count > 1]
    if digits[0] == 0 or len(repeated) != 1 or repeated[0] > 3:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == digits[10]


def french_nir(number: str) -> bool:
    """The social security number. Source: INSEE; Corsica's 2A and 2B count as 19 and 18."""
    plain = bare(number)
    digits = plain[:13].replace("2A", "19").replace("2B", "18")
    return digits.isdigit() and 97 - int(digits) % 97 == int(plain[13:])


def spanish_dni(number: str) -> bool:
    """DNI and NIE. Source: Ministry of the Interior; the letter is the number modulo 23, with X, Y, Z as 0, 1, 2."""
    plain = bare(number)
    digits = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == plain[-1]


def ip_address(text: str) -> bool:
    """Whether it is the address of some machine: no loopback, no netmask, and not the one that means any."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or text.startswith("255."))
