"""Delivery to a server that goes away: before the hand-over, or after it."""

import socketserver
import threading

import pytest

from opendeur.gateways.mime import compose
from opendeur.gateways.smtp import SmtpTransport
from opendeur.gateways.transport import DeliveryFailed, DeliveryUncertain
from tests.gateways.delivering import deliver, never
from tests.gateways.facts import make_mail


class Leaver(socketserver.StreamRequestHandler):
    """Follows the conversation and hangs up at one point of it."""

    server: "LeavingServer"

    def handle(self) -> None:
        if self.leaves_at("connect"):
            return
        self.say("220 here")
        while line := self.rfile.readline():
            command = line.split(b":")[0].strip().decode().upper()
            if command.startswith(("EHLO", "HELO")):
                self.say("250 test")
            elif self.leaves_at(command):
                return
            elif command == "DATA":
                self.say("354 go on")
                self.take_message()
                return
            else:
                self.say("250 OK")

    def take_message(self) -> None:
        for line in self.rfile:
            self.server.lines.append(line)
            if line == b".\r\n":
                if reply := self.server.last_words:
                    self.say(reply)
                return

    def leaves_at(self, point: str) -> bool:
        return self.server.leaves_at == point

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class LeavingServer(socketserver.TCPServer):
    def __init__(self, leaves_at: str, last_words: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Leaver)
        self.leaves_at = leaves_at
        self.last_words = last_words
        self.lines: list[bytes] = []
        self.thread = threading.Thread(target=self.handle_request)
        self.thread.start()

    def transport(self) -> SmtpTransport:
        return SmtpTransport.from_url(f"smtp://127.0.0.1:{self.server_address[1]}?helo=x.y")

    def finish(self) -> None:
        self.thread.join()
        self.server_close()


@pytest.mark.parametrize("point", ["connect", "MAIL FROM", "RCPT TO", "DATA"])
def test_contact_that_is_lost_before_the_hand_over_is_a_failure(point: str) -> None:
    server = LeavingServer(point)

    with pytest.raises(DeliveryFailed):
        deliver(server.transport(), hand_over=never)

    server.finish()


@pytest.mark.parametrize("last_words", ["", "what?", "354 go on", "999 hm"])
def test_contact_that_is_lost_after_the_hand_over_is_uncertain(last_words: str) -> None:
    server = LeavingServer("the end", last_words)
    handed_over = []

    with pytest.raises(DeliveryUncertain):
        deliver(server.transport(), hand_over=lambda: handed_over.append(True))

    server.finish()
    assert handed_over == [True]
    assert b"".join(server.lines) == compose(make_mail()) + b".\r\n"


def test_the_last_line_is_never_sent_when_the_hand_over_fails() -> None:
    server = LeavingServer("the end")

    def fail() -> None:
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="the database is gone"):
        deliver(server.transport(), hand_over=fail)

    server.finish()
    assert b"".join(server.lines) == compose(make_mail())
