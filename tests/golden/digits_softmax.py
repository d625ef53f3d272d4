"""Softmax regression: a network drawn with Layerloom."""

import torch
from torch import nn


class SoftmaxRegression(nn.Module):
    """Takes image (N, 1, 8, 8) and returns (N, 10)."""

    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        # A score for each digit; the loss makes probabilities of them.
        self.fc = nn.Linear(64, 10)

    def forward(self, image):
        flatten = self.flatten(image)
        fc = self.fc(flatten)
        return fc


if __name__ == "__main__":
    network = SoftmaxRegression()
    image = torch.randn(2, 1, 8, 8)
    print(tuple(network(image).shape))
