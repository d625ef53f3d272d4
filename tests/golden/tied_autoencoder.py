"""Tied autoencoder: a network drawn with Layerloom."""

import torch
from torch import nn


class TiedAutoencoder(nn.Module):
    """Takes image (N, 1, 28, 28) and returns (N, 1, 28, 28)."""

    def __init__(self):
        super().__init__()
        self.encode1 = nn.Conv2d(1, 16, 4, stride=2, padding=1)
        self.relu1 = nn.ReLU()
        self.encode2 = nn.Conv2d(16, 8, 4, stride=2, padding=1)
        self.relu2 = nn.ReLU()
        # The way back with the same filters: only the bias is its own.
        self.decode2 = nn.ConvTranspose2d(8, 16, 4, stride=2, padding=1)
        self.relu3 = nn.ReLU()
        self.decode1 = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1)
        self.sigmoid = nn.Sigmoid()
        self.decode2.weight = self.encode2.weight
        self.decode1.weight = self.encode1.weight

    def forward(self, image):
        encode1 = self.encode1(image)
        relu1 = self.relu1(encode1)
        encode2 = self.encode2(relu1)
        relu2 = self.relu2(encode2)
        decode2 = self.decode2(relu2)
        relu3 = self.relu3(decode2)
        decode1 = self.decode1(relu3)
        sigmoid = self.sigmoid(decode1)
        return sigmoid


if __name__ == "__main__":
    network = TiedAutoencoder()
    image = torch.randn(2, 1, 28, 28)
    print(tuple(network(image).shape))
