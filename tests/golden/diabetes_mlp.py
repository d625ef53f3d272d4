"""Diabetes MLP: a network drawn with Layerloom."""

import torch
from torch import nn


class DiabetesMLP(nn.Module):
    """Takes patient (N, 10) and returns (N, 1)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 32)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(32, 1)

    def forward(self, patient):
        fc1 = self.fc1(patient)
        relu1 = self.relu1(fc1)
        fc2 = self.fc2(relu1)
        return fc2


if __name__ == "__main__":
    network = DiabetesMLP()
    patient = torch.randn(2, 10)
    print(tuple(network(patient).shape))
