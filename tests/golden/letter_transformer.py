"""Letter transformer: a network drawn with Layerloom."""

import torch
from torch import nn


class LetterTransformer(nn.Module):
    """Takes text (N, 16) of int64 and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(28, 32, padding_idx=0)
        self.encoder = nn.TransformerEncoderLayer(
            32, 4, dim_feedforward=64, batch_first=True
        )
        self.fc = nn.Linear(32, 2)

    def forward(self, text):
        embed = self.embed(text)
        encoder = self.encoder(embed)
        mean = encoder.mean(dim=1)
        fc = self.fc(mean)
        return fc


if __name__ == "__main__":
    network = LetterTransformer()
    text = torch.randint(0, 28, (2, 16))
    print(tuple(network(text).shape))
