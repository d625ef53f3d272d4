"""Measurements, one row an example, as they come inside scikit-learn; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable

from trainer.data.dataset import REGRESSION, Arrays, DataSet


def bundled(loader: str) -> Callable[[int], Arrays]:
    """A maker of one of scikit-learn's bundled data sets, such as load_iris."""

    def make(seed: int) -> Arrays:
        from sklearn import datasets  # heavy: half a second

        return getattr(datasets, loader)(return_X_y=True)

    return make


WINE = (
    "alcohol, malic acid, ash, alcalinity of ash, magnesium, total phenols, flavanoids, "
    "nonflavanoid phenols, proanthocyanins, color intensity, hue, od280/od315, proline"
)
MEASURES = (
    "radius, texture, perimeter, area, smoothness, compactness, concavity, concave points, symmetry, "
    "fractal dimension"
)

DATASETS = (
    DataSet(
        "iris",
        "Iris flowers",
        "Four measurements of a flower: which of three species is it?",
        (4,),
        ("setosa", "versicolor", "virginica"),
        150,
        bundled("load_iris"),
        scaling="standardize",
        features=("sepal length", "sepal width", "petal length", "petal width"),
        template="iris_mlp",
    ),
    DataSet(
        "wine",
        "Wine",
        "Thirteen chemical measurements of a wine: which of three growers made it?",
        (13,),
        ("grower 1", "grower 2", "grower 3"),
        178,
        bundled("load_wine"),
        scaling="standardize",
        features=tuple(WINE.split(", ")),
        template="wine_mlp",
    ),
    DataSet(
        "breast_cancer",
        "Breast cancer",
        "Thirty measurements of cell nuclei: is the tumour malignant or benign?",
        (30,),
        ("malignant", "benign"),
        569,
        bundled("load_breast_cancer"),
        scaling="standardize",
        features=tuple(
            f"{of} {measure}" for of in ("mean", "error of", "worst") for measure in MEASURES.split(", ")
        ),
        template="breast_cancer_mlp",
    ),
    DataSet(
        "diabetes",
        "Diabetes",
        "Ten measurements of a patient: how far has the illness gone on one year later, from 25 to 346?",
        (10,),
        ("progression",),
        442,
        bundled("load_diabetes"),
        task=REGRESSION,
        scaling="standardize",
        features=(
            "age",
            "sex",
            "body mass index",
            "blood pressure",
            "tc",
            "ldl",
            "hdl",
            "tch",
            "ltg",
            "glucose",
        ),
        template="diabetes_mlp",
    ),
)
