"""The built widget and console. Everything else in this folder is TypeScript."""

from pathlib import Path

DIST = Path(__file__).parent / "dist"
