"""BERT base: a network drawn with Layerloom."""

import torch
from torch import nn


class BERTBase(nn.Module):
    """Takes text (N, 128) of int64, segment (N, 128) of int64 and returns steps (N, 128, 768), summary (N, 768)."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(30522, 768, padding_idx=0)
        # Which of two sentences a token belongs to.
        self.segments = nn.Embedding(2, 768)
        self.position = nn.Parameter(torch.randn(1, 512, 768) * 0.02)
        self.norm = nn.LayerNorm(768, eps=1e-12)
        self.drop = nn.Dropout(p=0.1)
        self.encoder = nn.Sequential(
            *[
                nn.TransformerEncoderLayer(
                    768,
                    12,
                    dim_feedforward=3072,
                    activation="gelu",
                    layer_norm_eps=1e-12,
                    batch_first=True,
                )
                for _ in range(12)
            ]
        )
        self.pooler = nn.Linear(768, 768)
        self.tanh = nn.Tanh()

    def forward(self, text, segment):
        words = self.words(text)
        segments = self.segments(segment)
        position = self.position
        # Learned for 512 steps, of which the text has 128.
        positions = position[:, :128]
        add = words + segments + positions
        norm = self.norm(add)
        drop = self.drop(norm)
        encoder = self.encoder(drop)
        # The first token, [CLS], stands for the whole text.
        first = encoder.select(1, 0)
        pooler = self.pooler(first)
        tanh = self.tanh(pooler)
        return encoder, tanh


if __name__ == "__main__":
    network = BERTBase()
    text = torch.randint(0, 30522, (2, 128))
    segment = torch.randint(0, 2, (2, 128))
    for output in network(text, segment):
        print(tuple(output.shape))
