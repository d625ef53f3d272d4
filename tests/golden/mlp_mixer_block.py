"""MLP-Mixer block: a network drawn with Layerloom."""

import torch
from torch import nn


class Mlp(nn.Module):
    """For example takes x (N, 512, 196) and returns (N, 512, 196)."""

    def __init__(self, features=512, hidden=2048):
        super().__init__()
        self.fc1 = nn.Linear(features, hidden)
        self.gelu = nn.GELU()
        self.fc2 = nn.Linear(hidden, features)

    def forward(self, x):
        fc1 = self.fc1(x)
        gelu = self.gelu(fc1)
        fc2 = self.fc2(gelu)
        return fc2


class MixerBlock(nn.Module):
    """Takes x (N, 196, 512) and returns (N, 196, 512)."""

    def __init__(self, steps=196, channels=512, step_hidden=256, channel_hidden=2048):
        super().__init__()
        self.norm1 = nn.LayerNorm(channels)
        # Across patches: each channel by itself.
        self.mix_steps = Mlp(features=steps, hidden=step_hidden)
        self.norm2 = nn.LayerNorm(channels)
        # Across channels: each patch by itself.
        self.mix_channels = Mlp(features=channels, hidden=channel_hidden)

    def forward(self, x):
        norm1 = self.norm1(x)
        turned = norm1.transpose(1, 2)
        mix_steps = self.mix_steps(turned)
        back = mix_steps.transpose(1, 2)
        add1 = back + x
        norm2 = self.norm2(add1)
        mix_channels = self.mix_channels(norm2)
        add2 = mix_channels + add1
        return add2


class MLPMixerBlock(nn.Module):
    """Takes patches (N, 196, 512) and returns (N, 196, 512)."""

    def __init__(self):
        super().__init__()
        self.mixer = MixerBlock()

    def forward(self, patches):
        mixer = self.mixer(patches)
        return mixer


if __name__ == "__main__":
    network = MLPMixerBlock()
    patches = torch.randn(2, 196, 512)
    print(tuple(network(patches).shape))
