"""DCGAN discriminator: a network drawn with Layerloom."""

import torch
from torch import nn


class Shrink(nn.Module):
    """For example takes x (N, 64, 32, 32) and returns (N, 128, 16, 16)."""

    def __init__(self, in_channels, channels=128):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, 4, stride=2, padding=1, bias=False)
        nn.init.normal_(self.conv.weight, 0.0, 0.02)
        self.norm = nn.BatchNorm2d(channels)
        nn.init.normal_(self.norm.weight, 1.0, 0.02)
        self.relu = nn.LeakyReLU(negative_slope=0.2)

    def forward(self, x):
        conv = self.conv(x)
        norm = self.norm(conv)
        relu = self.relu(norm)
        return relu


class DCGANDiscriminator(nn.Module):
    """Takes image (N, 3, 64, 64) and returns (N, 1)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 4, stride=2, padding=1, bias=False)
        nn.init.normal_(self.conv1.weight, 0.0, 0.02)
        self.relu1 = nn.LeakyReLU(negative_slope=0.2)
        self.shrink2 = Shrink(64)
        self.shrink3 = Shrink(128, channels=256)
        self.shrink4 = Shrink(256, channels=512)
        self.judge = nn.Conv2d(512, 1, 4, bias=False)
        nn.init.normal_(self.judge.weight, 0.0, 0.02)
        self.flatten = nn.Flatten()
        self.sigmoid = nn.Sigmoid()

    def forward(self, image):
        conv1 = self.conv1(image)
        relu1 = self.relu1(conv1)
        shrink2 = self.shrink2(relu1)
        shrink3 = self.shrink3(shrink2)
        shrink4 = self.shrink4(shrink3)
        judge = self.judge(shrink4)
        flatten = self.flatten(judge)
        sigmoid = self.sigmoid(flatten)
        return sigmoid


if __name__ == "__main__":
    network = DCGANDiscriminator()
    image = torch.randn(2, 3, 64, 64)
    print(tuple(network(image).shape))
