"""SqueezeNet 1.1: a network drawn with Layerloom."""

import torch
from torch import nn


class Fire(nn.Module):
    """For example takes x (N, 64, 55, 55) and returns (N, 128, 55, 55)."""

    def __init__(self, in_channels, squeeze=16, expand=64):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, squeeze, 1)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(squeeze, expand, 1)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(squeeze, expand, 3, padding=1)
        self.relu3 = nn.ReLU()

    def forward(self, x):
        conv1 = self.conv1(x)
        relu1 = self.relu1(conv1)
        conv2 = self.conv2(relu1)
        relu2 = self.relu2(conv2)
        conv3 = self.conv3(relu1)
        relu3 = self.relu3(conv3)
        join = torch.cat([relu2, relu3], dim=1)
        return join


class SqueezeNet11(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.fire2 = Fire(64)
        self.fire3 = Fire(128)
        self.pool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.fire4 = Fire(128, squeeze=32, expand=128)
        self.fire5 = Fire(256, squeeze=32, expand=128)
        self.pool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.fire6 = Fire(256, squeeze=48, expand=192)
        self.fire7 = Fire(384, squeeze=48, expand=192)
        self.fire8 = Fire(384, squeeze=64, expand=256)
        self.fire9 = Fire(512, squeeze=64, expand=256)
        self.drop = nn.Dropout()
        # A convolution instead of a linear layer: one channel for each category.
        self.conv10 = nn.Conv2d(512, 1000, 1)
        self.relu2 = nn.ReLU()
        self.pool4 = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()

    def forward(self, image):
        conv1 = self.conv1(image)
        relu1 = self.relu1(conv1)
        pool1 = self.pool1(relu1)
        fire2 = self.fire2(pool1)
        fire3 = self.fire3(fire2)
        pool2 = self.pool2(fire3)
        fire4 = self.fire4(pool2)
        fire5 = self.fire5(fire4)
        pool3 = self.pool3(fire5)
        fire6 = self.fire6(pool3)
        fire7 = self.fire7(fire6)
        fire8 = self.fire8(fire7)
        fire9 = self.fire9(fire8)
        drop = self.drop(fire9)
        conv10 = self.conv10(drop)
        relu2 = self.relu2(conv10)
        pool4 = self.pool4(relu2)
        flatten = self.flatten(pool4)
        return flatten


if __name__ == "__main__":
    network = SqueezeNet11()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
