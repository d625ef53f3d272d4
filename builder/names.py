"""Names: what may name a node, and the class a document becomes.

Ids end up in code that is run, so nothing but a plain, free name may pass.
"""

from __future__ import annotations

import keyword
import re
import unicodedata

LONGEST = 64

# Attributes of torch.nn.Module, which a layer of the same name would break, and names the printed
# code needs for itself. A test holds them against the installed PyTorch.
TAKEN = frozenset(
    """T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda
    double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter
    get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules
    named_parameters parameters register_backward_hook register_buffer register_forward_hook
    register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
    register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
    set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu
    zero_grad self super torch nn network print tuple PositionalEncoding""".split()
)


def id_misfit(name: object) -> str:
    """Why `name` cannot name a node, or ''."""
    if not isinstance(name, str) or not name.isidentifier():
        return f"{str(name)[:40]!r} cannot name a node: use letters, digits and _, a letter first."
    if keyword.iskeyword(name):
        return f"{name!r} cannot name a node: it is a word of Python. Try {name}1."
    if len(name) > LONGEST:
        return f"{name[:40]!r}... cannot name a node: it is longer than {LONGEST} letters."
    if unicodedata.normalize("NFKC", name) != name:
        return f"{name!r} cannot name a node: Python reads some of its letters as others."
    if name in TAKEN or name.startswith("_"):
        return f"{name!r} cannot name a node: PyTorch uses that name itself. Try {name.strip('_')}1."
    return ""


def stem(kind: str) -> str:
    """What new nodes of a kind are named after: conv for Conv2d, batchnorm for BatchNorm2d."""
    plain = re.sub(r"\d+d$", "", kind).lower()
    return plain if not id_misfit(f"{plain}1") else "layer"


def one_line(text: str) -> str:
    """A person's words on one line, unable to end a docstring or a comment."""
    line = " ".join(text.split())
    return "".join(c for c in line if c.isprintable()).replace("\\", "/").replace('"', "'")


def words(text: str) -> list[str]:
    """The words of a name: 'Small ResNet-18' -> ['Small', 'ResNet', '18']."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text))


def class_name(document_name: str) -> str:
    """The class a document becomes: 'Digits CNN' -> 'DigitsCNN'."""
    name = "".join(word[0].upper() + word[1:] for word in words(one_line(document_name)))
    name = name[:LONGEST]
    name = name if not name[:1].isdigit() else f"Network{name}"
    free = name.isidentifier() and not keyword.iskeyword(name) and name not in TAKEN
    return name if free else "Network"


def file_name(document_name: str) -> str:
    """The stem of a document's files: 'Digits CNN' -> 'digits_cnn'."""
    return "_".join(words(document_name)).lower()[:LONGEST] or "network"


def markdown(text: str) -> str:
    """A person's words on one line of Markdown in which none of them is Markdown or HTML."""
    return re.sub(r"([`*_{}\[\]()<>#+\-!|~:$&.@])", r"\\\1", one_line(text))
