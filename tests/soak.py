"""How much longer than usual the searching tests run: `make soak` sets `SOAK` in the environment."""

import os

SOAK = int(os.environ.get("SOAK", "1"))
