"""What a run shows on real examples: its answers, its mistakes, and how it sees them, looked at while it learns.

To add a kind of result, add an entry to table.py.
"""
