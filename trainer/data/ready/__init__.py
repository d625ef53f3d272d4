"""The data sets that are here or can be fetched: to add one, add an entry to its family's file."""

from trainer.data.dataset import DataSet
from trainer.data.ready import fetched, pictures, points, sequences, tables

DATASETS: dict[str, DataSet] = {
    each.name: each for family in (pictures, tables, points, sequences, fetched) for each in family.DATASETS
}
