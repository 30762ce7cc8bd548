import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.secret_key import secret_key


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = secret_key(tmp_path)
    assert secret_key(tmp_path) == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_secret_key_asked_for_by_many_at_once_is_one_whole_key(tmp_path: Path) -> None:
    folders = [tmp_path / str(n) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(secret_key, [folder for folder in folders for _ in range(8)]))
    for n, folder in enumerate(folders):
        assert set(keys[n * 8 : n * 8 + 8]) == {(folder / "secret_key").read_text("utf-8")}
        assert [path.name for path in folder.iterdir()] == ["secret_key"]
    assert len(set(keys)) == len(folders)
    assert all(len(key) > 40 for key in keys)
