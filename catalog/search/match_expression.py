"""From a shopper's words to a full-text query of either engine."""

from collections.abc import Collection
from dataclasses import dataclass

from catalog.search.segmentation import is_chinese, segment, tokens
from catalog.search.stop_words import CHINESE, ENGLISH

_MAX_TERMS = 24


@dataclass(frozen=True, slots=True)
class TextTerms:
    """The phrases of a query, each a tuple of index tokens.

    `strict` must all be found for a full match; any of `loose` makes a partial one.
    """

    strict: tuple[tuple[str, ...], ...]
    loose: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.loose)


def text_terms(text: str, chinese_words: Collection[str], longest: int) -> TextTerms:
    """Cut a query into phrases.

    Args:
        text: what the shopper wants, such as "black smartwatch" or 「苹果智能手表」.
        chinese_words: words of this shop (categories, brands) that a run of Chinese is cut by, longest first.
        longest: the length of the longest of them.

    Returns:
        The phrases. A run of Chinese without a known word is one strict phrase, and its pairs of characters are loose.
    """
    strict: list[str] = []
    loose: list[str] = []
    for token in tokens(text):
        if not is_chinese(token):
            if token not in ENGLISH:
                strict.append(token)
                loose.append(token)
            continue
        for piece, known in _cut(token, chinese_words, longest):
            if piece in CHINESE:
                continue
            strict.append(piece)
            loose.append(piece)
            if not known and len(piece) > 2:
                loose.extend(piece[at : at + 2] for at in range(len(piece) - 1))
    return TextTerms(_phrases(strict), _phrases(loose))


def _phrases(words: list[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(segment(word).split()) for word in dict.fromkeys(words[:_MAX_TERMS]))


def _cut(run: str, known: Collection[str], longest: int) -> list[tuple[str, bool]]:
    """Cut a run by the longest known words and stop words from the left; what lies between stays together."""
    pieces: list[tuple[str, bool]] = []
    rest = ""
    at = 0
    while at < len(run):
        for length in range(min(longest, len(run) - at), 0, -1):
            word = run[at : at + length]
            if (length > 1 and word in known) or word in CHINESE:
                if rest:
                    pieces.append((rest, False))
                    rest = ""
                pieces.append((word, True))
                at += length
                break
        else:
            rest += run[at]
            at += 1
    if rest:
        pieces.append((rest, False))
    return pieces


def fts5_expression(phrases: tuple[tuple[str, ...], ...], *, every: bool) -> str:
    """Return an FTS5 MATCH expression; every token is quoted, so nothing in it is syntax."""
    quoted = ('"' + " ".join(token.replace('"', "") for token in phrase) + '"' for phrase in phrases)
    return (" AND " if every else " OR ").join(quoted)


def tsquery_expression(phrases: tuple[tuple[str, ...], ...], *, every: bool) -> str:
    """Return the text for `to_tsquery('english', …)`; every token is quoted, so nothing in it is syntax."""
    quoted = (
        "(" + " <-> ".join("'" + token.replace("'", "").replace("\\", "") + "'" for token in phrase) + ")"
        for phrase in phrases
    )
    return (" & " if every else " | ").join(quoted)
