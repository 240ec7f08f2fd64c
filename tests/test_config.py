from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256, sha512
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendeur.app import create_app
from opendeur.config import InvalidSettings, Settings
from opendeur.secret_keys import weakness_of
from tests.conftest import make_settings

GOOD_KEY = "9f86d081884c7d659a2feaa0c55ad015"
GOOD = {
    "OPENDEUR_SECRET_KEY": GOOD_KEY,
    "OPENDEUR_BASE_URL": "https://opendeur.example",
    "OPENDEUR_TRUSTED_HOSTS": "opendeur.example, www.opendeur.example",
    "OPENDEUR_SMTP_URL": "smtp://127.0.0.1",
    "OPENDEUR_MAIL_FROM": "opendeur@opendeur.example",
}


def load(folder: Path, **environ: str) -> Settings:
    return Settings.load(environ={"OPENDEUR_INSTANCE": str(folder), **environ})


def test_site_starts_on_what_the_environment_says(tmp_path: Path) -> None:
    settings = load(tmp_path, **GOOD)

    assert settings.trusted_hosts == ("opendeur.example", "www.opendeur.example")
    assert settings.database == f"sqlite:///{tmp_path}/opendeur.sqlite3"
    assert (settings.is_secure, settings.mail_domain) == (True, "opendeur.example")


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_real_site_refuses_to_start_without(tmp_path: Path, missing: str) -> None:
    environ = {name: value for name, value in GOOD.items() if name != missing}

    with pytest.raises(InvalidSettings, match=missing) as caught:
        load(tmp_path, **environ)

    assert len(str(caught.value).splitlines()) == 1


def test_every_missing_setting_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings) as caught:
        load(tmp_path)

    assert len(str(caught.value).splitlines()) == len(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENDEUR_SECRET_KEY", "short"),
        ("OPENDEUR_BASE_URL", "opendeur.example"),
        ("OPENDEUR_BASE_URL", "ftp://opendeur.example"),
        ("OPENDEUR_BASE_URL", "https://opendeur.example/path"),
        ("OPENDEUR_TRUSTED_HOSTS", " , "),
        ("OPENDEUR_MAIL_FROM", "opendeur"),
        ("OPENDEUR_PROXIES", "one"),
    ],
)
def test_setting_that_cannot_be_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InvalidSettings, match=name):
        load(tmp_path, **{**GOOD, name: value})


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "https://visits:hunter22@mail.example",
        "pop3://visits:hunter22@mail.example",
        "imaps://mail.example/INBOX",
        "imaps://visits@mail.example/INBOX",
        "imaps://:hunter22@mail.example/INBOX",
        "imaps://visits:hunter22@/INBOX",
        "imaps://visits:hunter22@mail.example:many/INBOX",
        "imaps://visits:hunter/22@mail.example/INBOX",
        "imaps://visits:hunter22@mail.example/INBOX?ssl=no",
        "imaps://visits:hunter22%0D%0A@mail.example/INBOX",
    ],
)
def test_address_of_a_mailbox_that_cannot_be_is_refused_without_its_password(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(InvalidSettings) as caught:
        load(tmp_path, **GOOD, OPENDEUR_IMAP_URL=url)

    assert str(caught.value) == (
        "imap_url must be like imaps://user:password@mail.example/INBOX, or begin with imap:// "
        "or imap+starttls://; percent-encode / ? # @ in user and password (OPENDEUR_IMAP_URL)"
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("imaps://visits:pw@mail.example", ("imaps", "mail.example", 993, "INBOX")),
        ("imap://visits:pw@127.0.0.1:10143/", ("imap", "127.0.0.1", 10143, "INBOX")),
        (
            "imap+starttls://visits:pw@mail.example/A/B%20C",
            ("imap+starttls", "mail.example", 143, "A/B C"),
        ),
    ],
)
def test_address_of_a_mailbox_says_how_where_and_in_which_folder(
    tmp_path: Path, url: str, expected: tuple[str, str, int, str]
) -> None:
    mailbox = load(tmp_path, **GOOD, OPENDEUR_IMAP_URL=url).mailbox

    assert mailbox is not None
    assert (mailbox.security, mailbox.host, mailbox.port, mailbox.folder) == expected
    assert (mailbox.user, mailbox.password) == ("visits", "pw")


def test_password_of_a_mailbox_stands_in_no_text_of_the_settings(tmp_path: Path) -> None:
    url = "imaps://visits%40mail.example:p%2Fw%C3%A9%3F@mail.example"
    settings = load(tmp_path, **GOOD, OPENDEUR_IMAP_URL=url)

    assert settings.mailbox is not None
    assert (settings.mailbox.user, settings.mailbox.password) == (
        "visits@mail.example",
        "p/w\N{LATIN SMALL LETTER E WITH ACUTE}?",
    )
    assert "p/w" not in f"{settings!r} {settings.mailbox!r}"
    assert "p%2Fw" not in f"{settings!r} {settings.mailbox!r}"


def test_without_a_mailbox_nothing_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, **GOOD).mailbox is None


@pytest.mark.parametrize("is_demonstration", [False, True])
@pytest.mark.parametrize(
    "address",
    [
        "Opendeur <a@opendeur.example>",
        "a@opendeur.example ",
        " a@opendeur.example",
        "a@opendeur.example, b@opendeur.example",
        "a b@opendeur.example",
        "mailto:a@opendeur.example",
        "a@zorgwijk\N{LATIN SMALL LETTER E WITH ACUTE}.example",
        "caf\N{LATIN SMALL LETTER E WITH ACUTE}@opendeur.example",
        "@opendeur.example",
    ],
)
def test_sender_that_every_mail_server_would_refuse_is_refused_at_start(
    tmp_path: Path, address: str, is_demonstration: bool
) -> None:
    said = {**GOOD, "OPENDEUR_MAIL_FROM": address}
    if is_demonstration:
        said["OPENDEUR_DEMONSTRATION"] = "1"

    with pytest.raises(InvalidSettings, match="OPENDEUR_MAIL_FROM"):
        load(tmp_path, **said)


def test_sender_with_accents_in_its_domain_is_told_how_to_write_it(tmp_path: Path) -> None:
    address = "a@zorgwijk\N{LATIN SMALL LETTER E WITH ACUTE}.example"

    with pytest.raises(InvalidSettings) as caught:
        load(tmp_path, **{**GOOD, "OPENDEUR_MAIL_FROM": address})
    [suggested] = [w for w in str(caught.value).split() if "xn--" in w]

    assert load(tmp_path, **{**GOOD, "OPENDEUR_MAIL_FROM": suggested}).sender == suggested


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("x" * 36, "has fewer than 8 different characters"),
        ("ab" * 18, "has fewer than 8 different characters"),
        ("\x00" * 40, "has fewer than 8 different characters"),
        ("correct horse battery" * 2, "repeats itself"),
        ("9f86d081884c7d65" * 2, "repeats itself"),
        ("9f86d081884c7d659a2feaa0c55ad015" * 2, "repeats itself"),
        ("opendeur1opendeur2opendeur3opendeur4", "repeats itself"),
        ("0123456789abcdefghijklmnopqrstuvwxyz", "is a row of neighbours"),
        ("zyxwvutsrqponmlkjihgfedcba9876543210", "is a row of neighbours"),
        ("at least 32 characters: openssl rand -hex 32", "is copied from instructions"),
        ("openssl rand -hex 32 9f86d081884c7d659a2f", "is copied from instructions"),
        ("Change-Me-9f86d081884c7d659a2feaa0c55a", "is copied from instructions"),
        ("your secret goes here, at 32 letters", "is copied from instructions"),
        ("9f86d081884c7d659a2feaa0c55ad01", "has fewer than 32 characters"),
        ("", "has fewer than 32 characters"),
    ],
)
def test_secret_key_that_can_be_guessed_is_refused(tmp_path: Path, key: str, said: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        load(tmp_path, **{**GOOD, "OPENDEUR_SECRET_KEY": key})

    assert str(caught.value) == (
        f"secret_key {said}; make one with: openssl rand -hex 32 (OPENDEUR_SECRET_KEY)"
    )


@given(st.binary())
@pytest.mark.parametrize(
    "write",
    [
        lambda drawn: sha256(drawn).hexdigest()[:32],
        lambda drawn: sha256(drawn).hexdigest(),
        lambda drawn: sha512(drawn).hexdigest(),
        lambda drawn: b64encode(sha256(drawn).digest()).decode(),
    ],
    ids=["128 bits", "256 bits", "512 bits", "base64"],
)
def test_random_key_is_not_refused(write: Callable[[bytes], str], drawn: bytes) -> None:
    assert weakness_of(write(drawn)) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("FLASK_DEBUG", value) for value in ("1", "true", "True", "YES", "on", "2", " ")),
        ("FLASK_ENV", "development"),
        ("FLASK_ENV", "Development"),
    ],
)
def test_real_site_refuses_to_start_with_the_debugger(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(InvalidSettings) as caught:
        load(tmp_path, **GOOD, **{name: value})

    assert str(caught.value) == f"{name} is for the demonstration only; unset it: unset {name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("FLASK_DEBUG", value) for value in ("", "0", "false", "False", "no")),
        ("FLASK_ENV", "production"),
    ],
)
def test_real_site_starts_where_the_debugger_is_off(
    tmp_path: Path, name: str, value: str
) -> None:
    assert load(tmp_path, **GOOD, **{name: value}).demonstration is False


def test_demonstration_may_run_with_the_debugger(tmp_path: Path) -> None:
    environ = {**GOOD, "OPENDEUR_DEMONSTRATION": "1", "FLASK_DEBUG": "1"}

    assert load(tmp_path, **environ).demonstration is True


def test_application_refuses_the_debugger_of_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(tmp_path, demonstration=False, smtp_url="smtp://127.0.0.1")
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(InvalidSettings, match="FLASK_DEBUG"):
        create_app(settings)


def test_environment_overrules_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        'base_url = "https://file.example"\nproxies = 2\n', encoding="utf-8"
    )

    settings = load(tmp_path, **GOOD)

    assert (settings.base_url, settings.proxies) == ("https://opendeur.example", 2)


@pytest.mark.parametrize("text", ["secret_kee = 'x'", "secret_key = ", "\x00"])
def test_file_with_a_mistake_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidSettings, match=r"config\.toml"):
        load(tmp_path, **GOOD)


def test_example_file_has_every_setting_and_no_other() -> None:
    text = Path("instance/config.example.toml").read_text(encoding="utf-8")
    named = {line.lstrip("# ").split(" = ")[0] for line in text.splitlines() if " = " in line}

    assert named == {
        "secret_key",
        "base_url",
        "trusted_hosts",
        "smtp_url",
        "imap_url",
        "mail_from",
        "proxies",
        "demand_seconds",
        "database_url",
    }
