"""ResNet-18: a network drawn with Layerloom."""

import torch
from torch import nn


class BasicBlock(nn.Module):
    """For example takes x (N, 64, 56, 56) and returns (N, 64, 56, 56)."""

    def __init__(self, channels=64):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()

    def forward(self, x):
        conv1 = self.conv1(x)
        norm1 = self.norm1(conv1)
        relu1 = self.relu1(norm1)
        conv2 = self.conv2(relu1)
        norm2 = self.norm2(conv2)
        add = norm2 + x
        relu2 = self.relu2(add)
        return relu2


class DownBlock(nn.Module):
    """For example takes x (N, 64, 56, 56) and returns (N, 128, 28, 28)."""

    def __init__(self, in_channels, channels=64, stride=2):
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, channels, 3, stride=stride, padding=1, bias=False
        )
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        # The shortcut must change its size as the branch does.
        self.shortcut = nn.Conv2d(in_channels, channels, 1, stride=stride, bias=False)
        self.norm3 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()

    def forward(self, x):
        conv1 = self.conv1(x)
        norm1 = self.norm1(conv1)
        relu1 = self.relu1(norm1)
        conv2 = self.conv2(relu1)
        norm2 = self.norm2(conv2)
        shortcut = self.shortcut(x)
        norm3 = self.norm3(shortcut)
        add = norm2 + norm3
        relu2 = self.relu2(add)
        return relu2


class ResNet18(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)
        self.stage1 = nn.Sequential(*[BasicBlock() for _ in range(2)])
        self.down2 = DownBlock(64, channels=128)
        self.stage2 = BasicBlock(channels=128)
        self.down3 = DownBlock(128, channels=256)
        self.stage3 = BasicBlock(channels=256)
        self.down4 = DownBlock(256, channels=512)
        self.stage4 = BasicBlock(channels=512)
        self.pool2 = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(512, 1000)

    def forward(self, image):
        conv1 = self.conv1(image)
        norm1 = self.norm1(conv1)
        relu1 = self.relu1(norm1)
        pool1 = self.pool1(relu1)
        stage1 = self.stage1(pool1)
        down2 = self.down2(stage1)
        stage2 = self.stage2(down2)
        down3 = self.down3(stage2)
        stage3 = self.stage3(down3)
        down4 = self.down4(stage3)
        stage4 = self.stage4(down4)
        pool2 = self.pool2(stage4)
        flatten = self.flatten(pool2)
        fc = self.fc(flatten)
        return fc


if __name__ == "__main__":
    network = ResNet18()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
