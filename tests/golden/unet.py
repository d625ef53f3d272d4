"""U-Net: a network drawn with Layerloom."""

import torch
from torch import nn


class DoubleConv(nn.Module):
    """For example takes x (N, 1, 256, 256) and returns (N, 64, 256, 256)."""

    def __init__(self, in_channels, channels=64):
        super().__init__()
        # The paper pads nothing and crops the skips; with padding they fit as they are.
        self.conv1 = nn.Conv2d(in_channels, channels, 3, padding=1)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.relu2 = nn.ReLU()

    def forward(self, x):
        conv1 = self.conv1(x)
        relu1 = self.relu1(conv1)
        conv2 = self.conv2(relu1)
        relu2 = self.relu2(conv2)
        return relu2


class UpConv(nn.Module):
    """For example takes x (N, 1024, 16, 16), skip (N, 512, 32, 32) and returns (N, 512, 32, 32)."""

    def __init__(self, in_channels, channels=64):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, channels, 2, stride=2)
        self.convs = DoubleConv(in_channels, channels=channels)

    def forward(self, x, skip):
        up = self.up(x)
        join = torch.cat([skip, up], dim=1)
        convs = self.convs(join)
        return convs


class UNet(nn.Module):
    """Takes image (N, 1, 256, 256) and returns (N, 2, 256, 256)."""

    def __init__(self):
        super().__init__()
        self.down1 = DoubleConv(1)
        self.pool1 = nn.MaxPool2d(2)
        self.down2 = DoubleConv(64, channels=128)
        self.pool2 = nn.MaxPool2d(2)
        self.down3 = DoubleConv(128, channels=256)
        self.pool3 = nn.MaxPool2d(2)
        self.down4 = DoubleConv(256, channels=512)
        self.pool4 = nn.MaxPool2d(2)
        self.bottom = DoubleConv(512, channels=1024)
        self.up4 = UpConv(1024, channels=512)
        self.up3 = UpConv(512, channels=256)
        self.up2 = UpConv(256, channels=128)
        self.up1 = UpConv(128)
        # For each pixel, how much it belongs to each class.
        self.classes = nn.Conv2d(64, 2, 1)

    def forward(self, image):
        down1 = self.down1(image)
        pool1 = self.pool1(down1)
        down2 = self.down2(pool1)
        pool2 = self.pool2(down2)
        down3 = self.down3(pool2)
        pool3 = self.pool3(down3)
        down4 = self.down4(pool3)
        pool4 = self.pool4(down4)
        bottom = self.bottom(pool4)
        up4 = self.up4(bottom, down4)
        up3 = self.up3(up4, down3)
        up2 = self.up2(up3, down2)
        up1 = self.up1(up2, down1)
        classes = self.classes(up1)
        return classes


if __name__ == "__main__":
    network = UNet()
    image = torch.randn(2, 1, 256, 256)
    print(tuple(network(image).shape))
