"""The catalogue of messages: read, matched, and held against the sources."""
