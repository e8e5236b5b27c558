"""Take the pictures of the README from a running demo: `python benchmarks/screenshots.py [ADDRESS]` fills docs/images.

Start `make demo` first. Needs Chromium (`make browser`); the password is the one the demo keeps under LOANIQ_HOME.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
LARGEST_BYTES = 200_000
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> int:
    """Take the pictures; return 1 with a sentence where one is too large or something is missing."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    home = Path(os.environ.get("LOANIQ_HOME", ROOT / ".loaniq"))
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not (home / "demo_password").exists():
        print("Run `make browser` for Chromium and `make demo` for the sample lender, then try again.")
        return 1
    password = (home / "demo_password").read_text()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        officer = signed_in(browser, address, "olivia", password)
        officer.goto(f"{address}/admin/")
        sizes = [picture(officer, "today")]
        officer.goto(f"{address}/admin/lending/decision/?outcome__exact=DECLINED")
        officer.locator("#result_list tbody a").first.click()
        officer.wait_for_selector("#verdict")
        sizes.append(picture(officer, "run"))
        reviewer = signed_in(browser, address, "rafael", password)
        reviewer.goto(f"{address}/admin/lending/review/?queue__exact=underwriting")
        reviewer.locator("#result_list tbody a").first.click()
        reviewer.wait_for_selector("#case")
        sizes.append(picture(reviewer, "desk"))
        compliance = signed_in(browser, address, "carmen", password)
        compliance.goto(f"{address}/admin/lending/review/?queue__exact=compliance")
        compliance.locator("#result_list tr", has_text="sanctions").locator("a").first.click()
        compliance.wait_for_selector("#hits")
        sizes.append(picture(compliance, "case"))
        browser.close()
    return int(max(sizes) > LARGEST_BYTES)


def signed_in(browser: Browser, address: str, username: str, password: str) -> Page:
    """Return a page of a fresh window in which a sample person has signed in."""
    page = browser.new_context(viewport={"width": 1360, "height": 850}).new_page()
    page.goto(f"{address}/admin/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#nav-sidebar-inner")
    return page


def picture(page: Page, name: str) -> int:
    """Save what the window shows and return its size in bytes."""
    path = IMAGES / f"{name}.png"
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
