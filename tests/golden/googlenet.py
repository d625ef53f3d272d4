"""GoogLeNet: a network drawn with Layerloom."""

import torch
from torch import nn


class ConvNormReLU(nn.Module):
    """For example takes x (N, 3, 224, 224) and returns (N, 64, 112, 112)."""

    def __init__(self, in_channels, channels=64, kernel_size=1, stride=1, padding=0):
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            channels,
            kernel_size,
            stride=stride,
            padding=padding,
            bias=False,
        )
        self.norm = nn.BatchNorm2d(channels, eps=0.001)
        self.relu = nn.ReLU()

    def forward(self, x):
        conv = self.conv(x)
        norm = self.norm(conv)
        relu = self.relu(norm)
        return relu


class Inception(nn.Module):
    """For example takes x (N, 192, 28, 28) and returns (N, 256, 28, 28)."""

    def __init__(
        self,
        in_channels,
        narrow=64,
        reduce3=96,
        wide3=128,
        reduce5=16,
        wide5=32,
        pooled=32,
    ):
        super().__init__()
        self.branch1 = ConvNormReLU(in_channels, channels=narrow)
        # A 1 x 1 convolution first makes the wide one cheap.
        self.squeeze3 = ConvNormReLU(in_channels, channels=reduce3)
        self.branch3 = ConvNormReLU(reduce3, channels=wide3, kernel_size=3, padding=1)
        self.squeeze5 = ConvNormReLU(in_channels, channels=reduce5)
        # 5 x 5 in the paper; the published weights have 3 x 3 here.
        self.branch5 = ConvNormReLU(reduce5, channels=wide5, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1, ceil_mode=True)
        self.branch_pool = ConvNormReLU(in_channels, channels=pooled)

    def forward(self, x):
        branch1 = self.branch1(x)
        squeeze3 = self.squeeze3(x)
        branch3 = self.branch3(squeeze3)
        squeeze5 = self.squeeze5(x)
        branch5 = self.branch5(squeeze5)
        pool = self.pool(x)
        branch_pool = self.branch_pool(pool)
        join = torch.cat([branch1, branch3, branch5, branch_pool], dim=1)
        return join


class GoogLeNet(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        self.conv1 = ConvNormReLU(3, kernel_size=7, stride=2, padding=3)
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.conv2 = ConvNormReLU(64)
        self.conv3 = ConvNormReLU(64, channels=192, kernel_size=3, padding=1)
        self.pool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception3a = Inception(192)
        self.inception3b = Inception(
            256, narrow=128, reduce3=128, wide3=192, reduce5=32, wide5=96, pooled=64
        )
        self.pool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception4a = Inception(480, narrow=192, wide3=208, wide5=48, pooled=64)
        self.inception4b = Inception(
            512, narrow=160, reduce3=112, wide3=224, reduce5=24, wide5=64, pooled=64
        )
        self.inception4c = Inception(
            512, narrow=128, reduce3=128, wide3=256, reduce5=24, wide5=64, pooled=64
        )
        self.inception4d = Inception(
            512, narrow=112, reduce3=144, wide3=288, reduce5=32, wide5=64, pooled=64
        )
        self.inception4e = Inception(
            528, narrow=256, reduce3=160, wide3=320, reduce5=32, wide5=128, pooled=128
        )
        self.pool4 = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.inception5a = Inception(
            832, narrow=256, reduce3=160, wide3=320, reduce5=32, wide5=128, pooled=128
        )
        self.inception5b = Inception(
            832, narrow=384, reduce3=192, wide3=384, reduce5=48, wide5=128, pooled=128
        )
        self.pool5 = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.drop = nn.Dropout(p=0.2)
        self.fc = nn.Linear(1024, 1000)

    def forward(self, image):
        conv1 = self.conv1(image)
        pool1 = self.pool1(conv1)
        conv2 = self.conv2(pool1)
        conv3 = self.conv3(conv2)
        pool2 = self.pool2(conv3)
        inception3a = self.inception3a(pool2)
        inception3b = self.inception3b(inception3a)
        pool3 = self.pool3(inception3b)
        inception4a = self.inception4a(pool3)
        inception4b = self.inception4b(inception4a)
        inception4c = self.inception4c(inception4b)
        inception4d = self.inception4d(inception4c)
        inception4e = self.inception4e(inception4d)
        pool4 = self.pool4(inception4e)
        inception5a = self.inception5a(pool4)
        inception5b = self.inception5b(inception5a)
        pool5 = self.pool5(inception5b)
        flatten = self.flatten(pool5)
        drop = self.drop(flatten)
        fc = self.fc(drop)
        return fc


if __name__ == "__main__":
    network = GoogLeNet()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
