"""Wide and deep: a network drawn with Layerloom."""

import torch
from torch import nn


class WideAndDeep(nn.Module):
    """Takes measures (N, 16), category (N, 8) of int64 and returns (N, 1)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(1000, 16)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(144, 128)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(128, 64)
        self.relu2 = nn.ReLU()
        self.deep = nn.Linear(64, 1)
        # A straight line beside the deep network: it learns the simple part.
        self.wide = nn.Linear(16, 1)

    def forward(self, measures, category):
        embed = self.embed(category)
        flatten = self.flatten(embed)
        join = torch.cat([measures, flatten], dim=1)
        fc1 = self.fc1(join)
        relu1 = self.relu1(fc1)
        fc2 = self.fc2(relu1)
        relu2 = self.relu2(fc2)
        deep = self.deep(relu2)
        wide = self.wide(measures)
        add = deep + wide
        return add


if __name__ == "__main__":
    network = WideAndDeep()
    measures = torch.randn(2, 16)
    category = torch.randint(0, 1000, (2, 8))
    print(tuple(network(measures, category).shape))
