"""MLP with normalization: a network drawn with Layerloom."""

import torch
from torch import nn


class MLPWithNormalization(nn.Module):
    """Takes row (N, 30) and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(30, 128, bias=False)
        # Compare swaps this for LayerNorm, GroupNorm and others in one click.
        self.norm1 = nn.BatchNorm1d(128)
        self.relu1 = nn.ReLU()
        self.drop1 = nn.Dropout(p=0.2)
        self.fc2 = nn.Linear(128, 64, bias=False)
        self.norm2 = nn.BatchNorm1d(64)
        self.relu2 = nn.ReLU()
        self.drop2 = nn.Dropout(p=0.2)
        self.fc3 = nn.Linear(64, 32, bias=False)
        self.norm3 = nn.BatchNorm1d(32)
        self.relu3 = nn.ReLU()
        self.drop3 = nn.Dropout(p=0.2)
        self.fc4 = nn.Linear(32, 2)

    def forward(self, row):
        fc1 = self.fc1(row)
        norm1 = self.norm1(fc1)
        relu1 = self.relu1(norm1)
        drop1 = self.drop1(relu1)
        fc2 = self.fc2(drop1)
        norm2 = self.norm2(fc2)
        relu2 = self.relu2(norm2)
        drop2 = self.drop2(relu2)
        fc3 = self.fc3(drop2)
        norm3 = self.norm3(fc3)
        relu3 = self.relu3(norm3)
        drop3 = self.drop3(relu3)
        fc4 = self.fc4(drop3)
        return fc4


if __name__ == "__main__":
    network = MLPWithNormalization()
    row = torch.randn(2, 30)
    print(tuple(network(row).shape))
