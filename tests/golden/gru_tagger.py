"""GRU tagger: a network drawn with Layerloom."""

import torch
from torch import nn


class GRUTagger(nn.Module):
    """Takes text (N, 64) of int64 and returns (N, 64, 17)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10000, 100, padding_idx=0)
        self.gru = nn.GRU(100, 128, batch_first=True, bidirectional=True)
        self.norm = nn.LayerNorm(256)
        self.drop = nn.Dropout()
        # A tag for each word: Linear works on each step by itself.
        self.fc = nn.Linear(256, 17)

    def forward(self, text):
        embed = self.embed(text)
        gru, _ = self.gru(embed)
        norm = self.norm(gru)
        drop = self.drop(norm)
        fc = self.fc(drop)
        return fc


if __name__ == "__main__":
    network = GRUTagger()
    text = torch.randint(0, 10000, (2, 64))
    print(tuple(network(text).shape))
