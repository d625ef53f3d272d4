"""Character RNN: a network drawn with Layerloom."""

import torch
from torch import nn


class CharacterRNN(nn.Module):
    """Takes text (N, 100) of int64 and returns (N, 100, 96)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(96, 64)
        self.lstm = nn.LSTM(64, 256, num_layers=2, batch_first=True, dropout=0.2)
        self.drop = nn.Dropout(p=0.2)
        # For each step, which letter comes next.
        self.fc = nn.Linear(256, 96)

    def forward(self, text):
        embed = self.embed(text)
        lstm, _ = self.lstm(embed)
        drop = self.drop(lstm)
        fc = self.fc(drop)
        return fc


if __name__ == "__main__":
    network = CharacterRNN()
    text = torch.randint(0, 96, (2, 100))
    print(tuple(network(text).shape))
