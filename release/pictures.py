"""The pictures of ``Les meg først.html``, as HTML: the example and its plan, seen with the browser of the tests."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402  the tests and the pages are found from here on

from tests.helpers.chromium import Tab, a_browser, serving, tab_of  # noqa: E402

PLAN = ROOT / "reports" / "sarpsborg" / "plan.json"
SHOWN = (
    ("/", "Startsiden: slipp en arbeidsbok der, åpne eksemplet, eller begynn fra ingenting."),
    ("/p/1/data/candidates", "Data: det samme som i arbeidsboken. Det som er galt, står ved ruten."),
    ("/p/1/timeline", "Tidslinjen: dra en periode, og se med en gang hva som ikke går."),
    ("/p/1/meeting", "Til møtet: bilde, PDF, arbeidsbok og dokumenter, med ett trykk hver."),
)


def picture(page: Page, words: str) -> str:
    """What is seen of a page, with its words under it."""
    shot = base64.b64encode(page.screenshot()).decode()
    return f'<figure><img src="data:image/png;base64,{shot}" alt="">\n<figcaption>{words}</figcaption></figure>'


def pictures(tab: Tab) -> list[str]:
    """The start as it is the first time, and the other pages with the example's plan."""
    page = tab.page
    made = [picture(page, SHOWN[0][1])]
    page.locator("input[name=file][accept*=json]").set_input_files(PLAN)
    page.locator("form[action='/projects/file'] button").click()
    page.wait_for_url(f"{tab.origin}/p/1/**")
    for place, words in SHOWN[1:]:
        page.goto(f"{tab.origin}{place}", wait_until="networkidle")
        made.append(picture(page, words))
    tab.assert_well()
    return made


def main() -> None:
    """On the standard output."""
    with tempfile.TemporaryDirectory() as folder, a_browser() as browser, serving(Path(folder)) as desk:
        print("\n".join(pictures(tab_of(browser, desk))))


if __name__ == "__main__":
    main()
