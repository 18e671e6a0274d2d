"""Refuse to release a model that repeats its training clips.

python runs/gate.py memorisation.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.evaluate.memorisation import release_gate

if __name__ == "__main__":
    try:
        release_gate(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    except HimmelError as error:
        sys.exit(f"himmel: {error}")
