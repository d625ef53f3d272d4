"""A network in the forms it can be taken home in: each part a file, and all of them one bundle.

parts.py is THE place to add a form: one entry. Importing this loads no torch; making a part may.
"""

from builder.export.bundle import Exported, bundle, write_part
from builder.export.network import ExportError, LeftOutError, Network
from builder.export.parts import PARTS, Part, find_part

__all__ = [
    "PARTS",
    "ExportError",
    "Exported",
    "LeftOutError",
    "Network",
    "Part",
    "bundle",
    "find_part",
    "write_part",
]
