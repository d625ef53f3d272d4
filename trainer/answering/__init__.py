"""A trained run answers what a person gives it: what it may be given, how that is prepared, what it says."""
