"""ViT-B/16: a network drawn with Layerloom."""

import torch
from torch import nn


class EncoderBlock(nn.Module):
    """For example takes x (N, 197, 768) and returns (N, 197, 768)."""

    def __init__(self, width=768, heads=12):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-06)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(width, eps=1e-06)
        self.fc1 = nn.Linear(width, width * 4)
        self.gelu = nn.GELU()
        self.fc2 = nn.Linear(width * 4, width)

    def forward(self, x):
        norm1 = self.norm1(x)
        attention, _ = self.attention(norm1, norm1, norm1)
        add1 = attention + x
        norm2 = self.norm2(add1)
        fc1 = self.fc1(norm2)
        gelu = self.gelu(fc1)
        fc2 = self.fc2(gelu)
        add2 = fc2 + add1
        return add2


class ViTB16(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        # Cuts the image into 14 x 14 patches and makes a vector of each.
        self.patches = nn.Conv2d(3, 768, 16, stride=16)
        self.rows = nn.Flatten(start_dim=2)
        # One more step, which gathers what the others find.
        self.token = nn.Parameter(torch.zeros(1, 1, 768))
        self.position = nn.Parameter(torch.randn(1, 197, 768) * 0.02)
        self.encoder = nn.Sequential(*[EncoderBlock() for _ in range(12)])
        self.norm = nn.LayerNorm(768, eps=1e-06)
        self.fc = nn.Linear(768, 1000)

    def forward(self, image):
        patches = self.patches(image)
        rows = self.rows(patches)
        steps = rows.transpose(1, 2)
        token = self.token
        tokens = token.expand(steps.size(0), *token.shape[1:])
        sequence = torch.cat([tokens, steps], dim=1)
        position = self.position
        placed = sequence + position
        encoder = self.encoder(placed)
        norm = self.norm(encoder)
        first = norm.select(1, 0)
        fc = self.fc(first)
        return fc


if __name__ == "__main__":
    network = ViTB16()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
