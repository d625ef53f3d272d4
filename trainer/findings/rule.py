"""What a rule is, what it notices, and the words that all rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trainer.findings.evidence import Evidence


@dataclass(frozen=True)
class Noticed:
    """layer: the one it is about, or "". words: where, since when, how much, and what to do.

    evidence: the figures that the words rest on, with their steps.
    node: what stands out in the drawing, stage1[0]/divide, where that is no layer with figures of its own.
    """

    layer: str
    words: str
    evidence: str
    node: str = ""


Found = Iterator[Noticed]


@dataclass(frozen=True)
class Rule:
    """One thing to notice.

    severity  "error": it cannot learn like this; "warning": it learns worse than it could.
    chart     where to see it: "loss", "layers" (with `statistic`) or "norms".
    source    who found that it matters; address: where to read it.
    """

    name: str
    severity: str
    find: Callable[[Evidence], Found]
    chart: str
    statistic: str
    source: str
    address: str


@dataclass(frozen=True)
class Finding:
    """What a rule noticed, with all that a page shows of it; see Noticed and Rule."""

    rule: str
    layer: str
    node: str
    words: str
    evidence: str
    severity: str
    chart: str
    statistic: str
    source: str
    address: str


def finding(rule: Rule, noticed: Noticed) -> Finding:
    """What a page shows of something that was noticed."""
    return Finding(
        rule.name,
        noticed.layer,
        noticed.node,
        noticed.words,
        noticed.evidence,
        rule.severity,
        rule.chart,
        rule.statistic,
        rule.source,
        rule.address,
    )


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio < 1e6 else f"{ratio:.0e} times"
