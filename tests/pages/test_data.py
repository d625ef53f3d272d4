"""The Data page: every set is looked at, a file becomes one, and what does not fit is repaired."""

from __future__ import annotations

import pytest

from tests.pages.conftest import go
from tests.pages.words import enter, field, labelled, says
from trainer.data import DATASETS, find, limits, own

CSV = "a,b,kind\n" + "\n".join(f"{n},{n % 7},{'xyz'[n % 3]}" for n in range(30))


def drafted(app, text: str = CSV, name: str = "things.csv"):
    """The page after a file was uploaded, which only a browser can do."""
    path = own.take_in(name, text.encode())
    draft = {"path": str(path), "options": {}, "title": path.stem}
    app.session_state["visit"].settings["data draft"] = draft
    return app.run()


def test_every_set_is_shown_without_a_complaint(visit):
    app = visit("data")
    for name, each in DATASETS.items():
        app = labelled(app.radio, "Data set").set_value(name).run()
        assert not app.exception and not app.error
        assert f"{each.examples:,} examples" in says(app)
        if each.absent:
            assert labelled(app.button, f"Download about {each.original.megabytes} MB")
        else:
            assert "##### Answers" in says(app)


def test_a_set_that_fits_is_said_and_one_that_does_not_is_repaired(visit):
    app = visit("data")
    assert "Digits CNN fits this data." in says(app)
    app = labelled(app.radio, "Data set").set_value("iris").run()
    assert "image takes (1, 8, 8) and iris gives (4)." in says(app)
    app = next(each for each in app.button if each.label.startswith("Set the shape")).click().run()
    assert app.session_state["visit"].document.main["image"].params["shape"] == (4,)


def test_the_network_that_is_offered_fits(visit):
    app = visit("data")
    app = labelled(app.radio, "Data set").set_value("spirals").run()
    app = labelled(app.button, "Open Network for Spirals, which fits").click().run()
    assert "Network for Spirals fits this data." in says(app)


def test_preparation_is_the_settings_of_the_next_run(visit):
    app = visit("data")
    app = enter(app, "flip", True)
    app = enter(app, "validation", "0.5")
    assert "899 to train on and 898 to validate on" in says(app)
    app = go(app, "train")
    assert field(app, "flip")["value"] is True
    assert field(app, "validation")["value"] == "0.5"


def pictures(app) -> list[str]:
    """The addresses of the pictures shown, which follow from what is in them."""
    return [picture.url for shown in app.get("image") for picture in shown.proto.imgs]


@pytest.mark.parametrize(("name", "value"), [("flip", True), ("crop", "2"), ("noise", "0.5")])
def test_a_change_of_the_examples_is_seen_at_once(visit, name, value):
    app = visit("data")
    before = pictures(app)
    app = enter(app, name, value)
    assert labelled(app.segmented_control, "Examples").value == "As trained on"
    assert len(pictures(app)) == len(before) and pictures(app) != before
    app = enter(app, "seed", "3")
    app = labelled(app.segmented_control, "Examples").set_value("As they are").run()
    app = enter(app, "validation", "0.3")  # changes no example
    assert labelled(app.segmented_control, "Examples").value == "As they are"


def test_all_limits_stand_with_what_raises_them(visit, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_DATA_CLASSES", "7")
    words = says(visit("data"))
    for limit in limits.LIMITS:
        assert f"{limit.title}: **{limit.value:,}**" in words and limit.variable in words
    assert "Classes: **7**" in words and "as in LAYERLOOM_DATA_FILE_MB=400." in words


def test_a_file_is_corrected_kept_and_chosen_for_training(visit):
    app = drafted(visit("data"))
    assert labelled(app.selectbox, "Target").value == "kind"
    assert "30 examples of 2 numbers, 3 classes." in says(app)
    app = labelled(app.selectbox, "Target").select("a").run()
    assert labelled(app.selectbox, "Predict").value == "values"
    assert labelled(app.multiselect, "Columns taken as categories").value == ["kind"]
    app = labelled(app.text_input, "Name").set_value("My things").run()
    app = labelled(app.button, "Keep this data set").click().run()
    (kept,) = own.sets().values()
    assert kept.title == "My things" and kept.labels == ("a",)
    assert labelled(app.radio, "Data set").value == kept.name
    app = go(app, "train")
    assert labelled(app.selectbox, "Data").value == kept.name


def test_a_column_of_numbers_becomes_a_category_and_says_so(visit):
    app = drafted(visit("data"))
    assert "30 examples of 2 numbers, 3 classes." in says(app)
    app = labelled(app.multiselect, "Columns taken as categories").set_value(["b"]).run()
    assert labelled(app.multiselect, "Columns taken as numbers").value == ["a"]
    assert "30 examples of 8 numbers, 3 classes." in says(app)  # a, and each of the seven values of b
    app = labelled(app.multiselect, "Columns taken as numbers").set_value(["b"]).run()
    assert labelled(app.multiselect, "Columns taken as categories").value == []
    assert "Columns that are not learned from: a." in says(app)


def test_a_file_that_cannot_be_read_says_why_and_cannot_be_kept(visit):
    app = drafted(visit("data"), 'a,b\n1,"2\n')
    assert "quote that is not closed" in app.error[0].value
    assert labelled(app.button, "Keep this data set").disabled
    app = labelled(app.button, "Drop it").click().run()
    assert "Digits CNN fits this data." in says(app)


def test_hostile_names_of_columns_and_classes_stay_text(visit):
    rows = "\n".join(f"{n},{['**x**', ':material/home:', '[a](http://b.c)'][n % 3]}" for n in range(30))
    app = drafted(visit("data"), f"<b>![a](http://b.c),$x$ :red[kind]\n{rows}", "**bold**.csv")
    assert not app.exception and not app.error
    assert "\\*\\*bold" in app.markdown[0].value or any("\\_\\_bold" in each.value for each in app.markdown)


def test_a_set_that_is_deleted_gives_way_to_the_first(visit):
    app = drafted(visit("data"))
    app = labelled(app.button, "Keep this data set").click().run()
    (name,) = own.sets()
    app = labelled(app.button, "Delete this data set").click().run()
    assert not own.sets()
    assert labelled(app.radio, "Data set").value == "digits"
    assert "things was deleted" in says(app)
    assert find("digits").title in says(go(app, "train")) or name not in says(app)


def test_pictures_are_shown_as_trained_on(visit):
    app = visit("data")
    app.session_state["visit"].settings |= {
        "data view": "As trained on",
        "training": {"flip": True, "noise": 0.2},
    }
    app = app.run()
    assert not app.exception and not app.error
