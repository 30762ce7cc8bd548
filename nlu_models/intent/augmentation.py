"""Typing as it happens: seeded variants of a message in which the annotated spans stay where they belong."""

import random
import re
from dataclasses import replace

from nlu_models.intent.messages import Message, Span

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_PUNCTUATION = re.compile(r"[,.!?;:，。！？；：、~…'’]+")


def _pieces(message: Message) -> list[tuple[str, str | None]]:
    pieces: list[tuple[str, str | None]] = []
    last = 0
    for span in message.spans or ():
        pieces.append((message.text[last : span.start], None))
        pieces.append((message.text[span.start : span.end], span.entity))
        last = span.end
    pieces.append((message.text[last:], None))
    return pieces


def _join(message: Message, pieces: list[tuple[str, str | None]]) -> Message:
    text, spans = "", []
    for piece, entity in pieces:
        if entity is not None and piece:
            spans.append(Span(len(text), len(text) + len(piece), entity))
        text += piece
    return replace(message, text=text, spans=None if message.spans is None else tuple(spans))


def _mistype(word: str, random_: random.Random) -> str:
    at = random_.randrange(1, len(word) - 1)
    kind = random_.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    near = _NEIGHBOURS.get(word[at].lower())
    return word[:at] + random_.choice(near) + word[at + 1 :] if near else word


def _mistype_piece(piece: str, random_: random.Random, rate: float) -> str:
    words = piece.split(" ")
    return " ".join(
        _mistype(word, random_)
        if len(word) > 3 and word.isascii() and word.isalpha() and random_.random() < rate
        else word
        for word in words
    )


def typed_badly(message: Message, random_: random.Random) -> Message:
    """Return the message as a hurried person types it: no capitals, no punctuation, a letter wrong.

    Chinese messages lose punctuation and now and then one character outside the annotated spans.
    """
    pieces = _pieces(message)
    if random_.random() < 0.6:
        pieces = [(_PUNCTUATION.sub("", text) if entity is None else text, entity) for text, entity in pieces]
    if message.language == "zh":
        plain = [n for n, (text, entity) in enumerate(pieces) if entity is None and len(text) > 5]
        if plain and random_.random() < 0.5:
            index = random_.choice(plain)
            text = pieces[index][0]
            at = random_.randrange(len(text))
            pieces[index] = (text[:at] + text[at + 1 :], None)
    else:
        if random_.random() < 0.5:
            pieces = [(text.lower(), entity) for text, entity in pieces]
        rate = random_.choice((0.0, 0.1, 0.25))
        pieces = [(_mistype_piece(text, random_, rate), entity) for text, entity in pieces]
    joined = _join(message, pieces)
    return joined if joined.text.strip() else message
