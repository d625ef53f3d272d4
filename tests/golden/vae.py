"""Variational autoencoder: a network drawn with Layerloom."""

import torch
from torch import nn


class VariationalAutoencoder(nn.Module):
    """Takes image (N, 1, 28, 28), noise (N, 20) and returns copy (N, 1, 28, 28), code_mean (N, 20), code_deviation (N, 20)."""

    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(784, 400)
        self.relu1 = nn.ReLU()
        self.mean = nn.Linear(400, 20)
        self.rough = nn.Linear(400, 20)
        # Always positive.
        self.deviation = nn.Softplus()
        self.fc2 = nn.Linear(20, 400)
        self.relu2 = nn.ReLU()
        self.fc3 = nn.Linear(400, 784)
        self.sigmoid = nn.Sigmoid()
        self.pixels = nn.Unflatten(1, (1, 28, 28))

    def forward(self, image, noise):
        flatten = self.flatten(image)
        fc1 = self.fc1(flatten)
        relu1 = self.relu1(fc1)
        mean = self.mean(relu1)
        rough = self.rough(relu1)
        deviation = self.deviation(rough)
        # Drawing from the code: the noise comes from outside, so that gradients pass.
        stray = noise * deviation
        code = mean + stray
        fc2 = self.fc2(code)
        relu2 = self.relu2(fc2)
        fc3 = self.fc3(relu2)
        sigmoid = self.sigmoid(fc3)
        pixels = self.pixels(sigmoid)
        return pixels, mean, deviation


if __name__ == "__main__":
    network = VariationalAutoencoder()
    image = torch.randn(2, 1, 28, 28)
    noise = torch.randn(2, 20)
    for output in network(image, noise):
        print(tuple(output.shape))
