"""Which answers evidence what. Nothing is scored, nothing concluded."""

from hypothesis import given
from hypothesis import strategies as st

from moei.desks.screening.evidence import EvidencePanel, Item, evidence
from moei.desks.screening.form import identification_form, questions

FORM = identification_form()


def answered(question):
    """Any answer that fits a question, or none."""
    names = [choice.name for choice in question.choices]
    if question.type == "select_one":
        return st.sampled_from(["", *names])
    if question.type == "select_multiple":
        return st.lists(st.sampled_from(names), unique=True).map(question.normal)
    return st.sampled_from(["", "12"])


ANY_ANSWERS = st.fixed_dictionaries({question.name: answered(question) for question in FORM})


def test_each_item_quotes_the_answers_that_evidence_it():
    panel = evidence(FORM, {"passport_taken": "taken", "work_offered": "yes", "sold": "no"}, child=False)
    assert [q.question.name for q in panel.element("means").evidenced_by] == ["passport_taken"]
    assert [q.question.name for q in panel.indicator("retention_of_documents").evidenced_by] == [
        "passport_taken"
    ]
    act = panel.element("act")
    assert [q.question.name for q in act.evidenced_by] == ["work_offered"]
    assert [q.question.name for q in act.otherwise] == ["sold"]
    assert "kept_there" in {question.name for question in act.not_asked}
    assert not panel.enough


def test_p07_enough_once_act_means_and_purpose_each_have_an_answer():
    answers = {"work_offered": "yes", "passport_taken": "taken"}
    assert not evidence(FORM, answers, child=False).enough
    assert evidence(FORM, answers | {"work_forced": "yes"}, child=False).enough


def test_p09_a_child_needs_no_means():
    answers = {"work_offered": "yes", "work_forced": "yes"}
    assert not evidence(FORM, answers, child=False).enough
    panel = evidence(FORM, answers, child=True)
    assert panel.enough
    assert not panel.element("means").needed


def test_an_answer_to_a_question_that_is_not_relevant_is_no_evidence():
    panel = evidence(FORM, {"punishment": "beaten", "quota": "no"}, child=False)
    assert not panel.element("means").evidenced


def test_p06_the_panel_has_no_score_and_no_outcome():
    for kind in (EvidencePanel, Item):
        for name in kind.__dataclass_fields__:
            assert not any(
                word in name for word in ("score", "weight", "strength", "outcome", "likely", "rank")
            )


@given(ANY_ANSWERS, st.booleans())
def test_every_relevant_question_stands_in_exactly_one_place_of_its_element(answers, child):
    panel = evidence(FORM, answers, child)
    for item in panel.elements:
        placed = [q.question.name for q in (*item.evidenced_by, *item.otherwise)]
        placed += [question.name for question in item.not_asked]
        wanted = [q.name for q in FORM.asked(answers) if q.element == item.code]
        assert sorted(placed) == sorted(wanted)


@given(ANY_ANSWERS)
def test_p09_enough_for_an_adult_is_enough_for_a_child(answers):
    assert not evidence(FORM, answers, False).enough or evidence(FORM, answers, True).enough


def test_the_demo_can_list_questions_and_their_choices():
    listed = questions()
    assert listed["could_leave"][0] == "select_one" and "guarded" in listed["could_leave"][1]
    assert list(listed) == [question.name for question in FORM]
