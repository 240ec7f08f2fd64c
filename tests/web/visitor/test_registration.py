import pytest
from sqlalchemy import select

from opendeur.enums import EditionPhase
from opendeur.models import Organisation, Visitor
from tests.factories import make_account, make_edition, make_organisation, make_visitor
from tests.page import Page, submit

SEATS_ERROR = "Give a number from 1 to 3. Are you with more? Sign up in several groups."

ANSWERS = {
    "given_name": "Lotte",
    "family_name": "Vermeiren",
    "organisation": "",
    "self_employed": "y",
    "languages": ["nl", "fr"],
    "sectors": ["ggz"],
    "seats": "1",
}
EMPLOYED = {name: value for name, value in ANSWERS.items() if name != "self_employed"}


@pytest.fixture
def edition(store):
    return make_edition(store, max_same_organisation_per_slot=3)


@pytest.fixture
def account(store):
    return make_account(store, given_name="", family_name="")


@pytest.fixture
def path(store, edition, account):
    store.commit()
    return f"/en/{edition.slug}/me/register"


@pytest.fixture
def browser(browser_of, path, account):
    return browser_of(account)


def visitors_of(store):
    store.expire_all()
    return store.scalars(select(Visitor)).all()


def test_somebody_registers_and_comes_back_to_where_they_were(store, browser, path, account):
    answer = submit(browser, f"{path}?next=/en/week/visits/7", **ANSWERS)

    assert (answer.status_code, answer.location) == (303, "/en/week/visits/7")
    [visitor] = visitors_of(store)
    assert (visitor.account_id, visitor.organisation_id) == (account.id, None)
    assert visitor.account.name == "Lotte Vermeiren"


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example"]
)
def test_nobody_is_sent_to_another_site(browser, path, edition, target):
    answer = submit(browser, f"{path}?next={target}", **ANSWERS)

    assert answer.location == f"/en/{edition.slug}/"


def test_the_form_shows_what_somebody_said_before(browser_of, store, edition, account):
    organisation = make_organisation(store)
    make_visitor(
        store, edition, account=account, organisation=organisation, languages={"fr"}, seats=2
    )
    store.commit()

    page = Page.get(browser_of(account), f"/en/{edition.slug}/me/register")

    assert page.soup.select_one("#organisation")["value"] == organisation.name
    assert [box["value"] for box in page.soup.select("input[checked]")] == ["thuiszorg", "fr"]
    assert page.text("#sectors summary b") == "Home care and home help"
    assert page.soup.select_one("#which-0") is None
    assert page.soup.select_one("#seats")["value"] == "2"


def test_a_name_that_is_not_listed_is_added_to_the_directory(store, browser, path):
    answers = {**EMPLOYED, "organisation": "Huis Écluse"}

    assert submit(browser, path, **answers).status_code == 303

    [visitor] = visitors_of(store)
    assert visitor.organisation.name == "Huis Écluse"


def test_an_empty_form_names_everything_that_is_missing(browser, path):
    page = Page.post(browser, path)

    assert page.errors == {
        "given_name": "Fill in your given name",
        "family_name": "Fill in your family name",
        "organisation": "Say where you work, or that you are self-employed",
        "sectors-0": "Tick at least one sector that you work in.",
        "languages-0": "Tick at least one language.",
        "seats": "Give a number, 1 when you come alone",
    }


@pytest.mark.parametrize(
    ("answers", "errors", "status"),
    [
        ({"languages": []}, {"languages-0": "Tick at least one language."}, 200),
        ({"sectors": []}, {"sectors-0": "Tick at least one sector that you work in."}, 200),
        ({"sectors": ["<script>"]}, {"sectors-0": "Choose from the list"}, 200),
        (
            {"organisation": "Kastanje"},
            {"organisation": "Leave the name empty, or do not tick that you are self-employed"},
            200,
        ),
        ({"given_name": "é" * 10_000}, {"given_name": "Use at most 100 characters"}, 200),
        (
            {"organisation": "x" * 10_000, "self_employed": ""},
            {"organisation": "Use at most 200 characters"},
            200,
        ),
        ({"seats": "two"}, {"seats": "Give a whole number, such as 8"}, 200),
        (
            {"seats": "-1"},
            {"seats": SEATS_ERROR},
            200,
        ),
    ],
)
def test_an_answer_that_cannot_be_used_is_shown_with_everything_typed(
    store, browser, path, answers, errors, status
):
    page = Page.post(browser, path, status, **{**ANSWERS, **answers})

    assert page.errors == errors
    assert page.soup.select_one("#family_name")["value"] == "Vermeiren"
    assert visitors_of(store) == []
    assert store.scalars(select(Organisation)).all() == []


def test_looking_up_where_one_works_loses_nothing_and_gives_a_choice(store, browser, path):
    organisation = make_organisation(store, name="Thuiszorg Kastanje")
    store.commit()
    typed = {**EMPLOYED, "organisation": "kastanje"}

    page = Page.post(browser, path, **typed, find="1")

    assert page.texts("main .check:has([name=which])") == [
        "Thuiszorg Kastanje 1150 Woluwe-Saint-Pierre",
        "Another one: kastanje",
    ]
    assert [box["value"] for box in page.soup.select("main input[checked]")] == [
        str(organisation.id),
        "ggz",
        "nl",
        "fr",
    ]
    assert page.soup.select_one("#family_name")["value"] == "Vermeiren"
    assert visitors_of(store) == []

    submit(browser, path, **typed, asked="kastanje", which=organisation.id)

    [visitor] = visitors_of(store)
    assert visitor.organisation_id == organisation.id


def test_a_name_that_is_found_exactly_is_that_organisation(store, browser, path):
    organisation = make_organisation(store, name="Huis Écluse")
    make_organisation(store, name="Huis Écluse Noord")
    store.commit()

    submit(browser, path, **{**EMPLOYED, "organisation": "huis ecluse", "sectors": []})

    [visitor] = visitors_of(store)
    assert visitor.organisation_id == organisation.id
    assert [sector.code for sector in visitor.sectors] == ["ouderen"]


def test_a_name_that_can_be_several_organisations_is_asked_about_once(store, browser, path):
    make_organisation(store, name="Huis Noord")
    make_organisation(store, name="Huis Zuid")
    store.commit()
    typed = {**EMPLOYED, "organisation": "huis"}

    page = Page.post(browser, path, **typed)
    submit(browser, path, **typed, asked="huis", which="new")

    assert page.errors == {"which-0": "Say which organisation you mean"}
    [visitor] = visitors_of(store)
    assert visitor.organisation.name == "huis"


@pytest.mark.parametrize("which", ["999999999", "<script>", "9" * 400])
def test_an_answer_that_was_not_offered_is_asked_again(store, browser, path, which):
    make_organisation(store, name="Huis Noord")
    store.commit()

    page = Page.post(
        browser, path, **{**EMPLOYED, "organisation": "huis"}, asked="huis", which=which
    )

    assert page.errors == {"which-0": "Say which organisation you mean"}
    assert visitors_of(store) == []


def test_an_answer_counts_only_for_the_name_it_was_asked_for(store, browser, path):
    noord = make_organisation(store, name="Huis Noord")
    make_organisation(store, name="Dageraad")
    store.commit()

    page = Page.post(
        browser, path, **{**EMPLOYED, "organisation": "dage"}, asked="huis", which=noord.id
    )

    assert page.errors == {"which-0": "Say which organisation you mean"}


def test_organisations_with_one_name_are_told_apart_by_their_place(store, browser, path):
    for postcode in ("1150", "1040"):
        make_organisation(store, name="Huis", postcode_code=postcode)
    store.commit()

    page = Page.post(browser, path, **{**EMPLOYED, "organisation": "Huis"})

    assert page.texts("main .check:has([name=which])") == [
        "Huis 1150 Woluwe-Saint-Pierre",
        "Huis 1040 Etterbeek",
        "Another one: Huis",
    ]


def test_the_field_gets_the_organisations_that_somebody_may_be_typing(store, browser, path):
    make_organisation(store, name="Thuiszorg <Kastanje>")
    make_organisation(store, name="Dageraad")
    store.commit()

    answer = browser.get(path.replace("register", "workplaces?organisation=kast"))

    assert answer.text.split("\n") == [
        '<option value="Thuiszorg &lt;Kastanje&gt;">1150 Woluwe-Saint-Pierre</option>',
        "",
    ]


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        (EditionPhase.PROGRAMME, "Read the programme, and choose visits as soon as"),
        (EditionPhase.ASSIGNMENT, "You can still read the programme."),
        (EditionPhase.PUBLISHED, "In the programme you see which moments take place and how"),
        (EditionPhase.CLOSED, "Look at what could be visited."),
    ],
)
def test_somebody_who_comes_at_another_time_is_told_what_is_possible(
    store, browser, path, edition, phase, told
):
    edition.phase = phase
    store.commit()

    page = Page.get(browser, path)

    assert page.texts("main .plain-rows li")[0].startswith(told)
    assert page.texts("main .btn") == ["To the programme"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Lotte\r\nBcc: all@example.be", "Lotte Bcc: all@example.be"),
        ("\u202eettoL", "ettoL"),
        ("Lotte 🏡", "Lotte 🏡"),
    ],
)
def test_a_hostile_name_is_text_on_one_line(store, browser, path, edition, typed, kept):
    assert submit(browser, path, **{**ANSWERS, "given_name": typed}).status_code == 303

    [visitor] = visitors_of(store)
    assert visitor.account.given_name == kept
    page = Page.get(browser, f"/en/{edition.slug}/me/register")
    assert page.soup.select_one("#given_name")["value"] == kept


def test_a_deadline_that_passes_while_somebody_types_loses_nothing(
    store, browser, path, edition
):
    edition.phase = EditionPhase.ASSIGNMENT
    store.commit()

    page = Page.post(browser, path, 410, **{**ANSWERS, "family_name": "Van Damme"})

    assert page.problems[0].startswith("The time to give preferences is over.")
    assert page.soup.select_one("#family_name")["value"] == "Van Damme"
    assert Page.get(browser, path).soup.select("main form") == []


def test_only_somebody_who_is_signed_in_registers(client, path):
    assert client.get(path).location.startswith("/en/sign-in?next=")


def test_what_somebody_said_for_an_earlier_week_is_filled_in(store, browser_of):
    organisation = make_organisation(store)
    account = make_account(store)
    make_visitor(
        store,
        make_edition(store),
        account=account,
        organisation=organisation,
        languages={"fr"},
        sectors=["wonen"],
        seats=2,
    )
    edition = make_edition(store)
    store.commit()

    page = Page.get(browser_of(account), f"/en/{edition.slug}/me/register")

    ticked = [box["value"] for box in page.soup.select("main input[checked]")]
    assert ticked == ["wonen", "fr"]
    assert page.soup.select_one("#organisation")["value"] == organisation.name
    assert page.soup.select_one("#seats")["value"] == "1"
