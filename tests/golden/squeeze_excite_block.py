"""Squeeze-and-excitation block: a network drawn with Layerloom."""

import torch
from torch import nn


class SqueezeExcite(nn.Module):
    """Takes x (N, 64, 32, 32) and returns (N, 64, 32, 32)."""

    def __init__(self, channels=64, squeeze=4):
        super().__init__()
        # Squeeze: one number for each channel.
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(channels, squeeze)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(squeeze, channels)
        # Excite: how much of each channel to let through.
        self.gate = nn.Sigmoid()
        self.gates = nn.Unflatten(1, (channels, 1, 1))

    def forward(self, x):
        pool = self.pool(x)
        flatten = self.flatten(pool)
        fc1 = self.fc1(flatten)
        relu = self.relu(fc1)
        fc2 = self.fc2(relu)
        gate = self.gate(fc2)
        gates = self.gates(gate)
        scale = x * gates
        return scale


class SqueezeAndExcitationBlock(nn.Module):
    """Takes image (N, 64, 32, 32) and returns (N, 64, 32, 32)."""

    def __init__(self):
        super().__init__()
        self.attend = SqueezeExcite()

    def forward(self, image):
        attend = self.attend(image)
        return attend


if __name__ == "__main__":
    network = SqueezeAndExcitationBlock()
    image = torch.randn(2, 64, 32, 32)
    print(tuple(network(image).shape))
