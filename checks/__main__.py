import sys
from pathlib import Path

from checks import doors, scoping


def main() -> int:
    root = Path(__file__).parent.parent
    found = [*doors.problems(root), *scoping.problems(root)]
    for line in found:
        print(line)
    print(f"house rules: {len(found)} broken" if found else "house rules: kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
