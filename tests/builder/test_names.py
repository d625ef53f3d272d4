"""Names, held against the installed PyTorch."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from builder import names


def test_no_name_of_nn_module_is_free():
    theirs = {name for name in {*dir(nn.Module), *dir(nn.Module())} if not name.startswith("_")}
    assert theirs <= names.TAKEN


@given(st.text(max_size=40))
def test_what_may_name_a_node_works_as_an_attribute(name):
    if names.id_misfit(name):
        return
    module = nn.Module()
    setattr(module, name, nn.ReLU())
    assert not keyword.iskeyword(name)
    assert dict(module.named_children())[name]
    compile(f"self.{name} = {name}", "line", "exec")


def test_a_word_of_python_is_told_from_what_has_other_signs():
    assert "it is a word of Python. Try class1." in names.id_misfit("class")
    assert "use letters, digits and _" in names.id_misfit("my conv")
    assert names.id_misfit("class1") == ""


@pytest.mark.parametrize(
    "text, class_name, file_name",
    [
        ("Digits CNN", "DigitsCNN", "digits_cnn"),
        ("Small ResNet-18", "SmallResNet18", "small_resnet_18"),
        ("3 layers", "Network3Layers", "3_layers"),
        ("", "Network", "network"),
        ("../../etc", "Etc", "etc"),
        ("手写数字", "手写数字", "手写数字"),
        ("class", "Class", "class"),
    ],
)
def test_class_and_file_names(text, class_name, file_name):
    assert names.class_name(text) == class_name
    assert names.file_name(text) == file_name
