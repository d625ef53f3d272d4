"""Iris MLP: a network drawn with Layerloom."""

import torch
from torch import nn


class IrisMLP(nn.Module):
    """Takes flower (N, 4) and returns (N, 3)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 16, bias=False)
        self.norm1 = nn.BatchNorm1d(16)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(16, 3)

    def forward(self, flower):
        fc1 = self.fc1(flower)
        norm1 = self.norm1(fc1)
        relu1 = self.relu1(norm1)
        fc2 = self.fc2(relu1)
        return fc2


if __name__ == "__main__":
    network = IrisMLP()
    flower = torch.randn(2, 4)
    print(tuple(network(flower).shape))
