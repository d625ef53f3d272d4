"""Text CNN: a network drawn with Layerloom."""

import torch
from torch import nn


class WordGroups(nn.Module):
    """For example takes x (N, 300, 64) and returns (N, 100)."""

    def __init__(self, channels=100, width=3):
        super().__init__()
        # Looks at so many words at a time.
        self.conv = nn.Conv1d(300, channels, width)
        self.relu = nn.ReLU()

    def forward(self, x):
        conv = self.conv(x)
        relu = self.relu(conv)
        max = relu.amax(dim=2)
        return max


class TextCNN(nn.Module):
    """Takes text (N, 64) of int64 and returns (N, 2)."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20000, 300, padding_idx=0)
        self.words3 = WordGroups()
        self.words4 = WordGroups(width=4)
        self.words5 = WordGroups(width=5)
        self.drop = nn.Dropout()
        self.fc = nn.Linear(300, 2)

    def forward(self, text):
        embed = self.embed(text)
        # Conv1d takes the features before the steps.
        signal = embed.transpose(1, 2)
        words3 = self.words3(signal)
        words4 = self.words4(signal)
        words5 = self.words5(signal)
        join = torch.cat([words3, words4, words5], dim=1)
        drop = self.drop(join)
        fc = self.fc(drop)
        return fc


if __name__ == "__main__":
    network = TextCNN()
    text = torch.randint(0, 20000, (2, 64))
    print(tuple(network(text).shape))
