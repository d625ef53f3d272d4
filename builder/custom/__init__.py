"""Custom layers: kinds that a user wrote in Python. Read without running; run only once trusted.

written.py reads the source, trust.py keeps what was trusted, check.py says what a layer gives,
process.py asks for that in a process of its own, which is runner.py.
"""

from builder.custom.written import Custom, CustomError, from_source, kind

__all__ = ["Custom", "CustomError", "from_source", "kind"]
