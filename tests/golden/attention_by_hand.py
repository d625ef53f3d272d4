"""Attention by hand: a network drawn with Layerloom."""

import torch
from torch import nn


class AttentionByHand(nn.Module):
    """Takes steps (N, 16, 64) and returns (N, 16, 64)."""

    def __init__(self):
        super().__init__()
        self.query = nn.Linear(64, 64)
        self.key = nn.Linear(64, 64)
        self.value = nn.Linear(64, 64)
        # The root of the 64 features: large scores would make the softmax hard.
        self.register_buffer("root", torch.tensor([8.0]).reshape(1))
        self.weights = nn.Softmax(dim=-1)
        self.project = nn.Linear(64, 64)

    def forward(self, steps):
        query = self.query(steps)
        key = self.key(steps)
        value = self.value(steps)
        turned = key.transpose(1, 2)
        # How much each step resembles each other one.
        scores = query @ turned
        root = self.root
        scaled = scores / root
        weights = self.weights(scaled)
        mixed = weights @ value
        project = self.project(mixed)
        return project


if __name__ == "__main__":
    network = AttentionByHand()
    steps = torch.randn(2, 16, 64)
    print(tuple(network(steps).shape))
