"""Everything that happens after "Start": settings, data, runs, their figures and comparisons."""
