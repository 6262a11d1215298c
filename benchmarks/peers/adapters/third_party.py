"""Peers that no registry has: clones in .peers, or in the folder that WETAS_PEERS names. They are not ours and not in this repository."""

import os
import sys

folder = os.environ.get("WETAS_PEERS") or os.path.join(os.path.dirname(__file__), "..", "..", "..", ".peers")


def add(name):
    clone = os.path.join(folder, name)
    if not os.path.isdir(clone):
        raise ImportError(f"no clone of {name} in .peers")
    sys.path.insert(0, clone)
