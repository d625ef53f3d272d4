"""Siamese network: a network drawn with Layerloom."""

import torch
from torch import nn


class Tower(nn.Module):
    """Takes x (N, 1, 28, 28) and returns (N, 64)."""

    def __init__(self, features=64):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(1568, features)

    def forward(self, x):
        conv1 = self.conv1(x)
        relu1 = self.relu1(conv1)
        pool1 = self.pool1(relu1)
        conv2 = self.conv2(pool1)
        relu2 = self.relu2(conv2)
        pool2 = self.pool2(relu2)
        flatten = self.flatten(pool2)
        fc = self.fc(flatten)
        return fc


class SiameseNetwork(nn.Module):
    """Takes left (N, 1, 28, 28), right (N, 1, 28, 28) and returns (N,)."""

    def __init__(self):
        super().__init__()
        self.look_left = Tower()
        self.distance = nn.PairwiseDistance()

    def forward(self, left, right):
        look_left = self.look_left(left)
        # The same tower, called twice.
        look_right = self.look_left(right)
        distance = self.distance(look_left, look_right)
        return distance


if __name__ == "__main__":
    network = SiameseNetwork()
    left = torch.randn(2, 1, 28, 28)
    right = torch.randn(2, 1, 28, 28)
    print(tuple(network(left, right).shape))
