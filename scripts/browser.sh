#!/bin/sh
# The browser tests run in a real browser; without one the run fails here, with the line that installs it.
for browser in "${CHROMIUM:-}" chromium google-chrome; do
    [ -n "$browser" ] && command -v "$browser" >/dev/null && exit 0
done
.venv/bin/python - <<'PY' && exit 0
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
PY
echo "no browser found; install one: apt-get install -y chromium fonts-dejavu-core fonts-noto-color-emoji" >&2
exit 1
