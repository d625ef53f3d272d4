"""Translation transformer: a network drawn with Layerloom."""

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


class CausalAttention(nn.Module):
    """For example takes x (N, 32, 256) and returns (N, 32, 256)."""

    def __init__(self, width=256, heads=8):
        super().__init__()
        self.heads = heads
        self.width = width
        self.qkv = nn.Linear(width, width * 3)
        self.project = nn.Linear(width, width)

    def forward(self, x):
        qkv = self.qkv(x)
        heads_apart = qkv.reshape(
            qkv.size(0), -1, 3, self.heads, self.width // self.heads
        )
        heads_first = heads_apart.permute(0, 2, 3, 1, 4)
        query = heads_first.select(1, 0)
        key = heads_first.select(1, 1)
        value = heads_first.select(1, 2)
        # Causal: no word sees those after it.
        attend = nn.functional.scaled_dot_product_attention(
            query, key, value, is_causal=True
        )
        steps_first = attend.transpose(1, 2)
        heads_joined = steps_first.reshape(steps_first.size(0), -1, self.width)
        project = self.project(heads_joined)
        return project


class DecoderBlock(nn.Module):
    """For example takes x (N, 32, 256), memory (N, 32, 256) and returns (N, 32, 256)."""

    def __init__(self, width=256, heads=8):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = CausalAttention(width=width, heads=heads)
        self.norm2 = nn.LayerNorm(width)
        # Asks the text that is translated.
        self.look = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm3 = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, width * 4)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(width * 4, width)

    def forward(self, x, memory):
        norm1 = self.norm1(x)
        attention = self.attention(norm1)
        add1 = attention + x
        norm2 = self.norm2(add1)
        look, _ = self.look(norm2, memory, memory)
        add2 = look + add1
        norm3 = self.norm3(add2)
        fc1 = self.fc1(norm3)
        relu = self.relu(fc1)
        fc2 = self.fc2(relu)
        add3 = fc2 + add2
        return add3


class TranslationTransformer(nn.Module):
    """Takes source (N, 32) of int64, target (N, 32) of int64 and returns (N, 32, 8000)."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(8000, 256)
        nn.init.normal_(self.words.weight, 0.0, 0.0625)
        # The root of the 256 features, as in the paper.
        self.register_buffer("root", torch.tensor([16.0]).reshape(1))
        self.words_placed = PositionalEncoding(256, max_len=128)
        self.encoder = nn.Sequential(
            *[
                nn.TransformerEncoderLayer(
                    256, 8, dim_feedforward=1024, batch_first=True, norm_first=True
                )
                for _ in range(3)
            ]
        )
        self.memory = nn.LayerNorm(256)
        self.answers_placed = PositionalEncoding(256, max_len=128)
        self.decoder1 = DecoderBlock()
        self.decoder2 = DecoderBlock()
        self.decoder3 = DecoderBlock()
        self.norm = nn.LayerNorm(256)
        # Tied: the third use of the same weight.
        self.head = nn.Linear(256, 8000, bias=False)
        self.head.weight = self.words.weight

    def forward(self, source, target):
        words = self.words(source)
        # One table for both languages: the very same layer.
        answers = self.words(target)
        root = self.root
        words_large = words * root
        words_placed = self.words_placed(words_large)
        encoder = self.encoder(words_placed)
        memory = self.memory(encoder)
        answers_large = answers * root
        answers_placed = self.answers_placed(answers_large)
        decoder1 = self.decoder1(answers_placed, memory)
        decoder2 = self.decoder2(decoder1, memory)
        decoder3 = self.decoder3(decoder2, memory)
        norm = self.norm(decoder3)
        head = self.head(norm)
        return head


if __name__ == "__main__":
    network = TranslationTransformer()
    source = torch.randint(0, 8000, (2, 32))
    target = torch.randint(0, 8000, (2, 32))
    print(tuple(network(source, target).shape))
