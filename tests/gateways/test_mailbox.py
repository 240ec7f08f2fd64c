"""A mailbox on a real server, with all that servers can do and with the least of it."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from threading import Event

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from opendeur.gateways.mailbox import Mailbox, MailboxRefused, MailboxUnreachable
from tests import dovecot
from tests.dovecot import MailServer
from tests.gateways.delivering import free_port

FIRST, SECOND = b"Subject: first\r\n\r\nA\r\n", b"Subject: second\r\n\r\nB\r\n"
#: Neither MOVE nor IDLE, and no way to ask for namespaces.
OLD = "imap_capability = IMAP4rev1\n"
#: All folders lie under the inbox, as some providers have it.
PREFIXED = "namespace inbox {\n  inbox = yes\n  prefix = INBOX.\n  separator = .\n}\n"
PATIENCE_SECONDS = 10.0


@pytest.fixture(scope="module")
def old_server(dovecot_server: MailServer) -> MailServer:
    return dovecot.start(OLD)


#: TLS from the start at one port, and at the other after STARTTLS.
SECURE = """
ssl = required
ssl_cert = <FOLDER/certificate.pem
ssl_key = <FOLDER/key.pem
service imap-login {
  inet_listener imaps {
    port = TLS_PORT
    ssl = yes
  }
}
"""


def make_certificate() -> tuple[bytes, bytes]:
    """Return a certificate for 127.0.0.1 that nobody vouches for, and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM), key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


@pytest.fixture
def later() -> Iterator[list[threading.Timer]]:
    """What happens while a test waits; it is over when the test is."""
    timers: list[threading.Timer] = []
    yield timers
    for timer in timers:
        timer.join(PATIENCE_SECONDS)


def arrival(later: list[threading.Timer], imap: MailServer, *, seconds: float) -> None:
    later.append(threading.Timer(seconds, imap.put, (FIRST,)))
    later[-1].start()


def test_mails_are_fetched_byte_for_byte_in_the_order_in_which_they_came(
    imap: MailServer,
) -> None:
    odd = b"Subject: \xff\x00\r\n\r\n.\r\n)\r\n* 1 FETCH\r\n"
    imap.put(SECOND, odd.replace(b"\x00", b""), FIRST)

    with Mailbox(imap.address()) as mailbox:
        fetched = [mailbox.fetch(number, most=1000) for number in mailbox.numbers()]

    assert fetched == [SECOND, odd.replace(b"\x00", b""), FIRST]


def test_no_more_of_a_mail_is_loaded_than_is_asked_for(imap: MailServer) -> None:
    imap.put(FIRST + b"x" * 100_000)

    with Mailbox(imap.address()) as mailbox:
        assert mailbox.fetch(1, most=10) == FIRST[:10]


def test_mail_that_somebody_opened_elsewhere_is_still_there(imap: MailServer) -> None:
    imap.put(FIRST)
    with imap.signed_in() as client:
        client.select()
        client.fetch("1", "(BODY[])")

    with Mailbox(imap.address()) as mailbox:
        assert mailbox.numbers() == [1]


@pytest.mark.parametrize("is_old", [False, True])
def test_mail_is_moved_to_a_folder_that_is_made_where_it_is_missing(
    imap: MailServer, old_server: MailServer, is_old: bool
) -> None:
    server = old_server.fresh() if is_old else imap
    server.put(FIRST, SECOND)

    with Mailbox(server.address()) as mailbox:
        mailbox.move(1, "Opendeur", "Done")
        left = mailbox.numbers()
        mailbox.move(2, "Opendeur", "Done")

    assert left == [2]
    assert server.names() == {"INBOX", "Opendeur", "Opendeur.Done"}
    assert (server.mails(), server.mails("Opendeur.Done")) == ([], [FIRST, SECOND])


def test_folders_lie_where_the_server_lets_one_have_them(imap: MailServer) -> None:
    server = dovecot.start(PREFIXED).fresh()
    server.put(FIRST)

    with Mailbox(server.address()) as mailbox:
        mailbox.move(1, "Opendeur", "Done")

    assert server.mails("INBOX.Opendeur.Done") == [FIRST]


def test_mail_that_another_reader_moved_meanwhile_is_gone_and_that_is_no_error(
    imap: MailServer,
) -> None:
    imap.put(FIRST)

    with Mailbox(imap.address()) as one, Mailbox(imap.address()) as other:
        numbers = [one.numbers(), other.numbers()]
        one.move(1, "Opendeur", "Done")
        fetched = other.fetch(1, most=100)
        other.move(1, "Opendeur", "Done")

    assert (numbers, fetched) == ([[1], [1]], None)
    assert imap.mails("Opendeur.Done") == [FIRST]


def test_waiting_ends_when_a_mail_arrives(
    imap: MailServer, later: list[threading.Timer]
) -> None:
    with Mailbox(imap.address()) as mailbox:
        began = time.monotonic()
        arrival(later, imap, seconds=0.2)
        mailbox.wait(Event())
        took, numbers = time.monotonic() - began, mailbox.numbers()

    assert numbers == [1]
    assert 0.2 <= took < PATIENCE_SECONDS


def test_mail_that_came_just_before_the_waiting_is_told_at_once(imap: MailServer) -> None:
    with Mailbox(imap.address()) as mailbox:
        mailbox.numbers()
        imap.put(FIRST)
        began = time.monotonic()
        mailbox.wait(Event())

        assert time.monotonic() - began < PATIENCE_SECONDS
        assert mailbox.numbers() == [1]


def test_server_that_does_not_tell_is_asked_again_soon(old_server: MailServer) -> None:
    server = old_server.fresh()
    with Mailbox(server.address(), poll_seconds=0.1) as mailbox:
        before = mailbox.numbers()
        server.put(FIRST)
        began = time.monotonic()
        mailbox.wait(Event())

        assert time.monotonic() - began < PATIENCE_SECONDS
        assert (before, mailbox.numbers()) == ([], [1])


@pytest.mark.parametrize("is_old", [False, True])
def test_waiting_ends_soon_when_it_is_told_to(
    imap: MailServer, old_server: MailServer, later: list[threading.Timer], is_old: bool
) -> None:
    should_stop = Event()
    with Mailbox((old_server if is_old else imap).address()) as mailbox:
        later.append(threading.Timer(0.1, should_stop.set))
        later[-1].start()
        began = time.monotonic()
        mailbox.wait(should_stop)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "password", ["wrong-password", "wrong-p\N{LATIN SMALL LETTER E WITH ACUTE}"]
)
def test_wrong_password_is_refused_in_words_without_it(imap: MailServer, password: str) -> None:
    with pytest.raises(MailboxRefused) as caught, Mailbox(imap.address(password=password)):
        pass

    assert "AUTHENTICATIONFAILED" in caught.value.reason
    assert password not in caught.value.reason
    assert caught.value.__cause__ is None


def test_server_that_is_not_there_is_unreachable(imap: MailServer) -> None:
    nowhere = MailServer(free_port())

    with pytest.raises(MailboxUnreachable) as caught, Mailbox(nowhere.address()):
        pass

    assert caught.value.reason == "ConnectionRefusedError: [Errno 111] Connection refused"


def test_server_that_repeats_the_password_does_not_bring_it_into_the_log() -> None:
    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as stream:
            stream.write(b"* OK here\r\n")
            while line := stream.readline():
                tag, command, *_ = line.split()
                if command == b"LOGIN":
                    stream.write(tag + b" BAD I do not know " + line[len(tag) :])
                elif command == b"CAPABILITY":
                    stream.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
                else:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        server = MailServer(listener.getsockname()[1])
        with pytest.raises(MailboxUnreachable) as caught, Mailbox(server.address()):
            pass
        thread.join(PATIENCE_SECONDS)

    assert "I do not know" in caught.value.reason
    assert dovecot.PASSWORD not in caught.value.reason


def test_server_that_hangs_up_while_one_waits_is_unreachable(
    dovecot_server: MailServer,
) -> None:
    server = dovecot.start()

    with Mailbox(server.address()) as mailbox:
        server.stop()
        with pytest.raises(MailboxUnreachable):
            mailbox.wait(Event())


def test_password_is_told_over_tls_to_nobody_for_whom_no_one_vouches(
    imap: MailServer,
) -> None:
    certificate, key = make_certificate()
    tls_port = free_port()
    server = dovecot.start(
        SECURE.replace("TLS_PORT", str(tls_port)),
        files={"certificate.pem": certificate, "key.pem": key},
    )
    at_once = replace(server.address(), security="imaps", port=tls_port)
    after = replace(server.address(), security="imap+starttls")
    trusting = ssl.create_default_context(cadata=certificate.decode())

    for address in (at_once, after):
        with Mailbox(address, tls=trusting) as mailbox:
            assert mailbox.numbers() == []
            should_stop = Event()
            should_stop.set()
            mailbox.wait(should_stop)
        with pytest.raises(MailboxUnreachable) as caught, Mailbox(address):
            pass
        assert "CERTIFICATE_VERIFY_FAILED" in caught.value.reason
