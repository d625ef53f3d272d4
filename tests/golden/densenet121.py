"""DenseNet-121: a network drawn with Layerloom."""

import torch
from torch import nn


class DenseLayer(nn.Module):
    """For example takes x (N, 64, 56, 56) and returns (N, 96, 56, 56)."""

    def __init__(self, num_features, growth=32):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(num_features)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(num_features, growth * 4, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(growth * 4)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(growth * 4, growth, 3, padding=1, bias=False)

    def forward(self, x):
        norm1 = self.norm1(x)
        relu1 = self.relu1(norm1)
        conv1 = self.conv1(relu1)
        norm2 = self.norm2(conv1)
        relu2 = self.relu2(norm2)
        conv2 = self.conv2(relu2)
        # Everything made so far goes on, so the channels grow with each layer.
        join = torch.cat([x, conv2], dim=1)
        return join


class Transition(nn.Module):
    """For example takes x (N, 256, 56, 56) and returns (N, 128, 28, 28)."""

    def __init__(self, num_features, channels=128):
        super().__init__()
        self.norm = nn.BatchNorm2d(num_features)
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(num_features, channels, 1, bias=False)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        norm = self.norm(x)
        relu = self.relu(norm)
        conv = self.conv(relu)
        pool = self.pool(conv)
        return pool


class DenseNet121(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)
        self.dense1 = nn.Sequential(*[DenseLayer(size) for size in range(64, 256, 32)])
        self.down1 = Transition(256)
        self.dense2 = nn.Sequential(*[DenseLayer(size) for size in range(128, 512, 32)])
        self.down2 = Transition(512, channels=256)
        self.dense3 = nn.Sequential(
            *[DenseLayer(size) for size in range(256, 1024, 32)]
        )
        self.down3 = Transition(1024, channels=512)
        self.dense4 = nn.Sequential(
            *[DenseLayer(size) for size in range(512, 1024, 32)]
        )
        self.norm2 = nn.BatchNorm2d(1024)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(1024, 1000)

    def forward(self, image):
        conv1 = self.conv1(image)
        norm1 = self.norm1(conv1)
        relu1 = self.relu1(norm1)
        pool1 = self.pool1(relu1)
        dense1 = self.dense1(pool1)
        down1 = self.down1(dense1)
        dense2 = self.dense2(down1)
        down2 = self.down2(dense2)
        dense3 = self.dense3(down2)
        down3 = self.down3(dense3)
        dense4 = self.dense4(down3)
        norm2 = self.norm2(dense4)
        relu2 = self.relu2(norm2)
        pool2 = self.pool2(relu2)
        flatten = self.flatten(pool2)
        fc = self.fc(flatten)
        return fc


if __name__ == "__main__":
    network = DenseNet121()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
