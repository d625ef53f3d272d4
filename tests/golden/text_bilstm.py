"""Text BiLSTM: a network drawn with Layerloom."""

import torch
from torch import nn


class TextBiLSTM(nn.Module):
    """Takes text (N, 128) of int64 and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20000, 100, padding_idx=0)
        self.drop1 = nn.Dropout(p=0.3)
        # Reads the text forwards and backwards.
        self.lstm = nn.LSTM(
            100, 128, num_layers=2, batch_first=True, dropout=0.3, bidirectional=True
        )
        self.drop2 = nn.Dropout(p=0.3)
        self.fc = nn.Linear(256, 2)

    def forward(self, text):
        embed = self.embed(text)
        drop1 = self.drop1(embed)
        lstm, _ = self.lstm(drop1)
        # The strongest sign at any step; the last step has read only one way.
        max = lstm.amax(dim=1)
        drop2 = self.drop2(max)
        fc = self.fc(drop2)
        return fc


if __name__ == "__main__":
    network = TextBiLSTM()
    text = torch.randint(0, 20000, (2, 128))
    print(tuple(network(text).shape))
