"""GPT-2 small: a network drawn with Layerloom."""

import torch
from torch import nn


class Attention(nn.Module):
    """For example takes x (N, 1024, 768) and returns (N, 1024, 768)."""

    def __init__(self, width=768, heads=12):
        super().__init__()
        self.heads = heads
        self.width = width
        # Queries, keys and values in one multiplication.
        self.qkv = nn.Linear(width, width * 3)
        self.project = nn.Linear(width, width)
        self.drop = nn.Dropout(p=0.1)

    def forward(self, x):
        qkv = self.qkv(x)
        heads_apart = qkv.reshape(
            qkv.size(0), -1, 3, self.heads, self.width // self.heads
        )
        heads_first = heads_apart.permute(0, 2, 3, 1, 4)
        query = heads_first.select(1, 0)
        key = heads_first.select(1, 1)
        value = heads_first.select(1, 2)
        # Causal: no token sees those after it.
        attend = nn.functional.scaled_dot_product_attention(
            query, key, value, is_causal=True
        )
        steps_first = attend.transpose(1, 2)
        heads_joined = steps_first.reshape(steps_first.size(0), -1, self.width)
        project = self.project(heads_joined)
        drop = self.drop(project)
        return drop


class DecoderBlock(nn.Module):
    """For example takes x (N, 1024, 768) and returns (N, 1024, 768)."""

    def __init__(self, width=768, heads=12):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width=width, heads=heads)
        self.norm2 = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, width * 4)
        self.gelu = nn.GELU(approximate="tanh")
        self.fc2 = nn.Linear(width * 4, width)
        self.drop = nn.Dropout(p=0.1)

    def forward(self, x):
        norm1 = self.norm1(x)
        attention = self.attention(norm1)
        add1 = attention + x
        norm2 = self.norm2(add1)
        fc1 = self.fc1(norm2)
        gelu = self.gelu(fc1)
        fc2 = self.fc2(gelu)
        drop = self.drop(fc2)
        add2 = drop + add1
        return add2


class GPT2Small(nn.Module):
    """Takes text (N, 1024) of int64 and returns (N, 1024, 50257)."""

    def __init__(self):
        super().__init__()
        # Small to begin with: the head uses this weight too, and would shout.
        self.tokens = nn.Embedding(50257, 768)
        nn.init.normal_(self.tokens.weight, 0.0, 0.02)
        self.position = nn.Parameter(torch.randn(1, 1024, 768) * 0.02)
        self.drop = nn.Dropout(p=0.1)
        self.blocks = nn.Sequential(*[DecoderBlock() for _ in range(12)])
        self.norm = nn.LayerNorm(768)
        # Tied: a token is likely where its own vector points.
        self.head = nn.Linear(768, 50257, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, text):
        tokens = self.tokens(text)
        position = self.position
        placed = tokens + position
        drop = self.drop(placed)
        blocks = self.blocks(drop)
        norm = self.norm(blocks)
        head = self.head(norm)
        return head


if __name__ == "__main__":
    network = GPT2Small()
    text = torch.randint(0, 50257, (2, 1024))
    print(tuple(network(text).shape))
