"""What is said of a broken layer: at the guilty node, with what to do, and repairs that repair."""

import pytest

from builder import Document, check, edits
from builder.document import Graph, Node
from builder.repairs import apply_fix
from tests.networks import chain

CONV = {"out_channels": 8, "kernel_size": 3}
BROKEN = {
    "Linear after an image, of the flattened size": (
        chain(("conv1", "Conv2d", CONV), ("fc", "Linear", {"in_features": 288, "out_features": 10})),
        "fc",
        "has in_features=288 and gets (8, 6, 6)",
        "Insert a Flatten before fc",
    ),
    "a size that was typed and does not fit": (
        chain(("conv1", "Conv2d", {**CONV, "in_channels": 3})),
        "conv1",
        "has in_channels=3 and gets (1, 8, 8), which has 1 channels",
        "Use the incoming size, 1",
    ),
    "groups that do not divide": (
        chain(("conv1", "Conv2d", CONV), ("conv2", "Conv2d", {**CONV, "groups": 3})),
        "conv2",
        "groups=3, which does not divide in_channels=8",
        "Set groups to 2",
    ),
    "heads that do not divide": (
        chain(("attention", "MultiheadAttention", {"num_heads": 5}), shape=(7, 12)),
        "attention",
        "num_heads=5, which does not divide embed_dim=12",
        "Set num_heads to 4",
    ),
    "groups of GroupNorm": (
        chain(("norm", "GroupNorm", {"num_groups": 3}), shape=(8, 4, 4)),
        "norm",
        "num_groups=3, which does not divide num_channels=8",
        "Set num_groups to 2",
    ),
    "a row where an image is needed": (
        chain(("conv1", "Conv2d", CONV), shape=(784,)),
        "conv1",
        "takes (channels, height, width) and gets (784)",
        "Insert an Unflatten before conv1",
    ),
    "the norm for another rank": (
        chain(("norm", "BatchNorm1d"), shape=(8, 4, 4)),
        "norm",
        "takes (features) or (channels, length) and gets (8, 4, 4)",
        "Make norm a BatchNorm2d",
    ),
    "a window larger than the image": (
        chain(("pool", "MaxPool2d", {"kernel_size": 9})),
        "pool",
        "slides a window of 9 x 9 over an image of 8 x 8",
        "Set kernel_size to 8",
    ),
    "a value out of range": (
        chain(("drop", "Dropout", {"p": 1.5})),
        "drop",
        "p is 1.5; it takes a number from 0 to 1",
        "Set p to 1.0",
    ),
    "an output padding as large as the stride": (
        chain(("up", "ConvTranspose2d", {"out_channels": 4, "kernel_size": 3, "output_padding": 1})),
        "up",
        "has output_padding=1, which must be smaller than stride or dilation",
        "Set output_padding to 0",
    ),
    "padding of more than half a window": (
        chain(("pool", "MaxPool2d", {"kernel_size": 2, "padding": 2})),
        "pool",
        "has padding=2, more than half of kernel_size=2",
        "Set padding to 1",
    ),
    "fractional pooling with two sizes": (
        chain(("pool", "FractionalMaxPool2d", {"kernel_size": 2, "output_size": 3})),
        "pool",
        "has an output_size and an output_ratio",
        "Set output_ratio to None",
    ),
    "fractional pooling of too small an image": (
        chain(("pool", "FractionalMaxPool2d", {"kernel_size": 6})),
        "pool",
        "picks 4 x 4 windows of kernel_size=6 from 8 x 8",
        "Set kernel_size to 5",
    ),
    "fractional pooling to nothing": (
        chain(("pool", "FractionalMaxPool2d", {"kernel_size": 2, "output_ratio": None})),
        "pool",
        "has no output_size and no output_ratio",
        "Set output_ratio to 0.5",
    ),
    "unpooling without indices": (
        chain(("pool", "MaxPool2d", {"kernel_size": 2}), ("back", "MaxUnpool2d", {"kernel_size": 2})),
        "back",
        "takes 2 inputs (x, indices) and has 1",
        "Give back the indices of the pool before it",
    ),
    "unpooling with values for indices": (
        edits.set_inputs(
            chain(("pool", "MaxPool2d", {"kernel_size": 2}), ("back", "MaxUnpool2d", {"kernel_size": 2})),
            "back",
            ("pool", "pool"),
        ),
        "back",
        "takes whole numbers as its indices and gets decimal ones",
        "Give back the indices of the pool before it",
    ),
    "a mirror wider than the image": (
        chain(("pad", "ReflectionPad2d", {"padding": 8})),
        "pad",
        "has padding=8, more than 8 x 8 can give",
        "Set padding to 7",
    ),
    "an odd number of margins": (
        chain(("pad", "Pad", {"pad": (1, 1, 1)})),
        "pad",
        "has 3 numbers in pad, and takes two for each dimension",
        "Set pad to (1, 1)",
    ),
    "a dimension that is not there": (
        chain(("softmax", "Softmax", {"dim": 4})),
        "softmax",
        "has dim=4, and its input has the dimensions 0, which is the batch, to 3",
        "Set dim to -1",
    ),
    "a slope for each of other channels": (
        chain(("prelu", "PReLU", {"num_parameters": 3}), shape=(8, 4, 4)),
        "prelu",
        "has num_parameters=3 and gets 8 channels",
        "Set num_parameters to 8",
    ),
    "bounds the wrong way round": (
        chain(("act", "Hardtanh", {"min_val": 2.0})),
        "act",
        "has min_val=2.0 and max_val=1.0; min_val must be the smaller one",
        "Set max_val to 3.0",
    ),
    "a gate of an odd dimension": (
        chain(("gate", "GLU"), shape=(4, 7)),
        "gate",
        "halves dimension -1, which has 7 numbers",
        "Set dim to 1",
    ),
    "a projection that is no smaller": (
        chain(("lstm", "LSTM", {"hidden_size": 8, "proj_size": 8}), shape=(5, 4)),
        "lstm",
        "has proj_size=8, which must be smaller than hidden_size=8",
        "Set proj_size to 4",
    ),
    "a sequence longer than its positions": (
        chain(("position", "PositionalEncoding", {"max_len": 5}), shape=(9, 4)),
        "position",
        "has max_len=5 and gets 9 steps",
        "Set max_len to 9",
    ),
    "channels that make no squares": (
        chain(("shuffle", "PixelShuffle", {"upscale_factor": 3}), shape=(8, 4, 4)),
        "shuffle",
        "makes squares of 3 x 3 out of channels and gets 8 channels, which 9 does not divide",
        "Set upscale_factor to 2",
    ),
    "squares that do not fill the image": (
        chain(("shuffle", "PixelUnshuffle", {"downscale_factor": 3})),
        "shuffle",
        "takes squares of 3 x 3 out of an image of 8 x 8",
        "Set downscale_factor to 2",
    ),
    "groups to shuffle that do not divide": (
        chain(("shuffle", "ChannelShuffle", {"groups": 3}), shape=(8, 4, 4)),
        "shuffle",
        "has groups=3, which does not divide 8 channels",
        "Set groups to 2",
    ),
    "a mode for another rank": (
        chain(("up", "Upsample", {"mode": "linear"})),
        "up",
        "has mode='linear', which is for 1 dimensions, and gets 2",
        "Set mode to 'bilinear'",
    ),
    "corners where there are none": (
        chain(("up", "Interpolate", {"align_corners": True})),
        "up",
        "has align_corners=True, which mode='nearest' does not know",
        "Set align_corners to None",
    ),
    "a size and a factor": (
        chain(("up", "Upsample", {"size": 16})),
        "up",
        "has a size and a scale_factor, and takes one of them",
        "Set scale_factor to None",
    ),
    "a size for each of other dimensions": (
        chain(("up", "Upsample", {"size": (16, 16, 16), "scale_factor": None})),
        "up",
        "has 3 numbers in size and gets 2 dimensions",
        "Set size to 16",
    ),
    "pieces that do not come out": (
        chain(("chunk", "Chunk", {"chunks": 4, "dim": 1}), shape=(9,)),
        "chunk",
        "cuts dimension 1, which has 9, into 4 pieces, and PyTorch gives fewer",
        "Set chunks to 3",
    ),
    "sizes that do not add up": (
        chain(("split", "Split", {"split_size": (4, 4), "dim": 1}), shape=(9,)),
        "split",
        "has split_size=(4, 4), which adds up to 8, and dimension 1 has 9",
        "Set split_size to (4, 5)",
    ),
    "a slice of everything": (
        chain(("slice", "Slice", {"dim": 1, "end": None}), shape=(9,)),
        "slice",
        "has no start and no end, so it takes everything",
        "Set start to 1",
    ),
    "values that are too few": (
        edits.set_inputs(
            chain(
                ("constant", "Constant", {"shape": (2, 2), "fill": "values", "values": (1.0, 2.0)}),
                ("sum", "Add"),
                shape=(2,),
            ),
            "constant",
            (),
        ),
        "constant",
        "of which it has 2 and a shape of 2 x 2 takes 4",
        "Set shape to (2,)",
    ),
    "a token vector without Embedding": (
        edits.set_param(
            edits.set_param(
                chain(("fc", "Linear", {"out_features": 4}), shape=(16,)), "image", "dtype", "int64"
            ),
            "image",
            "high",
            20,
        ),
        "fc",
        "takes decimal numbers and gets whole ones, int64 (16)",
        "Insert an Embedding before fc",
    ),
}


@pytest.mark.parametrize("document, node, words, label", BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_explained_at_its_node(document, node, words, label):
    report = check(document)
    assert not report.ok
    (problem,) = (problem for problem in report.problems if problem.severity == "error")
    assert problem.node == node
    assert words in problem.message
    assert problem.message.startswith(f"{node} (")
    assert problem.message.endswith(".")
    assert label in [fix.label for fix in problem.fixes]


@pytest.mark.parametrize("document, node, words, label", BROKEN.values(), ids=BROKEN)
def test_every_repair_repairs(document, node, words, label):
    for problem in check(document).problems:
        for fix in problem.fixes:
            messages = [p.message for p in check(apply_fix(document, fix)).problems]
            assert problem.message not in messages, fix.label


def joined(kind, params, *shapes, **more):
    """Two inputs of these shapes, and a layer that takes both."""
    inputs = [Node(f"x{i}", "Input", (), {"shape": shape, **more}) for i, shape in enumerate(shapes)]
    layer = Node("layer", kind, tuple(node.id for node in inputs), params)
    return Document("Two", Graph((*inputs, layer, Node("answer", "Output", ("layer",)))))


WORDS = {
    "matrices": (
        joined("MatMul", {}, (5, 4), (5, 4)),
        "the last dimension of x, 4 of (5, 4), with the last but one of y, 5 of (5, 4)",
    ),
    "Bilinear": (
        joined("Bilinear", {"out_features": 2}, (5, 4), (6, 4)),
        "differ in the last dimension only",
    ),
    "a Bilinear of given sizes": (
        joined("Bilinear", {"out_features": 2, "in2_features": 4}, (3,), (6,)),
        "has in2_features=4 and gets (6), which has 6 features",
    ),
    "memory of other features": (
        joined("TransformerDecoderLayer", {"nhead": 2}, (5, 4), (7, 6)),
        "Put a Linear with out_features=4 on the second one",
    ),
    "a Transformer": (joined("Transformer", {"nhead": 2}, (5, 4), (7, 6)), "as many features"),
    "a join": (joined("Concat", {"dim": 1}, (5, 4), (5, 6)), "gets (5, 4) and (5, 6), which differ"),
    "a stack": (joined("Stack", {"dim": 1}, (5, 4), (5, 6)), "stacks tensors of one shape"),
    "indices of another pool": (
        joined("MaxUnpool2d", {"kernel_size": 2}, (2, 3, 3), (2, 4, 4)),
        "takes whole numbers as its indices",
    ),
    "windows to fold": (
        chain(("fold", "Fold", {"output_size": 6, "kernel_size": 2}), shape=(8, 24)),
        "folds 24 columns, and a window of 2 x 2 has 5 x 5 places in an image of 6 x 6",
    ),
    "channels to fold": (
        chain(("fold", "Fold", {"output_size": 6, "kernel_size": 2}), shape=(6, 25)),
        "takes 4 numbers for each window of 2 x 2 and gets 6 channels",
    ),
    "indices that point outside": (
        edits.take_indices(
            chain(
                ("pool", "MaxPool2d", {"kernel_size": 2}),
                ("back", "MaxUnpool2d", {"kernel_size": 2}),
                shape=(1, 7, 7),
            ),
            "back",
        ),
        "gives back 6 x 6, and its indices point into 49 places",
    ),
    "a batch mixed into the features": (
        chain(("flatten", "Flatten", {"start_dim": 0}), ("fc", "Linear", {"out_features": 4})),
        "gets (64N), where the batch is mixed into its features",
    ),
    "positions where the batch is second": (
        chain(("swap", "Permute", {"dims": (1, 0, 2)}), ("position", "PositionalEncoding"), shape=(5, 4)),
        "takes the batch first and gets it as dimension 1",
    ),
}


@pytest.mark.parametrize("document, words", WORDS.values(), ids=WORDS)
def test_what_no_click_repairs_is_put_in_plain_words(document, words):
    (problem,) = check(document).problems
    assert words in problem.message
    assert problem.message.endswith(".")


def test_what_is_expanded_has_a_first_dimension_of_one():
    nodes = (
        Node("image", "Input", (), {"shape": (4, 6)}),
        Node("token", "Parameter", (), {"shape": (4, 6)}),
        Node("many", "Expand", ("token", "image")),
        Node("answer", "Output", ("many",)),
    )
    document = Document("Token", Graph(nodes))
    (problem,) = check(document).problems
    assert "repeats its input's first dimension, which has 4 and must have 1" in problem.message
    assert check(apply_fix(document, problem.fixes[0])).ok


def test_indices_are_taken_from_the_pool_that_belongs_to_it():
    layers = [(f"pool{i}", "MaxPool2d", {"kernel_size": 2}) for i in (1, 2)]
    layers += [(f"back{i}", "MaxUnpool2d", {"kernel_size": 2}) for i in (2, 1)]
    document = chain(*layers)
    for name in ("back2", "back1"):
        document = edits.take_indices(document, name)
    assert document.main["back2"].inputs == ("pool2", "pool2.indices")
    assert document.main["back1"].inputs == ("back2", "pool1.indices")
    assert check(document).ok
    without = chain(("back", "MaxUnpool2d", {"kernel_size": 2}))
    with pytest.raises(edits.EditError, match="No pool before back"):
        edits.take_indices(without, "back")


def test_pytorchs_own_words_are_passed_on_with_the_layer_and_without_our_batch():
    document = chain(("fold", "Unflatten", {"dim": 1, "unflattened_size": (3, 5)}), shape=(16,))
    (problem,) = check(document).problems
    assert problem.message.startswith("fold (Unflatten) gets (16) and cannot run:")
    assert "99991" not in problem.message


def test_an_embedding_that_is_too_small_is_refused_where_the_meta_device_is_not():
    document = chain(("embed", "Embedding", {"embedding_dim": 4, "num_embeddings": 10}), shape=(5,))
    document = edits.set_param(edits.set_param(document, "image", "dtype", "int64"), "image", "high", 20)
    (problem,) = check(document).problems
    assert "num_embeddings=10" in problem.message
    assert "20 tokens" in problem.message


def test_a_merge_of_unequal_shapes_names_both():
    document = chain(("conv1", "Conv2d", CONV), ("conv2", "Conv2d", CONV))
    document = edits.set_inputs(edits.add_after(document, "conv2", "Add"), "add1", ("conv1", "conv2"))
    (problem,) = check(document).problems
    assert "(8, 6, 6) from conv1 and (8, 4, 4) from conv2" in problem.message


def test_a_merge_with_one_input_says_so():
    document = edits.set_inputs(edits.add_after(chain(("relu", "ReLU")), "relu", "Add"), "add1", ("relu",))
    (problem,) = check(document).problems
    assert "add1 (Add) takes two or more inputs and has 1" in problem.message
