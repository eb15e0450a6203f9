"""Currencies as headers name them."""

from __future__ import annotations

CURRENCIES = {
    "USD": "usd 美元 美金 us$",
    "AUD": "aud 澳元 澳币 a$",
    "NZD": "nzd 纽币 新西兰元 nz$",
    "EUR": "eur euro euros 欧元",
    "GBP": "gbp 英镑",
    "HKD": "hkd 港币 港元 hk$",
    "SGD": "sgd 新币 s$",
    "CAD": "cad 加元",
    "JPY": "jpy 日元",
}
"""ISO code → how headers name the currency; another currency than the yuan makes an amount another figure."""
