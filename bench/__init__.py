"""`make bench`: figures of one run, each a ratio against a peer measured in the same run where there is one."""

import sys
from pathlib import Path

# It drives the server as the tests do, with their cast.
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
