"""LeNet-5: a network drawn with Layerloom."""

import torch
from torch import nn


class LeNet5(nn.Module):
    """Takes image (N, 1, 28, 28) and returns (N, 10)."""

    def __init__(self):
        super().__init__()
        # Padding makes up for digits of 28 x 28; the paper's were 32 x 32.
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.tanh1 = nn.Tanh()
        self.pool1 = nn.AvgPool2d(2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.tanh2 = nn.Tanh()
        self.pool2 = nn.AvgPool2d(2)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(400, 120)
        self.tanh3 = nn.Tanh()
        self.fc2 = nn.Linear(120, 84)
        self.tanh4 = nn.Tanh()
        self.fc3 = nn.Linear(84, 10)

    def forward(self, image):
        conv1 = self.conv1(image)
        tanh1 = self.tanh1(conv1)
        pool1 = self.pool1(tanh1)
        conv2 = self.conv2(pool1)
        tanh2 = self.tanh2(conv2)
        pool2 = self.pool2(tanh2)
        flatten = self.flatten(pool2)
        fc1 = self.fc1(flatten)
        tanh3 = self.tanh3(fc1)
        fc2 = self.fc2(tanh3)
        tanh4 = self.tanh4(fc2)
        fc3 = self.fc3(tanh4)
        return fc3


if __name__ == "__main__":
    network = LeNet5()
    image = torch.randn(2, 1, 28, 28)
    print(tuple(network(image).shape))
