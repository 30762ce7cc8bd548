"""One policy: a Markdown file with YAML front matter (docs/policies.md), cut into passages at its headings."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

_FRONT_MATTER = re.compile(r"\A\ufeff?---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^ {0,3}(?:(#{1,6})\s+|(#{2,6})(?=[^#\s]))(.+?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_REQUIRED = ("slug", "topic", "language", "title", "version", "effective")
_LONGEST = {"slug": 120, "topic": 60, "version": 50, "title": 300}
_LONGEST_SECTION = 300
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


class PolicyFileError(ValueError):
    """A policy file is not as docs/policies.md describes it."""


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """One section; `text` is its Markdown."""

    section: str
    text: str

    def text_hash(self, title: str) -> str:
        """Return a hash of what is embedded."""
        return _digest(title, self.section, self.text)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One policy in one language, as its file says; `handoff`: what it answers goes to a person as well."""

    slug: str
    topic: str
    language: str
    title: str
    version: str
    effective: date
    passages: tuple[PassageRecord, ...]
    handoff: bool = False

    def text_hash(self) -> str:
        """Return a hash of everything that a shopper reads, its version label aside."""
        parts = [part for passage in self.passages for part in (passage.section, passage.text)]
        return _digest(self.topic, self.title, self.effective.isoformat(), *parts)


def _digest(*parts: str) -> str:
    return hashlib.sha1("\x00".join(parts).encode(), usedforsecurity=False).hexdigest()


def read_policy(path: Path, name: str = "") -> DocumentRecord:
    """Read one policy file.

    Args:
        path: the file.
        name: what errors call it; its own name by default.

    Raises:
        PolicyFileError: no front matter, a field is missing or wrong, or there is no text; the message names the file.
    """
    try:
        return parse_policy(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise PolicyFileError(f"{name or path.name}: the file is not UTF-8; save it as UTF-8") from error
    except (PolicyFileError, OSError) as error:
        raise PolicyFileError(f"{name or path.name}: {error}") from error


def parse_policy(text: str) -> DocumentRecord:
    """Turn the text of a policy file into a document.

    Raises:
        PolicyFileError: as in `read_policy`.
    """
    found = _FRONT_MATTER.match(text)
    if found is None:
        raise PolicyFileError("the file must begin with front matter between two lines of ---")
    fields = _front_matter(found[1])
    if not isinstance(fields, dict):
        raise PolicyFileError("the front matter is not a list of fields")
    missing = [name for name in _REQUIRED if not fields.get(name)]
    if missing:
        raise PolicyFileError(f"missing in the front matter: {', '.join(missing)}")
    effective = fields["effective"]
    if not isinstance(effective, date):
        raise PolicyFileError("effective must be a date, like 2026-09-01")
    handoff = fields.get("handoff", False)
    if not isinstance(handoff, bool):
        raise PolicyFileError("handoff must be true or false")
    for name, longest in _LONGEST.items():
        if len(str(fields[name])) > longest:
            raise PolicyFileError(f"{name} is longer than {longest} characters")
    language = str(fields["language"])
    if language not in ("en", "zh"):
        raise PolicyFileError(f"language must be en or zh, not {language[:20]!r}")
    title = str(fields["title"])
    passages = split_passages(text[found.end() :], title)
    if not passages:
        raise PolicyFileError("there is no text below the front matter")
    for passage in passages:
        _check_passage(passage, language)
    return DocumentRecord(
        slug=str(fields["slug"]),
        topic=str(fields["topic"]),
        language=language,
        title=title,
        version=str(fields["version"]),
        effective=effective,
        passages=tuple(passages),
        handoff=handoff,
    )


def _front_matter(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 2}: " if error.problem_mark else ""
        raise PolicyFileError(
            f"{place}{error.problem}; put a value that holds a colon or other signs in quotes"
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # a ValueError is of a day that does not exist, as 2026-02-30
        raise PolicyFileError(f"the front matter cannot be read: {error}") from error


def _check_passage(passage: PassageRecord, language: str) -> None:
    """Refuse a heading that is too long, and a section that is not in the document's language."""
    if len(passage.section) > _LONGEST_SECTION:
        raise PolicyFileError(f"a heading is longer than {_LONGEST_SECTION} characters: {passage.section[:40]!r}")
    han, words = len(_HAN.findall(passage.text)), len(_LATIN_WORD.findall(passage.text))
    if (language == "en" and han > words) or (language == "zh" and not han and words > 10):
        raise PolicyFileError(
            f"the section {passage.section[:40]!r} is not in the file's language, {language}; "
            "give each language a file of its own"
        )


def split_passages(markdown: str, title: str) -> list[PassageRecord]:
    """Cut Markdown at its headings; what stands before the first one is a passage under the document's title.

    A heading of level 3 or more makes a passage "Section: Subsection". Headings without text make none.
    """
    passages: list[PassageRecord] = []
    section, above, lines = title, "", list[str]()
    fenced = False

    def finish() -> None:
        text = "\n".join(lines).strip()
        if text:
            passages.append(PassageRecord(section, text))
        lines.clear()

    for line in markdown.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        finish()
        level, name = len(heading[1] or heading[2]), heading[3]
        if level <= 2:
            above = "" if level == 1 else name
            section = title if level == 1 else name
        else:
            section = f"{above}: {name}" if above else name
    finish()
    return passages
