"""A form's field on the page: label, hint, error and control belong together."""

import re

import pytest
from django import forms
from django.template import Context, Template

from moei.web.templatetags.moei import form_errors
from moei.web.templatetags.style_guide import DateParts, SampleForm


def draw(form: forms.Form, name: str, arguments: str = "") -> str:
    template = Template("{% load moei %}{% field form." + name + " " + arguments + " %}")
    return template.render(Context({"form": form}))


def test_hint_and_error_describe_the_control() -> None:
    html = draw(SampleForm({}), "family_name", 'width="20"')
    control = re.search(r"<input[^>]*>", html)
    assert control
    assert 'aria-describedby="id_family_name-hint id_family_name-error"' in control[0]
    assert 'class="govuk-input govuk-input--width-20 govuk-input--error"' in control[0]
    assert 'id="id_family_name-hint"' in html
    assert 'id="id_family_name-error"' in html
    assert '<label class="govuk-label govuk-label--s" for="id_family_name">' in html


def test_a_field_without_hint_or_error_names_no_description() -> None:
    assert "aria-describedby" not in draw(SampleForm(), "nationality")


def test_what_was_typed_is_escaped() -> None:
    html = draw(SampleForm({"family_name": '"><script>x</script>'}), "family_name")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_choices_are_a_group_with_a_legend_and_keep_the_choice() -> None:
    html = draw(SampleForm({"sex": "f"}), "sex")
    assert "<legend" in html
    checked = re.findall(r'<input[^>]*value="(\w+)"[^>]*checked', html)
    assert checked == ["f"]
    assert len(re.findall(r'type="radio" id="id_sex_\d" name="sex"', html)) == 3


def test_several_choices_keep_all_that_were_ticked() -> None:
    html = draw(SampleForm({"needs": ["medical", "family"]}), "needs")
    assert re.findall(r'<input[^>]*value="(\w+)"[^>]*checked', html) == ["medical", "family"]


def test_a_date_in_parts_keeps_what_was_typed_even_if_it_is_no_date() -> None:
    html = draw(SampleForm({"born_day": "31", "born_month": "2"}), "born")
    assert re.findall(r'<input[^>]*name="(\w+)" value="(\d+)"', html) == [
        ("born_day", "31"),
        ("born_month", "2"),
    ]
    assert re.findall(r">(Day|Month|Year)<", html) == ["Day", "Month", "Year"]
    assert html.count('inputmode="numeric"') == 3


def test_a_widget_may_name_its_own_parts() -> None:
    class Calendar(DateParts):
        labels = ("Day", "Month", "Year in the Thai calendar")

    class Born(forms.Form):
        born = forms.CharField(widget=Calendar())

    assert "Year in the Thai calendar" in draw(Born(), "born")


@pytest.mark.parametrize("name", ["secret", "scan", "note", "read_back", "mrz"])
def test_every_kind_of_control_has_a_label_of_its_own(name: str) -> None:
    html = draw(SampleForm(), name)
    assert html.count(f'for="id_{name}"') == 1
    assert len(re.findall(rf'id="id_{name}"', html)) == 1


def test_more_keywords_become_attributes() -> None:
    html = draw(SampleForm(), "mrz", 'data_mrz=True hx_post="/read/"')
    assert "data-mrz" in html
    assert 'hx-post="/read/"' in html
    assert "moei-mrz" in html


def test_an_attribute_spelt_out_in_the_template_is_escaped() -> None:
    html = draw(SampleForm(), "family_name", """hx_vals='{"part": "<1> & 2"}'""")
    assert 'hx-vals="{&quot;part&quot;: &quot;&lt;1&gt; &amp; 2&quot;}"' in html


def test_the_summary_names_each_field_and_leads_to_its_control() -> None:
    errors = form_errors(SampleForm({}), ["Nothing was saved."])
    listed = {error["href"]: error["text"] for error in errors}
    assert listed["#id_family_name"] == "Family name: This field is required."
    assert listed["#id_sex_0"] == "Sex in the document: This field is required."
    assert listed["#id_born_0"] == "Date of birth: This field is required."
    assert listed[""] == "Nothing was saved."
    for name, target in [("family_name", "id_family_name"), ("sex", "id_sex_0"), ("born", "id_born_0")]:
        assert f'id="{target}"' in draw(SampleForm({}), name)


def test_a_form_nobody_sent_has_no_errors() -> None:
    assert form_errors(SampleForm()) == []
