"""Policy files: front matter and headings."""

from datetime import date
from pathlib import Path

import pytest

from catalog.knowledge.policy_file import PolicyFileError, parse_policy, read_policy, split_passages

FRONT = 'slug: r\ntopic: returns\nlanguage: en\ntitle: Returns\nversion: "1"\neffective: 2026-09-01'


def test_a_policy_is_cut_at_its_headings() -> None:
    body = "Intro.\n\n# Returns\nAgain.\n## Steps\n1. a\n2. b\n### Abroad\nMore.\n## Empty\n## Last ##\nEnd."
    text = f"---\n{FRONT}\n---\n{body}"
    document = parse_policy(text)
    assert (document.slug, document.effective, document.version) == ("r", date(2026, 9, 1), "1")
    assert [(p.section, p.text) for p in document.passages] == [
        ("Returns", "Intro."),
        ("Returns", "Again."),
        ("Steps", "1. a\n2. b"),
        ("Steps: Abroad", "More."),
        ("Last", "End."),
    ]


@pytest.mark.parametrize(("line", "handoff"), [("", False), ("\nhandoff: true", True), ("\nhandoff: false", False)])
def test_a_policy_may_want_a_person(line: str, handoff: bool) -> None:
    assert parse_policy(f"---\n{FRONT}{line}\n---\nText.").handoff is handoff


def test_headings_within_code_are_text() -> None:
    assert [p.section for p in split_passages("## A\n```\n# not a heading\n```\n", "T")] == ["A"]


def test_a_new_version_label_alone_is_no_change_of_text() -> None:
    one = parse_policy(f"---\n{FRONT}\n---\nText.")
    two = parse_policy(f"---\n{FRONT}\n---\nText.".replace('version: "1"', 'version: "2"'))
    assert one.text_hash() == two.text_hash()
    assert one.text_hash() != parse_policy(f"---\n{FRONT}\n---\nOther.").text_hash()


def test_headings_may_stand_in_or_lack_their_space() -> None:
    passages = split_passages("  ## A\na\n##退货期限\nb\n###如何退货 ###\nc\n#1 choice\n", "T")
    assert [(p.section, p.text) for p in passages] == [
        ("A", "a"), ("退货期限", "b"), ("退货期限: 如何退货", "c\n#1 choice"),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), [
    ("## No front matter", "front matter"), (f"---\n{FRONT}\n---\n\n", "no text"),
    (f"---\n{FRONT}\n---\nx".replace("title: Returns", ""), "title"),
    (f"---\n{FRONT}\n---\nx".replace("2026-09-01", "soon"), "effective"), ("---\n- a\n---\nx", "fields"),
    (f"---\n{FRONT}\nhandoff: maybe\n---\nx", "handoff"),
    (f"---\n{FRONT}\n---\nx".replace("language: en", "language: zh-CN"), "en or zh, not 'zh-CN'"),
    (f"---\n{FRONT}\n---\nx".replace("2026-09-01", "2026-13-01"), "month must be in"),
    (f"---\n{FRONT}\n---\nx".replace("title: Returns", "title: Returns: how"), "line 5: .* in quotes"),
    (f"---\n{FRONT}\n---\nx".replace("slug: r", "slug: " + "r" * 121), "slug is longer than 120"),
    (f"---\n{FRONT}\n---\n## {'x' * 301}\nx", "heading is longer than 300"),
    (f"---\n{FRONT}\n---\n## A\nIn 30 days.\n## 退货\n签收后30天内可以退货。", "'退货' is not in .* language, en"),
    (f"---\n{FRONT}\n---\n{'You can return it. ' * 5}".replace("language: en", "language: zh"), "language, zh"),
])  # fmt: skip
def test_wrong_files_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(PolicyFileError, match=reason):
        parse_policy(text)


def test_words_of_the_other_language_may_stand_within_a_text() -> None:
    english, chinese = "Write to 客服 or ask for 顺丰 as the carrier.", "请发邮件至 help@shop.example 或拨打电话。"
    assert len(parse_policy(f"---\n{FRONT}\n---\n{english}").passages) == 1
    assert len(parse_policy(f"---\n{FRONT}\n---\n{chinese}".replace("language: en", "language: zh")).passages) == 1


def test_the_error_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "returns.md"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyFileError, match=r"returns\.md: the file is not UTF-8; save it as UTF-8"):
        read_policy(path)
