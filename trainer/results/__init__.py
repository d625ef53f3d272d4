"""What a run shows on real examples while it learns: its answers, its mistakes, and how it sees them.

To add a kind of result, add an entry to table.py.
"""
