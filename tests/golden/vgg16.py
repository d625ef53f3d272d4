"""VGG-16: a network drawn with Layerloom."""

import torch
from torch import nn


class ConvReLU(nn.Module):
    """For example takes x (N, 3, 224, 224) and returns (N, 64, 224, 224)."""

    def __init__(self, in_channels, channels=64):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, 3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x):
        conv = self.conv(x)
        relu = self.relu(conv)
        return relu


class VGG16(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        # Two 3 x 3 windows see as much as one of 5 x 5, with fewer weights.
        self.stage1 = nn.Sequential(ConvReLU(3), ConvReLU(64))
        self.pool1 = nn.MaxPool2d(2)
        self.stage2 = nn.Sequential(
            ConvReLU(64, channels=128), ConvReLU(128, channels=128)
        )
        self.pool2 = nn.MaxPool2d(2)
        self.stage3 = nn.Sequential(
            ConvReLU(128, channels=256),
            ConvReLU(256, channels=256),
            ConvReLU(256, channels=256),
        )
        self.pool3 = nn.MaxPool2d(2)
        self.stage4 = nn.Sequential(
            ConvReLU(256, channels=512),
            ConvReLU(512, channels=512),
            ConvReLU(512, channels=512),
        )
        self.pool4 = nn.MaxPool2d(2)
        self.stage5 = nn.Sequential(*[ConvReLU(512, channels=512) for _ in range(3)])
        self.pool5 = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        # 103 million of the 138 million weights.
        self.fc1 = nn.Linear(25088, 4096)
        self.relu1 = nn.ReLU()
        self.drop1 = nn.Dropout()
        self.fc2 = nn.Linear(4096, 4096)
        self.relu2 = nn.ReLU()
        self.drop2 = nn.Dropout()
        self.fc3 = nn.Linear(4096, 1000)

    def forward(self, image):
        stage1 = self.stage1(image)
        pool1 = self.pool1(stage1)
        stage2 = self.stage2(pool1)
        pool2 = self.pool2(stage2)
        stage3 = self.stage3(pool2)
        pool3 = self.pool3(stage3)
        stage4 = self.stage4(pool3)
        pool4 = self.pool4(stage4)
        stage5 = self.stage5(pool4)
        pool5 = self.pool5(stage5)
        flatten = self.flatten(pool5)
        fc1 = self.fc1(flatten)
        relu1 = self.relu1(fc1)
        drop1 = self.drop1(relu1)
        fc2 = self.fc2(drop1)
        relu2 = self.relu2(fc2)
        drop2 = self.drop2(relu2)
        fc3 = self.fc3(drop2)
        return fc3


if __name__ == "__main__":
    network = VGG16()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
