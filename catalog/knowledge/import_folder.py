"""Loading a folder of policies into the shop."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from catalog.knowledge.policy_file import PolicyFileError, read_policy
from catalog.repositories.knowledge import Saved, save_document

_OTHER_DOCUMENTS = frozenset({".markdown", ".mdx", ".txt", ".doc", ".docx", ".pdf", ".htm", ".html", ".rtf"})


@dataclass(frozen=True, slots=True)
class PolicyImport:
    """What an import changed; `errors` are sentences about files that could not be read."""

    created: int
    updated: int
    unchanged: int
    errors: tuple[str, ...]


def import_policies(session: Session, folder: Path) -> PolicyImport:
    """Load every `*.md` below a folder; good files load though others are wrong, other documents are named.

    Raises:
        FileNotFoundError: the folder does not exist, or holds nothing to read.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder")
    counts = dict.fromkeys(Saved, 0)
    errors: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for path in sorted(folder.rglob("*")):
        name, kind = path.relative_to(folder).as_posix(), path.suffix.lower()
        if kind in _OTHER_DOCUMENTS:
            errors.append(f"{name}: only Markdown files whose names end in .md are read")
        if kind != ".md" or path.name.lower() == "readme.md":
            continue
        try:
            document = read_policy(path, name)
        except PolicyFileError as error:
            errors.append(str(error))
            continue
        identity = (document.slug, document.language)
        if identity in seen:
            errors.append(f"{name}: {document.slug} in {document.language} is in {seen[identity]} already")
            continue
        seen[identity] = name
        counts[save_document(session, document)] += 1
    if not seen and not errors:
        raise FileNotFoundError(f"{folder} holds no policies (Markdown files whose names end in .md)")
    return PolicyImport(counts[Saved.CREATED], counts[Saved.UPDATED], counts[Saved.UNCHANGED], tuple(errors))
