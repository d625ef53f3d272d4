"""The losses over the run: overfitting, a plateau, a spike."""

from __future__ import annotations

import numpy as np

from trainer.findings.evidence import Evidence
from trainer.findings.rule import Found, Noticed, Rule, percent

GENERALIZATION_LOSS = 0.05
PATIENCE, BETTER = 10, 1e-4
SPIKE = 3.0  # times the loss around it


def overfitting(evidence: Evidence) -> Found:
    """The validation loss has risen from its best value while the training loss fell on."""
    losses, epochs = evidence.validation, evidence.epochs
    if len(losses) < 4 or not np.isfinite(losses).all():
        return
    best = int(np.argmin(losses))
    rise = losses[-1] / losses[best] - 1
    if best > len(losses) - 4 or rise < GENERALIZATION_LOSS or np.min(losses[best + 1 :]) <= losses[best]:
        return
    at = int(len(evidence.loss) * (best + 1) / len(losses))
    if not 0 < at < len(evidence.loss):
        return
    then, now = evidence.loss[at - 1 : at + 1].mean(), evidence.loss[-3:].mean()
    if now < then:
        words = (
            f"It overfits since epoch {epochs[best]:.0f}: the validation loss rose by "
            f"{percent(rise)} from its best, while the training loss fell on. Stop there, use "
            "more data, Dropout or weight decay."
        )
        figures = (
            f"From epoch {epochs[best]:.0f} to epoch {epochs[-1]:.0f}: validation loss {losses[best]:.3g} to "
            f"{losses[-1]:.3g}, training loss {then:.3g} to {now:.3g}."
        )
        yield Noticed("", words, figures)


def plateau(evidence: Evidence) -> Found:
    """The validation loss has got no better for many epochs, without overfitting."""
    losses, epochs = evidence.validation, evidence.epochs
    if len(losses) <= PATIENCE or not np.isfinite(losses).all():
        return
    before, after = losses[:-PATIENCE].min(), losses[-PATIENCE:]
    if after.min() > before * (1 - BETTER) and losses[-1] < before * (1 + GENERALIZATION_LOSS):
        words = (
            f"The validation loss has been flat for {PATIENCE} epochs, at {losses[-1]:.3g}. Lower the "
            "learning rate, or stop: it may have learned what it can."
        )
        figures = (
            f"Best validation loss {before:.4g} up to epoch {epochs[-PATIENCE - 1]:.0f}, and "
            f"{after.min():.4g} from there to epoch {epochs[-1]:.0f}."
        )
        yield Noticed("", words, figures)


def loss_spike(evidence: Evidence) -> Found:
    """Stretches whose mean loss stands out among their neighbours."""
    loss = evidence.loss
    if len(loss) < 12:
        return
    for at in range(3, len(loss) - 1):
        around = np.median(loss[max(0, at - 6) : at])
        if loss[at] > SPIKE * around and loss[at] - around > 0.2 * loss[0]:
            begins, ends = evidence.loss_steps[at : at + 2]
            words = (
                f"The loss jumped at about step {begins:,.0f}, from {around:.3g} to "
                f"{evidence.peaks[at]:.3g} at the highest. If that happens again, clip the gradients or "
                "lower the learning rate."
            )
            figures = (
                f"Mean loss of steps {begins:,.0f} to {ends - 1:,.0f}: {loss[at]:.3g}; median before "
                f"them: {around:.3g}."
            )
            yield Noticed("", words, figures)
            return


PRECHELT = ("Prechelt 1998", "https://doi.org/10.1007/3-540-49430-8_3")
ON_PLATEAU = (
    "PyTorch's ReduceLROnPlateau",
    "https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html",
)
CHOWDHERY = ("Chowdhery et al. 2022, section 5.1", "https://arxiv.org/abs/2204.02311")
RULES = (
    Rule("overfitting", "warning", overfitting, "loss", "", *PRECHELT),
    Rule("plateau", "warning", plateau, "loss", "", *ON_PLATEAU),
    Rule("loss_spike", "warning", loss_spike, "loss", "", *CHOWDHERY),
)
