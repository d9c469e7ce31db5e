#!/bin/sh
# Unit tests of the user interface, with the Node that built it.
set -eu
cd ui
[ -d node_modules/vitest ] || npm ci --ignore-scripts --no-audit --no-fund
exec npx --no-install vitest run
