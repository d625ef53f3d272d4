"""DCGAN generator: a network drawn with Layerloom."""

import torch
from torch import nn


class Grow(nn.Module):
    """For example takes x (N, 100, 1, 1) and returns (N, 512, 4, 4)."""

    def __init__(self, in_channels, channels=64, stride=2, padding=1):
        super().__init__()
        self.conv = nn.ConvTranspose2d(
            in_channels, channels, 4, stride=stride, padding=padding, bias=False
        )
        nn.init.normal_(self.conv.weight, 0.0, 0.02)
        self.norm = nn.BatchNorm2d(channels)
        nn.init.normal_(self.norm.weight, 1.0, 0.02)
        self.relu = nn.ReLU()

    def forward(self, x):
        conv = self.conv(x)
        norm = self.norm(conv)
        relu = self.relu(norm)
        return relu


class DCGANGenerator(nn.Module):
    """Takes noise (N, 100, 1, 1) and returns (N, 3, 64, 64)."""

    def __init__(self):
        super().__init__()
        self.grow1 = Grow(100, channels=512, stride=1, padding=0)
        self.grow2 = Grow(512, channels=256)
        self.grow3 = Grow(256, channels=128)
        self.grow4 = Grow(128)
        self.paint = nn.ConvTranspose2d(64, 3, 4, stride=2, padding=1, bias=False)
        nn.init.normal_(self.paint.weight, 0.0, 0.02)
        self.tanh = nn.Tanh()

    def forward(self, noise):
        grow1 = self.grow1(noise)
        grow2 = self.grow2(grow1)
        grow3 = self.grow3(grow2)
        grow4 = self.grow4(grow3)
        paint = self.paint(grow4)
        tanh = self.tanh(paint)
        return tanh


if __name__ == "__main__":
    network = DCGANGenerator()
    noise = torch.randn(2, 100, 1, 1)
    print(tuple(network(noise).shape))
