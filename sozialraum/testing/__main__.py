"""``python -m sozialraum.testing [FOLDER]``: make the shipped example city again."""

from __future__ import annotations

import sys
from pathlib import Path

from sozialraum.testing.city import synthetic_city
from sozialraum.testing.delivery import write_city

if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "shapes/musterstadt")
    written = write_city(synthetic_city(), target)
    size = sum(path.stat().st_size for path in written)
    print(f"{target}: {len(written)} Dateien, {size / 1e6:.1f} MB")
