"""What the gallery says of each template: its group, purpose and source, and how many parameters it has.

The document itself stands in the file of the same name. `parameters` is the published number where the
source has one, and else the counted one; a test holds it against PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """One entry of the gallery. source is '' for a small network of our own."""

    name: str
    group: str
    parameters: int
    purpose: str
    source: str = ""


DCGAN = "Radford et al. 2015, Unsupervised representation learning with DCGANs; as in PyTorch's tutorial"

TEMPLATES = (
    Template(
        "digits_cnn",
        "Vision",
        13_754,
        "Tells handwritten digits of 8 × 8 pixels apart: a network to begin with.",
    ),
    Template(
        "digits_softmax",
        "Vision",
        650,
        "One linear layer that tells digits apart: what every deeper network has to beat.",
    ),
    Template(
        "digits_residual_cnn",
        "Vision",
        5_498,
        "A digits network with one skip connection, the smallest step towards ResNet.",
    ),
    Template(
        "lenet5",
        "Vision",
        61_706,
        "Reads handwritten digits: the first convolutional network in daily use.",
        "LeCun et al. 1998, Gradient-based learning applied to document recognition",
    ),
    Template(
        "cifar10_cnn",
        "Vision",
        145_578,
        "Three convolutions and two linear layers that sort small photographs into ten categories.",
        "The CIFAR-10 quick model of cuda-convnet, in the form of PyTorch tutorials",
    ),
    Template(
        "alexnet",
        "Vision",
        61_100_840,
        "Sorts photographs into 1,000 categories: the network that began deep learning for images.",
        "Krizhevsky 2014, One weird trick for parallelizing convolutional networks",
    ),
    Template(
        "vgg16",
        "Vision",
        138_357_544,
        "Goes deeper with nothing but 3 × 3 convolutions; its features are still used for style transfer.",
        "Simonyan and Zisserman 2014, Very deep convolutional networks (configuration D)",
    ),
    Template(
        "googlenet",
        "Vision",
        6_624_904,
        "Looks through several window sizes at once, in Inception blocks; without its auxiliary heads.",
        "Szegedy et al. 2014, Going deeper with convolutions; with batch normalization, as in torchvision",
    ),
    Template(
        "resnet18",
        "Vision",
        11_689_512,
        "Adds each block's input to its output, so that deep networks train: the usual first choice.",
        "He et al. 2015, Deep residual learning for image recognition",
    ),
    Template(
        "resnet50",
        "Vision",
        25_557_032,
        "The ResNet that others are compared with: 16 bottleneck blocks in four stages.",
        "He et al. 2015, Deep residual learning for image recognition; the stride as in torchvision",
    ),
    Template(
        "densenet121",
        "Vision",
        7_978_856,
        "Gives every layer all that the layers before it made, joined along the channels.",
        "Huang et al. 2016, Densely connected convolutional networks",
    ),
    Template(
        "squeezenet1_1",
        "Vision",
        1_235_496,
        "As accurate as AlexNet with one fiftieth of the weights, by squeezing channels first.",
        "Iandola et al. 2016, SqueezeNet (version 1.1)",
    ),
    Template(
        "mobilenet_v2",
        "Vision",
        3_504_872,
        "Runs on telephones: inverted residual blocks with depthwise convolutions.",
        "Sandler et al. 2018, MobileNetV2: inverted residuals and linear bottlenecks",
    ),
    Template(
        "efficientnet_b0",
        "Vision",
        5_288_548,
        "MobileNet's blocks with squeeze-and-excitation, in sizes found by search.",
        "Tan and Le 2019, EfficientNet: rethinking model scaling; without stochastic depth",
    ),
    Template(
        "convnext_tiny",
        "Vision",
        28_589_128,
        "A convolutional network built like a transformer: 7 × 7 depthwise convolutions and LayerNorm.",
        "Liu et al. 2022, A ConvNet for the 2020s; without stochastic depth",
    ),
    Template(
        "vit_b_16",
        "Vision",
        86_567_656,
        "A transformer that reads an image as a sentence of 196 patches.",
        "Dosovitskiy et al. 2020, An image is worth 16 × 16 words",
    ),
    Template(
        "unet",
        "Vision",
        31_030_658,
        "Marks which pixels belong to what: down to the meaning, and up again with skips to the detail.",
        "Ronneberger et al. 2015, U-Net: convolutional networks for biomedical image segmentation",
    ),
    Template(
        "siamese",
        "Vision",
        105_216,
        "Tells how unlike two images are: one tower of layers looks at both.",
        "Bromley et al. 1993, Signature verification using a Siamese time delay neural network",
    ),
    Template(
        "letter_finder",
        "Text",
        10_306,
        "Says whether a text contains a letter, with a recurrent layer: made for the letters task.",
    ),
    Template(
        "letter_transformer",
        "Text",
        9_506,
        "Says whether a text contains a letter, with one transformer layer.",
    ),
    Template(
        "text_cnn",
        "Text",
        6_360_902,
        "Sorts short texts by looking at three, four and five words at a time.",
        "Kim 2014, Convolutional neural networks for sentence classification",
    ),
    Template(
        "text_bilstm",
        "Text",
        2_631_298,
        "Sorts texts after reading them forwards and backwards, such as reviews by mood.",
        "Graves and Schmidhuber 2005, Framewise phoneme classification with bidirectional LSTM",
    ),
    Template(
        "text_transformer",
        "Text",
        2_957_058,
        "Sorts texts with two transformer layers and the mean over all steps.",
        "Vaswani et al. 2017, Attention is all you need (the encoder)",
    ),
    Template(
        "gru_tagger",
        "Text",
        1_181_521,
        "Names the part of speech of each word in a text.",
        "Huang et al. 2015, Bidirectional LSTM-CRF models for sequence tagging; with a GRU, without the CRF",
    ),
    Template(
        "char_rnn",
        "Text",
        886_880,
        "Writes text letter by letter: for each step it says which letter comes next.",
        "Karpathy 2015, The unreasonable effectiveness of recurrent neural networks",
    ),
    Template(
        "gpt2_small",
        "Text",
        124_439_808,
        "Writes text word by word: 12 decoder blocks, and a head that shares the embedding's weight.",
        "Radford et al. 2019, Language models are unsupervised multitask learners",
    ),
    Template(
        "bert_base",
        "Text",
        109_482_240,
        "Reads text both ways at once; a base to put one's own small head on.",
        "Devlin et al. 2018, BERT: pre-training of deep bidirectional transformers (uncased)",
    ),
    Template(
        "translation_transformer",
        "Text",
        7_578_624,
        "Translates: an encoder reads the source, a decoder answers step by step.",
        "Vaswani et al. 2017, Attention is all you need; smaller, and with the norms first",
    ),
    Template(
        "lstm_forecaster",
        "Sequence",
        51_212,
        "Forecasts the next 12 values of a series from the last 48.",
        "Hochreiter and Schmidhuber 1997, Long short-term memory",
    ),
    Template(
        "tcn",
        "Sequence",
        31_754,
        "Sorts signals with causal convolutions whose windows reach further in each block.",
        "Bai et al. 2018, An empirical evaluation of generic convolutional and recurrent networks",
    ),
    Template(
        "denoising_autoencoder",
        "Generative",
        9_873,
        "Cleans noisy images: pooled down to a code and unpooled to where each maximum stood.",
        "Vincent et al. 2008, Extracting and composing robust features with denoising autoencoders",
    ),
    Template(
        "tied_autoencoder",
        "Generative",
        2_345,
        "Copies images through a narrow code; the way back uses the filters of the way in.",
        "Vincent et al. 2008, Extracting and composing robust features (tied weights)",
    ),
    Template(
        "vae",
        "Generative",
        652_824,
        "Draws new digits from a code of 20 numbers: an encoder, a draw at random and a decoder.",
        "Kingma and Welling 2013, Auto-encoding variational Bayes",
    ),
    Template(
        "dcgan_generator",
        "Generative",
        3_576_704,
        "Paints an image of 64 × 64 out of 100 random numbers.",
        DCGAN,
    ),
    Template(
        "dcgan_discriminator",
        "Generative",
        2_765_568,
        "Says whether an image of 64 × 64 is real: the generator's opponent.",
        DCGAN,
    ),
    Template("iris_mlp", "Tabular", 147, "Tells three kinds of iris apart by four measurements."),
    Template("wine_mlp", "Tabular", 579, "Tells three vineyards apart by 13 measurements of their wine."),
    Template(
        "breast_cancer_mlp", "Tabular", 1_122, "Tells benign from malignant by 30 measurements of cells."
    ),
    Template("diabetes_mlp", "Tabular", 385, "Predicts how far diabetes goes on from ten measurements."),
    Template("moons_mlp", "Tabular", 1_218, "Parts two interlocked half moons: a boundary one can draw."),
    Template(
        "normalized_mlp",
        "Tabular",
        14_594,
        "Three hidden layers with normalization, which the Compare page swaps in one click.",
        "Ioffe and Szegedy 2015, Batch normalization",
    ),
    Template(
        "wide_and_deep",
        "Tabular",
        42_898,
        "Foretells a number from measurements and categories: a straight line beside a deep network.",
        "Cheng et al. 2016, Wide and deep learning for recommender systems",
    ),
    Template(
        "attention_by_hand",
        "Building blocks",
        16_640,
        "One head of attention out of single steps: scores, softmax and the mix of values.",
        "Vaswani et al. 2017, Attention is all you need (equation 1)",
    ),
    Template(
        "mlp_mixer_block",
        "Building blocks",
        2_202_564,
        "Mixes an image's patches, then its channels, with nothing but linear layers.",
        "Tolstikhin et al. 2021, MLP-Mixer: an all-MLP architecture for vision (S/16)",
    ),
    Template(
        "squeeze_excite_block",
        "Building blocks",
        580,
        "Weighs an image's channels by what is in all of it: a gate to put into any block.",
        "Hu et al. 2017, Squeeze-and-excitation networks",
    ),
)
GROUPS = tuple(dict.fromkeys(entry.group for entry in TEMPLATES))
