"""ConvNeXt-T: a network drawn with Layerloom."""

import torch
from torch import nn


class ChannelNorm(nn.Module):
    """For example takes x (N, 96, 56, 56) and returns (N, 96, 56, 56)."""

    def __init__(self, channels=96):
        super().__init__()
        self.norm = nn.LayerNorm(channels, eps=1e-06)

    def forward(self, x):
        last = x.permute(0, 2, 3, 1)
        norm = self.norm(last)
        first = norm.permute(0, 3, 1, 2)
        return first


class ConvNeXtBlock(nn.Module):
    """For example takes x (N, 96, 56, 56) and returns (N, 96, 56, 56)."""

    def __init__(self, channels=96):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-06)
        self.fc1 = nn.Linear(channels, channels * 4)
        self.gelu = nn.GELU()
        self.fc2 = nn.Linear(channels * 4, channels)
        # Begins near 0, so that the block begins as its shortcut.
        self.scale = nn.Parameter(torch.ones(channels, 1, 1) * 1e-06)

    def forward(self, x):
        depthwise = self.depthwise(x)
        channels_last = depthwise.permute(0, 2, 3, 1)
        norm = self.norm(channels_last)
        fc1 = self.fc1(norm)
        gelu = self.gelu(fc1)
        fc2 = self.fc2(gelu)
        channels_first = fc2.permute(0, 3, 1, 2)
        scale = self.scale
        scaled = channels_first * scale
        add = scaled + x
        return add


class Down(nn.Module):
    """For example takes x (N, 96, 56, 56) and returns (N, 192, 28, 28)."""

    def __init__(self, before=96, channels=192):
        super().__init__()
        self.norm = ChannelNorm(channels=before)
        self.conv = nn.Conv2d(before, channels, 2, stride=2)

    def forward(self, x):
        norm = self.norm(x)
        conv = self.conv(norm)
        return conv


class ConvNeXtT(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        # Patches of 4 x 4, as a vision transformer cuts them.
        self.stem = nn.Conv2d(3, 96, 4, stride=4)
        self.norm1 = ChannelNorm()
        self.stage1 = nn.Sequential(*[ConvNeXtBlock() for _ in range(3)])
        self.down2 = Down()
        self.stage2 = nn.Sequential(*[ConvNeXtBlock(channels=192) for _ in range(3)])
        self.down3 = Down(before=192, channels=384)
        self.stage3 = nn.Sequential(*[ConvNeXtBlock(channels=384) for _ in range(9)])
        self.down4 = Down(before=384, channels=768)
        self.stage4 = nn.Sequential(*[ConvNeXtBlock(channels=768) for _ in range(3)])
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.norm2 = ChannelNorm(channels=768)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(768, 1000)

    def forward(self, image):
        stem = self.stem(image)
        norm1 = self.norm1(stem)
        stage1 = self.stage1(norm1)
        down2 = self.down2(stage1)
        stage2 = self.stage2(down2)
        down3 = self.down3(stage2)
        stage3 = self.stage3(down3)
        down4 = self.down4(stage3)
        stage4 = self.stage4(down4)
        pool = self.pool(stage4)
        norm2 = self.norm2(pool)
        flatten = self.flatten(norm2)
        fc = self.fc(flatten)
        return fc


if __name__ == "__main__":
    network = ConvNeXtT()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
