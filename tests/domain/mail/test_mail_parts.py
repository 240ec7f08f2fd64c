from datetime import UTC, datetime

import pytest

from opendeur.domain.mail import open_mail
from opendeur.gateways import mime
from opendeur.gateways.calendar_files import CalendarInvitation, Method, invitation_file

STAMP = datetime(2027, 10, 1, 9, tzinfo=UTC)


def calendar(**values):
    standard = {
        "method": Method.REQUEST,
        "uid": "5f0c1c3e-0000-4000-8000-000000000001",
        "sequence": 0,
        "stamp": STAMP,
        "starts_at": datetime(2027, 11, 15, 8, 30, tzinfo=UTC),
        "ends_at": datetime(2027, 11, 15, 10, tzinfo=UTC),
        "summary": "Bezoek",
        "description": "Welkom",
        "location": "Zavelstraat 3, 1150 Sint-Pieters-Woluwe",
        "url": "https://opendeur.example/nl/week",
        "language": "nl",
        "organizer_name": "Opendeurweek",
        "organizer_address": "visits@opendeur.example",
        "attendee_name": "Lotte",
        "attendee_address": "lotte@kastanje.example",
    }
    return invitation_file(CalendarInvitation(**{**standard, **values}))


def mail(file=None, method=None, text="Dag Lotte, é\n"):
    return mime.compose(
        mime.Mail(
            sender_name="Opendeurweek",
            sender_address="visits@opendeur.example",
            to_name="Lotte",
            to_address="lotte@kastanje.example",
            subject="Uitnodiging: één bezoek",
            text=text,
            html="<p>Dag</p>",
            message_id="<1@opendeur.example>",
            sent_at=STAMP,
            language="nl",
            calendar=file,
            method=method,
        )
    )


def test_a_letter_gives_its_headers_and_words():
    opened = open_mail(mail())

    assert dict(opened.headers)["Subject"] == "Uitnodiging: één bezoek"
    assert opened.text.strip() == "Dag Lotte, é"
    assert opened.calendar is None


@pytest.mark.parametrize(
    "words", ["Bezoek", "a, b; c \\ d", "\\n is no line", "é" * 200, "A: B;C=D"]
)
def test_words_in_the_calendar_come_back_as_they_were(words):
    opened = open_mail(mail(calendar(summary=words, location=words), "REQUEST"))

    assert (opened.calendar.summary, opened.calendar.location) == (words, words)


def test_the_calendar_gives_wall_time_and_revision():
    opened = open_mail(mail(calendar(method=Method.CANCEL, sequence=3), "CANCEL"))

    facts = opened.calendar
    assert (facts.method, facts.status, facts.sequence) == ("CANCEL", "CANCELLED", "3")
    assert (str(facts.starts_at), str(facts.ends_at)) == (
        "2027-11-15 09:30:00",
        "2027-11-15 11:00:00",
    )


def test_what_is_no_mail_of_ours_is_still_readable():
    opened = open_mail(b"Subject: x\r\n\r\nhello\r\n")

    assert (opened.headers, opened.text.strip()) == ((("Subject", "x"),), "hello")
