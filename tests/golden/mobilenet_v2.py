"""MobileNetV2: a network drawn with Layerloom."""

import torch
from torch import nn


class ConvNormAct(nn.Module):
    """For example takes x (N, 3, 224, 224) and returns (N, 32, 112, 112)."""

    def __init__(self, in_channels, channels=32, kernel_size=3, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            channels,
            kernel_size,
            stride=stride,
            padding=kernel_size // 2,
            groups=groups,
            bias=False,
        )
        self.norm = nn.BatchNorm2d(channels)
        self.act = nn.ReLU6()

    def forward(self, x):
        conv = self.conv(x)
        norm = self.norm(conv)
        act = self.act(norm)
        return act


class DepthwiseSeparable(nn.Module):
    """Takes x (N, 32, 112, 112) and returns (N, 16, 112, 112)."""

    def __init__(self, before=32, channels=16):
        super().__init__()
        self.depthwise = ConvNormAct(before, channels=before, groups=before)
        self.project = nn.Conv2d(before, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        depthwise = self.depthwise(x)
        project = self.project(depthwise)
        norm = self.norm(project)
        return norm


class InvertedBottleneck(nn.Module):
    """For example takes x (N, 16, 112, 112) and returns (N, 24, 56, 56)."""

    def __init__(self, before=16, channels=24, expand=6, stride=1):
        super().__init__()
        self.widen = ConvNormAct(before, channels=before * expand, kernel_size=1)
        # One filter for each channel: cheap, and it mixes nothing.
        self.depthwise = ConvNormAct(
            before * expand,
            channels=before * expand,
            stride=stride,
            groups=before * expand,
        )
        # Back to few channels, without an activation: the bottleneck is linear.
        self.project = nn.Conv2d(before * expand, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        widen = self.widen(x)
        depthwise = self.depthwise(widen)
        project = self.project(depthwise)
        norm = self.norm(project)
        return norm


class InvertedResidual(nn.Module):
    """For example takes x (N, 24, 56, 56) and returns (N, 24, 56, 56)."""

    def __init__(self, channels=24):
        super().__init__()
        self.branch = InvertedBottleneck(before=channels, channels=channels)

    def forward(self, x):
        branch = self.branch(x)
        add = branch + x
        return add


class MobileNetV2(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        self.stem = ConvNormAct(3, stride=2)
        self.stage1 = DepthwiseSeparable()
        self.enter2 = InvertedBottleneck(stride=2)
        self.stage2 = InvertedResidual()
        self.enter3 = InvertedBottleneck(before=24, channels=32, stride=2)
        self.stage3 = nn.Sequential(*[InvertedResidual(channels=32) for _ in range(2)])
        self.enter4 = InvertedBottleneck(before=32, channels=64, stride=2)
        self.stage4 = nn.Sequential(*[InvertedResidual(channels=64) for _ in range(3)])
        self.enter5 = InvertedBottleneck(before=64, channels=96)
        self.stage5 = nn.Sequential(*[InvertedResidual(channels=96) for _ in range(2)])
        self.enter6 = InvertedBottleneck(before=96, channels=160, stride=2)
        self.stage6 = nn.Sequential(*[InvertedResidual(channels=160) for _ in range(2)])
        self.enter7 = InvertedBottleneck(before=160, channels=320)
        self.last = ConvNormAct(320, channels=1280, kernel_size=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.drop = nn.Dropout(p=0.2)
        self.fc = nn.Linear(1280, 1000)

    def forward(self, image):
        stem = self.stem(image)
        stage1 = self.stage1(stem)
        enter2 = self.enter2(stage1)
        stage2 = self.stage2(enter2)
        enter3 = self.enter3(stage2)
        stage3 = self.stage3(enter3)
        enter4 = self.enter4(stage3)
        stage4 = self.stage4(enter4)
        enter5 = self.enter5(stage4)
        stage5 = self.stage5(enter5)
        enter6 = self.enter6(stage5)
        stage6 = self.stage6(enter6)
        enter7 = self.enter7(stage6)
        last = self.last(enter7)
        pool = self.pool(last)
        flatten = self.flatten(pool)
        drop = self.drop(flatten)
        fc = self.fc(drop)
        return fc


if __name__ == "__main__":
    network = MobileNetV2()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
