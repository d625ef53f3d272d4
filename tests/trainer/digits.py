"""The digits network the app opens with, as a document and as the source it prints."""

import builder
from builder.document import Graph

SOURCE = """
import torch
from torch import nn


class DigitsCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(32)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.flat = nn.Flatten()
        self.fc1 = nn.Linear(128, 64)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        x = self.pool2(self.relu2(self.bn2(self.conv2(x))))
        return self.fc2(self.relu3(self.fc1(self.flat(x))))


if __name__ == "__main__":
    raise SystemExit("a run must not come here")
"""


class Document:
    """As much of a document as starting a run needs."""

    name = "Digits CNN"
    custom = blocks = {}
    main = Graph()

    def to_json(self) -> str:
        return builder.Document(name=self.name).to_json()


def new_training(settings, source=SOURCE):
    """The network of a source with all that trains it on the digits."""
    from trainer.data import find
    from trainer.loop import steps_per_epoch
    from trainer.measures import Objective
    from trainer.training import Training
    from trainer.trial import network_from

    data_set = find("digits")
    steps = steps_per_epoch(round(data_set.examples * (1 - settings.validation)), settings.batch_size)
    return Training(network_from(source), settings, Objective(settings, data_set), steps)
