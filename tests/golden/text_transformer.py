"""Text transformer: a network drawn with Layerloom."""

import torch
from torch import nn


class PositionalEncoding(nn.Module):
    """Adds sines and cosines of each step's position (Vaswani et al. 2017, section 3.5)."""

    def __init__(self, d_model, max_len=5000):
        super().__init__()
        position = torch.arange(max_len).unsqueeze(1)
        rate = 10000.0 ** (-torch.arange(0, d_model, 2) / d_model)
        table = torch.zeros(max_len, d_model)
        table[:, 0::2] = torch.sin(position * rate)
        table[:, 1::2] = torch.cos(position * rate)[:, : d_model // 2]
        self.register_buffer("table", table, persistent=False)

    def forward(self, x):
        return x + self.table[: x.size(1)]


class TextTransformer(nn.Module):
    """Takes text (N, 128) of int64 and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20000, 128, padding_idx=0)
        self.position = PositionalEncoding(128, max_len=128)
        self.drop1 = nn.Dropout(p=0.1)
        self.encoder = nn.Sequential(
            *[
                nn.TransformerEncoderLayer(
                    128, 4, dim_feedforward=512, batch_first=True, norm_first=True
                )
                for _ in range(2)
            ]
        )
        self.norm = nn.LayerNorm(128)
        self.drop2 = nn.Dropout(p=0.1)
        self.fc = nn.Linear(128, 2)

    def forward(self, text):
        embed = self.embed(text)
        position = self.position(embed)
        drop1 = self.drop1(position)
        encoder = self.encoder(drop1)
        norm = self.norm(encoder)
        mean = norm.mean(dim=1)
        drop2 = self.drop2(mean)
        fc = self.fc(drop2)
        return fc


if __name__ == "__main__":
    network = TextTransformer()
    text = torch.randint(0, 20000, (2, 128))
    print(tuple(network(text).shape))
