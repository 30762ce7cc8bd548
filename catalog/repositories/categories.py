"""The category tree."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from catalog.models import Category, CategoryAlias
from catalog.repositories.catalog_state import bump
from catalog.repositories.product_records import CategoryRecord
from catalog.search.segmentation import normalize

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_MAX_SLUG = 120


@dataclass(frozen=True, slots=True)
class CategoryInfo:
    """A category; `names` and `aliases` are by language, `parent_slug` is None at the root."""

    key: int
    slug: str
    names: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]
    parent_slug: str | None
    picture: str | None
    is_leaf: bool


def slugify(name: str) -> str:
    """Return a slug: Latin letters and digits with hyphens, or a short hash where the name has none."""
    slug = _NOT_SLUG.sub("-", normalize(name)).strip("-")[:_MAX_SLUG]
    return slug or "c-" + hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:10]


def list_categories(session: Session) -> list[CategoryInfo]:
    """Return every category, parents before their children, in the shop's order."""
    rows = session.execute(
        select(
            Category.id, Category.slug, Category.parent_id, Category.name_en, Category.name_zh, Category.picture
        ).order_by(Category.position, Category.id)
    ).all()
    aliases: dict[int, dict[str, list[str]]] = {}
    for key, language, alias in session.execute(
        select(CategoryAlias.category_id, CategoryAlias.language, CategoryAlias.alias)
    ):
        aliases.setdefault(key, {}).setdefault(language, []).append(alias)
    slugs = {row.id: row.slug for row in rows}
    parents = {row.parent_id for row in rows}
    infos = {
        row.id: CategoryInfo(
            key=row.id,
            slug=row.slug,
            names={"en": row.name_en} | ({"zh": row.name_zh} if row.name_zh else {}),
            aliases={language: tuple(names) for language, names in aliases.get(row.id, {}).items()},
            parent_slug=slugs.get(row.parent_id),
            picture=row.picture,
            is_leaf=row.id not in parents,
        )
        for row in rows
    }
    return _parents_first(infos.values())


def _parents_first(infos: Iterable[CategoryInfo]) -> list[CategoryInfo]:
    children: dict[str | None, list[CategoryInfo]] = {}
    for info in infos:
        children.setdefault(info.parent_slug, []).append(info)
    ordered: list[CategoryInfo] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        info = waiting.pop()
        ordered.append(info)
        waiting.extend(reversed(children.get(info.slug, [])))
    return ordered


def save_categories(session: Session, records: Sequence[CategoryRecord]) -> None:
    """Create or change categories by slug, parents before children; nothing is deleted."""
    keys = dict(session.execute(select(Category.slug, Category.id)).all())
    for position, record in enumerate(records):
        values = {
            "slug": record.slug,
            "parent_id": keys[record.parent_slug] if record.parent_slug else None,
            "name_en": record.names.get("en") or next(iter(record.names.values())),
            "name_zh": record.names.get("zh"),
            "picture": record.picture,
            "position": position,
        }
        row = session.get(Category, keys[record.slug]) if record.slug in keys else Category(aliases=[])
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        keys[record.slug] = row.id
        session.execute(delete(CategoryAlias).where(CategoryAlias.category_id == row.id))
        aliases = [
            {"category_id": row.id, "language": language, "alias": alias}
            for language, names in record.aliases.items()
            for alias in dict.fromkeys(names)
        ]
        if aliases:
            session.execute(insert(CategoryAlias), aliases)
    bump(session, "catalog_version")


@dataclass(slots=True)
class CategoryPaths:
    """Finds a category by slug or by its names from the root down, and creates what is missing.

    One lives for one import; call `load` first. `ancestry` gives the words of a category and those above it.
    """

    session: Session
    _by_slug: dict[str, CategoryInfo] = field(default_factory=dict)
    _by_path: dict[tuple[str | None, str], str] = field(default_factory=dict)
    _words: dict[int, str] = field(default_factory=dict)

    def load(self) -> "CategoryPaths":
        """Read the tree."""
        for info in list_categories(self.session):
            self._remember(info)
        return self

    def _remember(self, info: CategoryInfo) -> None:
        self._by_slug[info.slug] = info
        for name in info.names.values():
            self._by_path[info.parent_slug, normalize(name)] = info.slug

    def key(self, slug: str | None, path: Sequence[str]) -> int:
        """Return the key of a category.

        Raises:
            KeyError: `slug` is given and unknown.
        """
        if slug:
            return self._by_slug[slug].key
        parent: str | None = None
        for name in path or ("Other",):
            known = self._by_path.get((parent, normalize(name)))
            if known is None and len(path) == 1:
                known = self._anywhere(name)
            parent = known or self._create(parent, name)
        assert parent is not None
        return self._by_slug[parent].key

    def _anywhere(self, name: str) -> str | None:
        """Return a category of that name at any depth: files often give the leaf alone."""
        wanted = normalize(name)
        return next((slug for (_, known), slug in self._by_path.items() if known == wanted), None)

    def _create(self, parent: str | None, name: str) -> str:
        slug = slugify(name)
        if slug in self._by_slug:
            slug = f"{parent or 'root'}-{slug}"[:_MAX_SLUG]
        if slug in self._by_slug:
            slug = (
                slugify(name)[:100]
                + "-"
                + hashlib.sha1(f"{parent}/{name}".encode(), usedforsecurity=False).hexdigest()[:8]
            )
        chinese = any("\u4e00" <= character <= "\u9fff" for character in name)
        row = Category(
            slug=slug,
            parent_id=self._by_slug[parent].key if parent else None,
            name_en=name,
            name_zh=name if chinese else None,
            position=len(self._by_slug),
        )
        self.session.add(row)
        self.session.flush()
        names = {"en": name, "zh": name} if chinese else {"en": name}
        self._remember(CategoryInfo(row.id, slug, names, {}, parent, None, is_leaf=True))
        return slug

    def words(self, key: int) -> str:
        """Return the names and aliases of a category and of those above it, for the text index."""
        if key not in self._words:
            info = next(info for info in self._by_slug.values() if info.key == key)
            parts: list[str] = []
            while True:
                parts.extend(info.names.values())
                parts.extend(alias for aliases in info.aliases.values() for alias in aliases)
                if info.parent_slug is None:
                    break
                info = self._by_slug[info.parent_slug]
            self._words[key] = " , ".join(dict.fromkeys(parts))
        return self._words[key]
