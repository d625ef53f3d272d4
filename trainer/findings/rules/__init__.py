"""The rules: what to notice in a run's figures, what to say, and who found that it matters.

To add one, write a function from Evidence to what it noticed in its subject's file and give it its line in
RULES there. It is silent while it knows too little.
"""

from __future__ import annotations

from trainer.findings.evidence import Evidence
from trainer.findings.rule import Finding, Rule, finding
from trainer.findings.rules import gradients, layers, losses, norms, rates

RULES: tuple[Rule, ...] = (*layers.RULES, *gradients.RULES, *rates.RULES, *losses.RULES, *norms.RULES)


def found(evidence: Evidence) -> list[Finding]:
    """What the rules find; where the numbers themselves are lost, nothing but that."""
    findings = [finding(rule, noticed) for rule in RULES for noticed in rule.find(evidence)]
    return [each for each in findings if each.severity == "error"] or findings
