"""Room on the disk is asked before anything is made."""

import subprocess
import sys
from pathlib import Path

from bot.launch.disk import GB, disk_lack, disk_lacks
from bot.launch.instance import ROOT
from bot.launch.preflight import NEEDED_DISK_BYTES, lacks


def test_disk_with_enough_room_lacks_nothing(tmp_path: Path) -> None:
    assert disk_lack(tmp_path, 2 * GB, free_bytes=2 * GB) is None


def test_full_disk_is_one_line_with_both_figures_and_the_place(tmp_path: Path) -> None:
    line = disk_lack(tmp_path / "not" / "there", 1.5 * GB, free_bytes=400_000_000)
    assert line is not None
    assert line.startswith(f"0.4 GB are free where {tmp_path / 'not' / 'there'} lies and 1.5 GB are needed: ")
    assert "\n" not in line


def test_folders_on_one_disk_need_their_sum(tmp_path: Path) -> None:
    wanted = [(tmp_path / "a", 6 * GB), (tmp_path / "b", 1.5 * GB)]
    assert not list(disk_lacks(wanted, free_bytes=8 * GB))
    lines = list(disk_lacks(wanted, free_bytes=7 * GB))
    assert len(lines) == 1
    assert "7.5 GB are needed" in lines[0]


def test_start_on_a_full_disk_says_so_before_anything_else(tmp_path: Path) -> None:
    lines = [line for line in lacks(tmp_path, free_bytes=NEEDED_DISK_BYTES - 1) if ".venv-rasa" not in line]
    assert len(lines) == 1
    assert "1.5 GB are needed" in lines[0]


def test_first_step_of_make_needs_the_standard_library_alone_and_stops_where_there_is_no_room(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-m", "bot.launch.disk", str(tmp_path), "99999999"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("cannot start: ")
    assert "99999999.0 GB are needed" in done.stderr
    assert len(done.stderr.splitlines()) == 1
