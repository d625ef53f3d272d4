"""CIFAR-10 CNN: a network drawn with Layerloom."""

import torch
from torch import nn


class CIFAR10CNN(nn.Module):
    """Takes image (N, 3, 32, 32) and returns (N, 10)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 5, padding=2)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(32, 32, 5, padding=2)
        self.pool2 = nn.MaxPool2d(2)
        self.conv3 = nn.Conv2d(32, 64, 5, padding=2)
        self.pool3 = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(1024, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, image):
        conv1 = self.conv1(image)
        pool1 = self.pool1(conv1)
        conv2 = self.conv2(pool1)
        pool2 = self.pool2(conv2)
        conv3 = self.conv3(pool2)
        pool3 = self.pool3(conv3)
        flatten = self.flatten(pool3)
        fc1 = self.fc1(flatten)
        fc2 = self.fc2(fc1)
        return fc2


if __name__ == "__main__":
    network = CIFAR10CNN()
    image = torch.randn(2, 3, 32, 32)
    print(tuple(network(image).shape))
