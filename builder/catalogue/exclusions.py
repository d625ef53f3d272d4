"""What torch.nn has and the catalogue leaves out, and why. A test holds both against PyTorch."""

_LOSS = "a loss: it belongs to training, where it is chosen"
_CONTAINER = "it holds other layers, which a drawing shows one by one"
_LAZY = "the layer without Lazy reads its sizes off the input anyway"
_BASE = "a base class that does nothing by itself"

EXCLUDED: dict[str, str] = {
    **dict.fromkeys(
        """BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss
        HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss MarginRankingLoss
        MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss
        SmoothL1Loss SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss""".split(),
        _LOSS,
    ),
    "AdaptiveLogSoftmaxWithLoss": "it takes the labels and gives a loss, which belongs to training",
    **dict.fromkeys(
        "Container DataParallel ModuleDict ModuleList ParameterDict ParameterList Sequential".split(),
        _CONTAINER,
    ),
    **dict.fromkeys(
        """LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d
        LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d
        LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear""".split(),
        _LAZY,
    ),
    **dict.fromkeys("Module RNNBase RNNCellBase".split(), _BASE),
}
