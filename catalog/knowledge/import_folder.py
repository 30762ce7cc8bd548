"""Loading a folder of policies into the shop."""

import os
from dataclasses import dataclass
from pathlib import Path, PurePath

from sqlalchemy.orm import Session

from catalog.knowledge.policy_file import PolicyFileError, read_policy
from catalog.repositories.knowledge import Saved, retire_missing, save_document

_OTHER_DOCUMENTS = frozenset({".markdown", ".mdx", ".txt", ".doc", ".docx", ".pdf", ".htm", ".html", ".rtf"})


@dataclass(frozen=True, slots=True)
class PolicyImport:
    """What an import changed.

    `errors` are sentences about files that could not be read; `retired` names the documents that are answered from no
    longer, with the files that they came from.
    """

    created: int
    updated: int
    unchanged: int
    errors: tuple[str, ...]
    retired: tuple[str, ...] = ()


def import_policies(session: Session, folder: Path) -> PolicyImport:
    """Load every `*.md` below a folder; good files load though others are wrong, other documents are named.

    A document that came from a file below this folder, and that no file there holds now, is retired. Files that cannot
    be read keep theirs, and where no file can be read, nothing is retired.

    Raises:
        FileNotFoundError: the folder does not exist, or holds nothing to read.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder")
    counts = dict.fromkeys(Saved, 0)
    errors: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    unread: set[str] = set()
    root = PurePath(_absolute(folder))
    for path in sorted(folder.rglob("*")):
        name, kind = path.relative_to(folder).as_posix(), path.suffix.lower()
        if kind in _OTHER_DOCUMENTS:
            errors.append(f"{name}: only Markdown files whose names end in .md are read")
        if kind != ".md" or path.name.lower() == "readme.md":
            continue
        source = _absolute(path)
        try:
            document = read_policy(path, name)
        except PolicyFileError as error:
            errors.append(str(error))
            unread.add(source)
            continue
        identity = (document.slug, document.language)
        if identity in seen:
            errors.append(f"{name}: {document.slug} in {document.language} is in {seen[identity]} already")
            unread.add(source)
            continue
        seen[identity] = name
        counts[save_document(session, document, source)] += 1
    if not seen and not errors:
        raise FileNotFoundError(f"{folder} holds no policies (Markdown files whose names end in .md)")
    retired = retire_missing(session, root, held=seen, unread=unread) if seen else []
    return PolicyImport(
        counts[Saved.CREATED],
        counts[Saved.UPDATED],
        counts[Saved.UNCHANGED],
        tuple(errors),
        tuple(
            f"{document.slug} in {document.language} ({PurePath(document.source or '').relative_to(root)})"
            for document in retired
        ),
    )


def _absolute(path: Path) -> str:
    """Return the path that the merchant named, from the root on: a link to another folder is still the same place.

    A name that is not UTF-8 is made so, since a database takes no other.
    """
    return os.fsencode(os.path.abspath(path)).decode("utf-8", "replace")
