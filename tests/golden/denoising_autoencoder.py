"""Denoising autoencoder: a network drawn with Layerloom."""

import torch
from torch import nn


class DenoisingAutoencoder(nn.Module):
    """Takes noisy (N, 1, 28, 28) and returns (N, 1, 28, 28)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
        self.relu1 = nn.ReLU()
        # Remembers where each maximum stood.
        self.pool1 = nn.MaxPool2d(2, return_indices=True)
        self.conv2 = nn.Conv2d(32, 16, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2, return_indices=True)
        # Puts each number back where its maximum stood.
        self.unpool2 = nn.MaxUnpool2d(2)
        self.conv3 = nn.ConvTranspose2d(16, 32, 3, padding=1)
        self.relu3 = nn.ReLU()
        self.unpool1 = nn.MaxUnpool2d(2)
        self.conv4 = nn.ConvTranspose2d(32, 1, 3, padding=1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, noisy):
        conv1 = self.conv1(noisy)
        relu1 = self.relu1(conv1)
        pool1, pool1_indices = self.pool1(relu1)
        conv2 = self.conv2(pool1)
        relu2 = self.relu2(conv2)
        pool2, pool2_indices = self.pool2(relu2)
        unpool2 = self.unpool2(pool2, pool2_indices)
        conv3 = self.conv3(unpool2)
        relu3 = self.relu3(conv3)
        unpool1 = self.unpool1(relu3, pool1_indices)
        conv4 = self.conv4(unpool1)
        sigmoid = self.sigmoid(conv4)
        return sigmoid


if __name__ == "__main__":
    network = DenoisingAutoencoder()
    noisy = torch.randn(2, 1, 28, 28)
    print(tuple(network(noisy).shape))
