"""`opendeur receive`: mails that came in, from files, each told in one line."""

from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from opendeur.cli import main
from opendeur.enums import Participation
from tests.arrivals import reply, words
from tests.conftest import SECRET_KEY
from tests.domain.invited import make_case, send_all, to_visitor


def receive(app: Flask, *files: Path) -> Result:
    settings = app.config["SETTINGS"]
    environment = {
        "OPENDEUR_INSTANCE": str(settings.instance),
        "OPENDEUR_SECRET_KEY": SECRET_KEY,
        "OPENDEUR_BASE_URL": settings.base_url,
        "OPENDEUR_TRUSTED_HOSTS": "localhost",
        "OPENDEUR_MAIL_FROM": settings.mail_from,
        "OPENDEUR_DEMONSTRATION": "true",
    }
    return CliRunner().invoke(main, ["receive", *map(str, files)], env=environment)


def test_each_file_is_told_in_a_line_and_read_once(
    app: Flask, tmp_path: Path, store: Session
) -> None:
    case = make_case(store)
    case.edition.email = ""
    invitation = to_visitor(send_all(store, case.edition)).invitation
    assert invitation is not None
    store.commit()
    yes, strange, own = (tmp_path / f"{name}.eml" for name in ("yes", "strange", "own"))
    yes.write_bytes(reply(invitation, participation="ACCEPTED"))
    strange.write_bytes(reply(invitation, attendee="mailto:else@kastanje.example"))
    own.write_bytes(words(f"visits+{invitation.token}@opendeur.example", "Hallo"))

    first = receive(app, yes, strange, own)
    second = receive(app, yes)

    store.expire_all()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.splitlines() == [
        f"{yes}: applied",
        f"{strange}: quarantined: other-person",
        f"{own}: quarantined: nobody-to-forward-to",
    ]
    assert second.output.splitlines() == [f"{yes}: applied"]
    assert invitation.participation is Participation.ACCEPTED


def test_a_file_that_is_not_there_is_told_and_the_others_are_read(
    app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "odd.eml").write_bytes(b"\x00\xff not a mail")

    done = receive(app, tmp_path / "gone.eml", tmp_path / "odd.eml")

    assert done.exit_code == 1
    assert sorted(done.output.splitlines()) == [
        f"{tmp_path}/gone.eml: No such file or directory",
        f"{tmp_path}/odd.eml: ignored: unknown-invitation",
    ]
