"""Digits residual CNN: a network drawn with Layerloom."""

import torch
from torch import nn


class DigitsResidualCNN(nn.Module):
    """Takes image (N, 1, 8, 8) and returns (N, 10)."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(16)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(16)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.norm3 = nn.BatchNorm2d(16)
        self.relu3 = nn.ReLU()
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(64, 10)

    def forward(self, image):
        stem = self.stem(image)
        norm1 = self.norm1(stem)
        relu1 = self.relu1(norm1)
        conv1 = self.conv1(relu1)
        norm2 = self.norm2(conv1)
        relu2 = self.relu2(norm2)
        conv2 = self.conv2(relu2)
        norm3 = self.norm3(conv2)
        add = norm3 + relu1
        relu3 = self.relu3(add)
        pool = self.pool(relu3)
        flatten = self.flatten(pool)
        fc = self.fc(flatten)
        return fc


if __name__ == "__main__":
    network = DigitsResidualCNN()
    image = torch.randn(2, 1, 8, 8)
    print(tuple(network(image).shape))
