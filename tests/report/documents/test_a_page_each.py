"""Each half-yearly meeting has one page, as LibreOffice lays it out; needs LibreOffice and poppler."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers.command_line import alis
from tests.helpers.plan_books import SARPSBORG, sarpsborg


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdfinfo")), reason="no LibreOffice here")
def test_a_page_for_each_meeting_after_the_first_with_their_order(tmp_path: Path) -> None:
    assert alis("documents", SARPSBORG, "--meetings", "2027-03", "-o", tmp_path).exit_code == 0
    (sheets,) = tmp_path.glob("*.docx")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    asked = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(sheets)]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    told = subprocess.run(["pdfinfo", sheets.with_suffix(".pdf")], check=True, capture_output=True, text=True).stdout
    pages = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages"))
    assert pages == 1 + len(sarpsborg()[1].candidates)
