"""Tells a currency's sign or code beside a printed number from any other word."""

import re
import unicodedata

_ISO_4217 = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD
    FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
    KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB RON
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
"""
_CODES = frozenset(_ISO_4217.split())
_WORD_OF_MONEY = re.compile(r"[^\W\d_]*[^\w\s.,()%+*/#&@'\"-]|[^\W\d_]{3}")
_LONGEST_SIGN = 4  # with the letters before it, as in US$


def without_currency(text: str) -> str:
    """A printed number without the currency's sign or code before it, after it, or after its minus.

    >>> without_currency("US$ 1,234"), without_currency("(12) CHF"), without_currency("-€5")
    ('1,234', '(12)', '-5')
    """
    bare = text.strip()
    minus = bare[:1] if bare[:1] in ("-", "−") and bare[1:].strip() else ""
    bare = bare[len(minus) :].strip()
    before = _WORD_OF_MONEY.match(bare)
    if before and is_currency(before.group()):
        bare = bare[before.end() :].strip()
    after = re.search(rf"(?:{_WORD_OF_MONEY.pattern})$", bare)
    if after and is_currency(after.group()):
        bare = bare[: after.start()].strip()
    return minus + bare


def is_currency(word: str) -> bool:
    """Whether a word is the code of a currency, or a currency's sign with up to three letters before it."""
    if word in _CODES:
        return True
    return len(word) <= _LONGEST_SIGN and unicodedata.category(word[-1:] or " ") == "Sc"
