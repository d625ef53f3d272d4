"""What a run's figures mean, in sentences: rules with their sources, over the figures in the store."""

from trainer.findings.evidence import Evidence
from trainer.findings.reading import of
from trainer.findings.rule import Finding
from trainer.findings.rules import RULES, found

__all__ = ["RULES", "Evidence", "Finding", "found", "of"]
