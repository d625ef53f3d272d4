"""AlexNet: a network drawn with Layerloom."""

import torch
from torch import nn


class AlexNet(nn.Module):
    """Takes image (N, 3, 224, 224) and returns (N, 1000)."""

    def __init__(self):
        super().__init__()
        # Large windows and a large stride: the image shrinks 4 times at once.
        self.conv1 = nn.Conv2d(3, 64, 11, stride=4, padding=2)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2)
        self.conv2 = nn.Conv2d(64, 192, 5, padding=2)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(3, stride=2)
        self.conv3 = nn.Conv2d(192, 384, 3, padding=1)
        self.relu3 = nn.ReLU()
        self.conv4 = nn.Conv2d(384, 256, 3, padding=1)
        self.relu4 = nn.ReLU()
        self.conv5 = nn.Conv2d(256, 256, 3, padding=1)
        self.relu5 = nn.ReLU()
        self.pool3 = nn.MaxPool2d(3, stride=2)
        self.pool4 = nn.AdaptiveAvgPool2d(6)
        self.flatten = nn.Flatten()
        self.drop1 = nn.Dropout()
        # Nearly all weights are in the linear layers.
        self.fc1 = nn.Linear(9216, 4096)
        self.relu6 = nn.ReLU()
        self.drop2 = nn.Dropout()
        self.fc2 = nn.Linear(4096, 4096)
        self.relu7 = nn.ReLU()
        self.fc3 = nn.Linear(4096, 1000)

    def forward(self, image):
        conv1 = self.conv1(image)
        relu1 = self.relu1(conv1)
        pool1 = self.pool1(relu1)
        conv2 = self.conv2(pool1)
        relu2 = self.relu2(conv2)
        pool2 = self.pool2(relu2)
        conv3 = self.conv3(pool2)
        relu3 = self.relu3(conv3)
        conv4 = self.conv4(relu3)
        relu4 = self.relu4(conv4)
        conv5 = self.conv5(relu4)
        relu5 = self.relu5(conv5)
        pool3 = self.pool3(relu5)
        pool4 = self.pool4(pool3)
        flatten = self.flatten(pool4)
        drop1 = self.drop1(flatten)
        fc1 = self.fc1(drop1)
        relu6 = self.relu6(fc1)
        drop2 = self.drop2(relu6)
        fc2 = self.fc2(drop2)
        relu7 = self.relu7(fc2)
        fc3 = self.fc3(relu7)
        return fc3


if __name__ == "__main__":
    network = AlexNet()
    image = torch.randn(2, 3, 224, 224)
    print(tuple(network(image).shape))
