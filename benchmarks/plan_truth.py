"""What plans tell against trying all of it: small random cases of every decision.

    python benchmarks/plan_truth.py [count]

`count` cases of each kind, with seeds from 0: sites by every model, with and without places,
budget, floor, islands and a time that is too short; catchments; pots; offers; Kitas; all-day
places. Prints every difference, and how many cases of a kind have one; ends with 1 if any has.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import small_plans
import small_sites

KINDS = {"sites": small_sites.differences, **small_plans.KINDS}


def main(count: int = 600) -> int:
    """Print what differs."""
    wrong = 0
    for name, differences in KINDS.items():
        found = {seed: told for seed in range(count) if (told := differences(seed))}
        for seed, told in found.items():
            print(f"{name} {seed}", *told, sep="\n    ")
        print(f"{name}: {count} cases, {len(found)} told otherwise", flush=True)
        wrong += len(found)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
