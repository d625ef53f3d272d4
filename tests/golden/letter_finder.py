"""Letter finder: a network drawn with Layerloom."""

import torch
from torch import nn


class LetterFinder(nn.Module):
    """Takes text (N, 16) of int64 and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(28, 16, padding_idx=0)
        self.gru = nn.GRU(16, 32, batch_first=True, bidirectional=True)
        self.norm = nn.LayerNorm(64)
        self.fc = nn.Linear(64, 2)

    def forward(self, text):
        embed = self.embed(text)
        gru, _ = self.gru(embed)
        mean = gru.mean(dim=1)
        norm = self.norm(mean)
        fc = self.fc(norm)
        return fc


if __name__ == "__main__":
    network = LetterFinder()
    text = torch.randint(0, 28, (2, 16))
    print(tuple(network(text).shape))
