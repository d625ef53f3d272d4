"""Digits CNN: a network drawn with Layerloom."""

import torch
from torch import nn


class DigitsCNN(nn.Module):
    """Takes image (N, 1, 8, 8) and returns (N, 10)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(16)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(32)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(128, 64)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(64, 10)

    def forward(self, image):
        conv1 = self.conv1(image)
        norm1 = self.norm1(conv1)
        relu1 = self.relu1(norm1)
        pool1 = self.pool1(relu1)
        conv2 = self.conv2(pool1)
        norm2 = self.norm2(conv2)
        relu2 = self.relu2(norm2)
        pool2 = self.pool2(relu2)
        flatten = self.flatten(pool2)
        fc1 = self.fc1(flatten)
        relu3 = self.relu3(fc1)
        fc2 = self.fc2(relu3)
        return fc2


if __name__ == "__main__":
    network = DigitsCNN()
    image = torch.randn(2, 1, 8, 8)
    print(tuple(network(image).shape))
