"""EfficientNet-B0: a network drawn with Layerloom."""

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
        self.act = nn.SiLU()

    def forward(self, x):
        conv = self.conv(x)
        norm = self.norm(conv)
        act = self.act(norm)
        return act


class SqueezeExcite(nn.Module):
    """For example takes x (N, 32, 112, 112) and returns (N, 32, 112, 112)."""

    def __init__(self, channels=96, squeeze=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze, 1)
        self.silu = nn.SiLU()
        self.fc2 = nn.Conv2d(squeeze, channels, 1)
        # For each channel, how much of it to let through.
        self.gate = nn.Sigmoid()

    def forward(self, x):
        pool = self.pool(x)
        fc1 = self.fc1(pool)
        silu = self.silu(fc1)
        fc2 = self.fc2(silu)
        gate = self.gate(fc2)
        scale = x * gate
        return scale


class DepthwiseSeparable(nn.Module):
    """Takes x (N, 32, 112, 112) and returns (N, 16, 112, 112)."""

    def __init__(self, before=32, channels=16):
        super().__init__()
        self.depthwise = ConvNormAct(before, channels=before, groups=before)
        self.attend = SqueezeExcite(channels=before, squeeze=before // 4)
        self.project = nn.Conv2d(before, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        depthwise = self.depthwise(x)
        attend = self.attend(depthwise)
        project = self.project(attend)
        norm = self.norm(project)
        return norm


class MBConv(nn.Module):
    """For example takes x (N, 16, 112, 112) and returns (N, 24, 56, 56)."""

    def __init__(self, before=16, channels=24, expand=6, kernel_size=3, stride=1):
        super().__init__()
        self.widen = ConvNormAct(before, channels=before * expand, kernel_size=1)
        self.depthwise = ConvNormAct(
            before * expand,
            channels=before * expand,
            kernel_size=kernel_size,
            stride=stride,
            groups=before * expand,
        )
        self.attend = SqueezeExcite(channels=before * expand, squeeze=before // 4)
        self.project = nn.Conv2d(before * expand, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        widen = self.widen(x)
        depthwise = self.depthwise(widen)
        attend = self.attend(depthwise)
        project = self.project(attend)
        norm = self.norm(project)
        return norm


class MBConvResidual(nn.Module):
    """For example takes x (N, 24, 56, 56) and returns (N, 24, 56, 56)."""

    def __init__(self, channels=24, kernel_size=3):
        super().__init__()
        self.branch = MBConv(
            before=channels, channels=channels, kernel_size=kernel_size
        )

    def forward(self, x):
        branch = self.branch(x)
        # The paper also drops whole branches at random while training.
        add = branch + x
        return add


class EfficientNetB0(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        self.stem = ConvNormAct(3, stride=2)
        self.stage1 = DepthwiseSeparable()
        self.enter2 = MBConv(stride=2)
        self.stage2 = MBConvResidual()
        self.enter3 = MBConv(before=24, channels=40, kernel_size=5, stride=2)
        self.stage3 = MBConvResidual(channels=40, kernel_size=5)
        self.enter4 = MBConv(before=40, channels=80, stride=2)
        self.stage4 = nn.Sequential(*[MBConvResidual(channels=80) for _ in range(2)])
        self.enter5 = MBConv(before=80, channels=112, kernel_size=5)
        self.stage5 = nn.Sequential(
            *[MBConvResidual(channels=112, kernel_size=5) for _ in range(2)]
        )
        self.enter6 = MBConv(before=112, channels=192, kernel_size=5, stride=2)
        self.stage6 = nn.Sequential(
            *[MBConvResidual(channels=192, kernel_size=5) for _ in range(3)]
        )
        self.enter7 = MBConv(before=192, channels=320)
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
    network = EfficientNetB0()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
