from pathlib import Path

import pytest

from opendeur.config import InvalidSettings, Settings

GOOD = {
    "OPENDEUR_SECRET_KEY": "x" * 32,
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
        "mail_from",
        "proxies",
        "database_url",
    }
