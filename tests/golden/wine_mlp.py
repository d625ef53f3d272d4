"""Wine MLP: a network drawn with Layerloom."""

import torch
from torch import nn


class WineMLP(nn.Module):
    """Takes wine (N, 13) and returns (N, 3)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(13, 32, bias=False)
        self.norm1 = nn.BatchNorm1d(32)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(32, 3)

    def forward(self, wine):
        fc1 = self.fc1(wine)
        norm1 = self.norm1(fc1)
        relu1 = self.relu1(norm1)
        fc2 = self.fc2(relu1)
        return fc2


if __name__ == "__main__":
    network = WineMLP()
    wine = torch.randn(2, 13)
    print(tuple(network(wine).shape))
