"""LSTM forecaster: a network drawn with Layerloom."""

import torch
from torch import nn


class LSTMForecaster(nn.Module):
    """Takes history (N, 48, 1) and returns (N, 12)."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 64, num_layers=2, batch_first=True, dropout=0.1)
        # The next 12 values at once.
        self.fc = nn.Linear(64, 12)

    def forward(self, history):
        lstm, _ = self.lstm(history)
        # What it knows once it has read the whole history.
        last = lstm[:, -1, :]
        fc = self.fc(last)
        return fc


if __name__ == "__main__":
    network = LSTMForecaster()
    history = torch.randn(2, 48, 1)
    print(tuple(network(history).shape))
