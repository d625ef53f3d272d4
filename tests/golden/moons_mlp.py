"""Moons MLP: a network drawn with Layerloom."""

import torch
from torch import nn


class MoonsMLP(nn.Module):
    """Takes point (N, 2) and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 32)
        self.tanh1 = nn.Tanh()
        self.fc2 = nn.Linear(32, 32)
        self.tanh2 = nn.Tanh()
        self.fc3 = nn.Linear(32, 2)

    def forward(self, point):
        fc1 = self.fc1(point)
        tanh1 = self.tanh1(fc1)
        fc2 = self.fc2(tanh1)
        tanh2 = self.tanh2(fc2)
        fc3 = self.fc3(tanh2)
        return fc3


if __name__ == "__main__":
    network = MoonsMLP()
    point = torch.randn(2, 2)
    print(tuple(network(point).shape))
