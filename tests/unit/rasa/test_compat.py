import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
SUITE = "bot/rasa/compat/tests"


@pytest.mark.parametrize("path", sorted((ROOT / SUITE).glob("test_*.py")), ids=lambda path: path.stem)
def test_compat_suite_passes_under_rasas_own_interpreter(path: Path) -> None:
    result = subprocess.run(
        [PYTHON, "-W", "ignore", "-m", "unittest", f"bot.rasa.compat.tests.{path.stem}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert result.returncode == 0, result.stderr[-6000:]
    assert "OK" in result.stderr
