"""Temporal convolution network: a network drawn with Layerloom."""

import torch
from torch import nn


class TemporalBlock(nn.Module):
    """For example takes x (N, 32, 256) and returns (N, 32, 256)."""

    def __init__(self, channels=32, dilation=1):
        super().__init__()
        # On the left only: no step sees those after it.
        self.pad1 = nn.ConstantPad1d((dilation * 2, 0), 0.0)
        self.conv1 = nn.utils.parametrizations.weight_norm(
            nn.Conv1d(channels, channels, 3, dilation=dilation)
        )
        self.relu1 = nn.ReLU()
        self.drop1 = nn.Dropout(p=0.1)
        self.pad2 = nn.ConstantPad1d((dilation * 2, 0), 0.0)
        self.conv2 = nn.utils.parametrizations.weight_norm(
            nn.Conv1d(channels, channels, 3, dilation=dilation)
        )
        self.relu2 = nn.ReLU()
        self.drop2 = nn.Dropout(p=0.1)
        self.relu3 = nn.ReLU()

    def forward(self, x):
        pad1 = self.pad1(x)
        conv1 = self.conv1(pad1)
        relu1 = self.relu1(conv1)
        drop1 = self.drop1(relu1)
        pad2 = self.pad2(drop1)
        conv2 = self.conv2(pad2)
        relu2 = self.relu2(conv2)
        drop2 = self.drop2(relu2)
        add = drop2 + x
        relu3 = self.relu3(add)
        return relu3


class TemporalConvolutionNetwork(nn.Module):
    """Takes signal (N, 1, 256) and returns (N, 10)."""

    def __init__(self):
        super().__init__()
        self.widen = nn.Conv1d(1, 32, 1)
        self.layer1 = TemporalBlock()
        self.layer2 = TemporalBlock(dilation=2)
        self.layer3 = TemporalBlock(dilation=4)
        self.layer4 = TemporalBlock(dilation=8)
        self.layer5 = TemporalBlock(dilation=16)
        self.mean = nn.AdaptiveAvgPool1d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(32, 10)

    def forward(self, signal):
        widen = self.widen(signal)
        layer1 = self.layer1(widen)
        layer2 = self.layer2(layer1)
        layer3 = self.layer3(layer2)
        layer4 = self.layer4(layer3)
        layer5 = self.layer5(layer4)
        mean = self.mean(layer5)
        flatten = self.flatten(mean)
        fc = self.fc(flatten)
        return fc


if __name__ == "__main__":
    network = TemporalConvolutionNetwork()
    signal = torch.randn(2, 1, 256)
    print(tuple(network(signal).shape))
