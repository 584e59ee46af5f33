"""Who reaches a person's file, as seen in their browsers (P02-P04)."""

from playwright.sync_api import Page, expect


def cases_seen(page: Page) -> list[str]:
    page.goto("/cases/")
    return page.locator("tbody tr td:nth-child(2) a").all_inner_texts()


def test_mallory_sees_nothing_and_is_told_what_to_do(world, opened):
    case = world.registered("Hidden From Mallory")
    page = opened("mallory")
    expect(page.locator("main")).to_contain_text("nobody has given you a role")
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    for path in ("/board/", "/lists/", "/cases/", "/register/", "/journal/", "/staff/", f"/cases/{case.pk}/"):
        page.goto(path)
        expect(page.locator("body")).not_to_contain_text("Hidden From Mallory")
        expect(page.get_by_role("table")).to_have_count(0)


def test_the_embassy_sees_one_person_from_consent_to_withdrawal(world, opened):
    case = world.registered("Hana Girma")
    world.registered("Meron Abera")
    tesfa = opened("tesfa")
    assert cases_seen(tesfa) == []
    assert tesfa.goto(f"/cases/{case.pk}/").status == 404

    # Anong gives the case to Kanya; whoever may sign the determination does not ask about embassies.
    anong = opened("anong", f"/cases/{case.pk}/consents/ask/")
    expect(anong.get_by_text("Tell my embassy")).to_have_count(0)
    anong.goto(f"/cases/{case.pk}/access/")
    anong.get_by_label("Assigned").select_option(label="Kanya Boonmee")
    anong.get_by_role("button", name="Open it").first.click()
    expect(anong.locator("main")).to_contain_text("Kanya Boonmee")

    kanya = opened("kanya", f"/cases/{case.pk}/")
    kanya.get_by_role("button", name="Ask for consent").click()
    kanya.get_by_label("embassy").check()
    kanya.get_by_label("To whom").select_option(label="Embassy of Ethiopia")
    kanya.get_by_label("Language in which it is asked").select_option("am")
    kanya.get_by_role("button", name="Show the words").click()
    expect(kanya.get_by_text("Draft, not reviewed")).to_be_visible()
    expect(kanya.get_by_label("No", exact=True)).to_be_checked()
    kanya.get_by_label("Yes", exact=True).check()
    kanya.get_by_role("button", name="Record the answer").click()
    expect(kanya.locator(".govuk-error-summary")).to_be_visible()  # a draft needs an interpreter by name
    kanya.get_by_label("Interpreter who translated").select_option(label="Selam Haile")
    kanya.get_by_label("Yes", exact=True).check()
    kanya.get_by_role("button", name="Record the answer").click()
    expect(kanya.get_by_text("The answer is recorded")).to_be_visible()

    assert cases_seen(tesfa) == ["Hana Girma"]
    tesfa.get_by_role("link", name="Hana Girma").click()
    expect(tesfa.get_by_role("heading", name="Travel")).to_be_visible()
    for hidden in ("Screening", "Determination", "Needs", "Contact", "Consent", "Who has access"):
        expect(tesfa.get_by_role("heading", name=hidden, exact=True)).to_have_count(0)

    kanya.get_by_role("link", name="Withdraw", exact=True).click()
    kanya.get_by_role("button", name="Withdraw it now").click()
    expect(kanya.get_by_role("heading", level=1)).to_have_text("Withdrawn")
    assert tesfa.reload().status == 404
    assert cases_seen(tesfa) == []
