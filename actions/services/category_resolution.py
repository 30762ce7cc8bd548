"""Which category a shopper means: an exact name first, then the model's distribution, then the nearest spelling."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rapidfuzz import fuzz, process

from actions.services.shop_facts import ShopFacts
from catalog.search.segmentation import is_chinese, tokens

_CONFIDENT = 0.6
_VERY_CONFIDENT = 0.85
_ALMOST_EQUAL = 88
_LONGEST_WORDS = 4
_LONGEST_CHINESE = 8
_MOST_UNITED = 4
_HEAD_ZH = 2
_AFTER_A_KIND = frozenset(
    """for under below over above with without in on at that which from by between less cheaper than around about up
    please pls thanks and or but not no except to as made of you do i can is are as my me now""".split()  # noqa: SIM905  # a word list
)
_ADJECTIVES = frozenset(("wireless", "bluetooth", "waterproof", "portable", "cheap", "new", "small", "mini", "wired"))
_AFTER_A_KIND_ZH = "的吗呢吧有，。？！、和或啊呀嘛么给送用要"


@dataclass(frozen=True, slots=True)
class Kind:
    """The categories meant, and the words that said so; `slugs` is empty where the shop has no such kind."""

    slugs: tuple[str, ...] = ()
    words: str = ""


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _pieces(word: str) -> list[str]:
    """Return a Latin word in the singular, or the pairs of characters of a Chinese one."""
    if is_chinese(word):
        return [word[at : at + 2] for at in range(len(word) - 1)]
    return [_singular(word)] if len(word) > 3 else []


def kind_key(name: str) -> str:
    """Return a name in the form in which names are compared: lower case, singular, one space."""
    return " ".join(_singular(word) for word in tokens(name))


class CategoryNames:
    """The names of a shop's categories, ready to be found in text. Built once a version of the catalogue."""

    def __init__(self, facts: ShopFacts) -> None:
        self._facts = facts
        self._slugs: dict[str, tuple[str, ...]] = {}
        main: dict[str, set[str]] = {}
        for info in facts.categories.values():
            if not facts.size(info.slug):
                continue
            for name in info.names.values():
                main.setdefault(kind_key(name), set()).add(info.slug)
        every = {name: set(slugs) for name, slugs in main.items()}
        for info in facts.categories.values():
            if not facts.size(info.slug):
                continue
            for names in info.aliases.values():
                for name in names:
                    if kind_key(name) not in main:
                        every.setdefault(kind_key(name), set()).add(info.slug)
        order = list(facts.categories)
        self._slugs = {name: tuple(sorted(slugs, key=order.index)) for name, slugs in every.items() if name}
        self._words = sorted({word for name in self._slugs for word in name.split()})
        self._squeezed = {name.replace(" ", ""): name for name in self._slugs}
        self._leaf_names = [
            (info.slug, tuple(kind_key(n) for n in (*info.names.values(), *chain(*info.aliases.values()))))
            for info in facts.categories.values()
            if info.is_leaf and facts.size(info.slug)
        ]

    def exact(self, name: str) -> tuple[str, ...]:
        """Return the categories of exactly this name; spaces do not matter ("smart watch", "smartwatch")."""
        key = kind_key(name)
        return self._slugs.get(key) or self._slugs.get(self._squeezed.get(key.replace(" ", ""), ""), ())

    def ending_with(self, name: str) -> tuple[str, ...]:
        """Return the categories one of whose own names ends with this word: 手表 finds 智能手表."""
        key = kind_key(name)
        if len(key) < 2:
            return ()
        ending = key if is_chinese(key) else f" {key}"
        found = [slug for slug, names in self._leaf_names if any(name.endswith(ending) for name in names)]
        return tuple(found) if len(found) <= _MOST_UNITED else ()

    def nearest(self, name: str) -> tuple[str, ...]:
        """Return the categories whose name is nearly spelled like this."""
        key = kind_key(name)
        if len(key) < 4 or is_chinese(key):
            return ()
        match = process.extractOne(key, self._slugs.keys(), scorer=fuzz.ratio, score_cutoff=_ALMOST_EQUAL)
        return self._slugs[match[0]] if match else ()

    def is_misspelled(self, word: str) -> bool:
        """Tell whether a word is nearly one of those in the names, and none of them: "runing"."""
        if word in self._words:
            return False
        return process.extractOne(word, self._words, scorer=fuzz.ratio, score_cutoff=_ALMOST_EQUAL) is not None

    def shares_character(self, slug: str, words: str) -> bool:
        """Tell whether a category's names and Chinese words have a character in common."""
        return any(set(words) & set(name) for own, names in self._leaf_names if own == slug for name in names)

    def closest(self, text: str, *, limit: int = 3) -> list[str]:
        """Return categories with a name that shares a word with the text, for suggestions."""
        pieces = {part for word in tokens(text) for part in _pieces(word)}
        shared: Counter[str] = Counter()
        for name, slugs in self._slugs.items():
            own = {part for word in name.split() for part in _pieces(word)}
            shared.update({slug: len(own & pieces) for slug in slugs if own & pieces})
        return [slug for slug, _ in shared.most_common(limit)]

    def head_of(self, phrase: str) -> Kind:
        """Return the kind that a noun phrase ends with: "red running shoes" is running shoes, "phone case" no phone."""
        words = tokens(phrase)
        for start in range(max(0, len(words) - _LONGEST_WORDS), len(words)):
            slugs = self.exact(" ".join(words[start:]))
            if slugs:
                return Kind(slugs, " ".join(words[start:]))
        if words and is_chinese(words[-1]):
            run = words[-1]
            for start in range(max(0, len(run) - _LONGEST_CHINESE), len(run) - 1):
                if slugs := self.exact(run[start:]):
                    return Kind(slugs, run[start:])
        return Kind()

    def begins_with_kind(self, phrase: str) -> bool:
        """Tell whether a phrase is a kind and something after it: a "phone case" or 「手机壳」 is no phone."""
        words = tokens(phrase)
        if words and is_chinese(words[0]):
            return any(self.exact(words[0][:end]) for end in range(2, len(words[0])))
        return any(self.exact(" ".join(words[:end])) for end in range(1, len(words)))

    def in_text(self, text: str) -> Kind:
        """Return the longest kind named in a message, where nothing after it makes it something else."""
        words = tokens(text)
        for length in range(min(_LONGEST_WORDS, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                after = words[start + length] if start + length < len(words) else ""
                if after and not is_chinese(after) and after not in _AFTER_A_KIND and not after.isdigit():
                    continue
                phrase = " ".join(words[start : start + length])
                if len(phrase) > 2 and not is_chinese(phrase) and (slugs := self.exact(phrase)):
                    return Kind(slugs, phrase)
        return self._in_chinese([word for word in words if is_chinese(word)])

    def _in_chinese(self, runs: Iterable[str]) -> Kind:
        best = Kind()
        for run in runs:
            for length in range(min(_LONGEST_CHINESE, len(run)), max(1, len(best.words)), -1):
                for start in range(len(run) - length + 1):
                    after = run[start + length : start + length + 1]
                    if (not after or after in _AFTER_A_KIND_ZH) and (slugs := self.exact(run[start : start + length])):
                        best = Kind(slugs, run[start : start + length])
                        break
                if len(best.words) == length:
                    break
        return best


def resolve_kind(
    names: CategoryNames,
    facts: ShopFacts,
    *,
    text: str,
    product_type: str | None,
    distribution: Sequence[tuple[str, float]],
) -> Kind:
    """Say which categories a message asks for.

    Args:
        names: of the shop.
        facts: of the shop.
        text: the whole message.
        product_type: what the model marked as the kind of product, if anything.
        distribution: (slug, probability), the model's guess; its slugs may not be this shop's.

    Returns:
        The kind; without slugs where the words name no category of this shop.
    """
    known = [(slug, p) for slug, p in distribution if slug in facts.categories and facts.size(slug)]
    top, certainty = known[0] if known and known[0] == tuple(distribution[0]) else ("", 0.0)
    if product_type:
        whole = names.in_text(text)
        if whole.slugs and squeezed(product_type) in squeezed(whole.words):
            return Kind(_preferred(whole.slugs, dict(known)), whole.words)
        slugs = names.exact(product_type)
        if not slugs:
            head = names.head_of(product_type)
            slugs = head.slugs
        if len(slugs) > 1:
            slugs = _preferred(slugs, dict(known))
        if not slugs:
            slugs = names.ending_with(product_type) or names.nearest(product_type)
        if not slugs and is_chinese(product_type) and len(product_type) > _HEAD_ZH:  # 降燥耳机 is some 耳机
            slugs = names.ending_with(product_type[-_HEAD_ZH:])
        if not slugs and (left := without_adjectives(product_type)) != product_type:  # "gaming mouse wireless"
            slugs = names.exact(left) or names.head_of(left).slugs
        if not slugs and certainty >= _CONFIDENT and not names.begins_with_kind(product_type):
            foreign = is_chinese(product_type) and not names.shares_character(top, product_type)  # 洗发水 is no 吹风机
            slugs = () if foreign else (top,)
        return Kind(slugs, product_type)
    found = names.in_text(text)
    if found.slugs:
        return Kind(_preferred(found.slugs, dict(known)), found.words)
    if certainty >= _VERY_CONFIDENT:
        return Kind((top,), "")
    return Kind()


def without_adjectives(phrase: str) -> str:
    """Return a noun phrase without what is said behind the noun: "gaming mouse wireless" is a gaming mouse."""
    words = tokens(phrase)
    while words and (words[-1] in _ADJECTIVES or words[-1] in _AFTER_A_KIND):
        words.pop()
    return " ".join(words)


def _preferred(slugs: tuple[str, ...], probabilities: Mapping[str, float]) -> tuple[str, ...]:
    """Where a name belongs to several categories, keep the one that the model is sure of."""
    sure = [slug for slug in slugs if probabilities.get(slug, 0.0) >= _CONFIDENT]
    return tuple(sure[:1]) or slugs


def squeezed(text: str) -> str:
    """Return a name without spaces, as names are compared across spellings."""
    return kind_key(text).replace(" ", "")
