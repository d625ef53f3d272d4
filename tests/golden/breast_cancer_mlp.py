"""Breast cancer MLP: a network drawn with Layerloom."""

import torch
from torch import nn


class BreastCancerMLP(nn.Module):
    """Takes measures (N, 30) and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(30, 32)
        self.norm1 = nn.LayerNorm(32)
        self.relu1 = nn.ReLU()
        self.drop1 = nn.Dropout(p=0.2)
        self.fc2 = nn.Linear(32, 2)

    def forward(self, measures):
        fc1 = self.fc1(measures)
        norm1 = self.norm1(fc1)
        relu1 = self.relu1(norm1)
        drop1 = self.drop1(relu1)
        fc2 = self.fc2(drop1)
        return fc2


if __name__ == "__main__":
    network = BreastCancerMLP()
    measures = torch.randn(2, 30)
    print(tuple(network(measures).shape))
