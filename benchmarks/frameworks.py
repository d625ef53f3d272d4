"""The digits network trained with Lightning and with Keras, each as its users would write it.

FRAMEWORKS has one function for each; what it needs is imported when it is called.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from trainer.data import Split
from trainer.settings import Settings


def lightning(new_network: Callable[[], nn.Module], data: Split, settings: Settings, folder: str) -> None:
    """A LightningModule that logs loss and accuracy; Trainer with its logger and its checkpoints, and
    without progress bar and summary, which would write on the terminal.
    """
    import logging

    from lightning.pytorch import LightningModule, Trainer, seed_everything

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)  # else it says what hardware it found
    warnings.filterwarnings("ignore", module="lightning.*")  # advice, such as to load with more processes

    class Classifier(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = new_network()

        def training_step(self, batch, index):
            x, y = batch
            loss = nn.functional.cross_entropy(self.network(x), y)
            self.log("train_loss", loss)
            return loss

        def validation_step(self, batch, index):
            x, y = batch
            output = self.network(x)
            self.log("val_loss", nn.functional.cross_entropy(output, y))
            self.log("val_accuracy", (output.argmax(1) == y).float().mean())

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=settings.lr)

    seed_everything(settings.seed, verbose=False)
    host = data.to(torch.device("cpu"))
    train = DataLoader(TensorDataset(host.train_x, host.train_y), settings.batch_size, shuffle=True)
    validation = DataLoader(TensorDataset(host.validation_x, host.validation_y), len(host.validation_y))
    trainer = Trainer(
        max_epochs=settings.epochs,
        accelerator="gpu" if settings.device == "cuda" else "cpu",
        devices=1,
        default_root_dir=folder,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Classifier(), train, validation)


def keras(new_network: Callable[[], nn.Module], data: Split, settings: Settings, folder: str) -> None:
    """The same layers in Keras' words, compiled and fitted on arrays, with PyTorch computing."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras as k

    k.utils.set_random_seed(settings.seed)
    k.config.set_image_data_format("channels_first")  # PyTorch's own; Keras' would be turned around

    def stage(channels: int) -> list:
        convolution = k.layers.Conv2D(channels, 3, padding="same")
        return [convolution, k.layers.BatchNormalization(axis=1), k.layers.ReLU(), k.layers.MaxPooling2D()]

    layers = k.layers
    head = [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10)]
    model = k.Sequential([k.Input(data.train_x.shape[1:]), *stage(16), *stage(32), *head])
    model.compile(
        k.optimizers.Adam(settings.lr),
        k.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    x, y, validation_x, validation_y = (
        each.cpu().numpy() for each in (data.train_x, data.train_y, data.validation_x, data.validation_y)
    )
    model.fit(
        x,
        y,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        validation_data=(validation_x, validation_y),
        verbose=0,
    )


FRAMEWORKS = {"lightning": lightning, "keras": keras}
