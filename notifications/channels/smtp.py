"""E-mail over SMTP, one step at a time, so that every failure is known for what it is.

Apprise reads the address of the server, with its encryption, name and password. It does not send: it answers only
True or False, makes the text from the HTML, and cannot tell a mailbox that does not exist from a line that broke
after the message was handed over (decision 0014).
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from notifications.channels.base import NotSetUpError, Outcome, Outgoing, one_line
from notifications.channels.mail import as_mail
from notifications.channels.secrets import hushed

if TYPE_CHECKING:
    from apprise.plugins.email.base import NotifyEmail

SETTING = "EHC_SMTP_URL"
ANSWER_SECONDS = 20
"""How long each answer may take before the line counts as dead."""

FINAL_ANSWER_SECONDS = 60
"""The same for the last one, when the server files the message: giving up then leaves it unknown what became of it."""

SHUTTING_DOWN = 421
REFUSES_US = (530, 534, 535, 538)
"""Answers to a name and a password, or to their absence: no message will fare better."""

ACCEPTED = (250, 251, 252)
GO_ON = 354
POLICY = re.compile(rb"^5\.7\.")
"""The server will not, by a rule of its own: not the same as that it cannot."""

LOST = Outcome("channel_failure", "the mail server closed the line")


class SmtpChannel:
    """E-mail through one server; the line is kept open from one message to the next."""

    name = "email"

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self._now = now
        self._server = _server(url)
        self._line: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing, to: str) -> Outcome:
        """What the server said; a line kept open from before may have gone quiet, and is then opened anew once."""
        name, sender = self._server.from_addr
        mail = as_mail(
            outgoing,
            sender=(str(name or ""), str(sender)),
            reply_to=", ".join(sorted(self._server.reply_to)),
            to=to,
            at=self._now(),
        )
        was_open = self._line is not None
        outcome = self._attempt(mail, str(sender), to)
        if was_open and outcome is LOST:
            outcome = self._attempt(mail, str(sender), to)
        return outcome

    def check(self) -> Outcome:
        """Whether the server lets us in."""
        found = self._opened()
        self.close()
        return found if isinstance(found, Outcome) else Outcome("sent")

    def close(self) -> None:
        """Say goodbye to the server, if it is still there."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (OSError, smtplib.SMTPException):
            line.close()

    def _attempt(self, mail: bytes, sender: str, to: str) -> Outcome:
        line = self._opened()
        if isinstance(line, Outcome):
            return line
        is_handed_over = False
        try:
            refused = _announced(line, sender, to, len(mail))
            if refused is None:
                line.send(_dotted(mail))
                is_handed_over = True
            code, said = refused or _final_answer(line)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            if is_handed_over:
                return Outcome("uncertain", f"the mail server did not say whether it took the message: {_why(error)}")
            return LOST if isinstance(error, smtplib.SMTPServerDisconnected) else _dead(error)
        return Outcome("sent", provider_reference=one_line(said)) if code in ACCEPTED else self._refused(code, said)

    def _refused(self, code: int, said: bytes) -> Outcome:
        """What a refusal means; the line is closed, which ends whatever was begun on it."""
        if code == -1:
            self._drop()
            return LOST
        if code == SHUTTING_DOWN:
            self._drop()
        else:
            self.close()
        return refusal(code, said)

    def _opened(self) -> "smtplib.SMTP | Outcome":
        if self._line is None:
            try:
                self._line = _connected(self._server)
            except smtplib.SMTPAuthenticationError as error:
                return Outcome("channel_failure", f"the mail server refused our name or password ({error.smtp_code})")
            except smtplib.SMTPResponseException as error:
                return Outcome("channel_failure", f"the mail server let us not in: {_said(error)}")
            except (OSError, smtplib.SMTPException) as error:
                return _dead(error)
        return self._line

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _announced(line: smtplib.SMTP, sender: str, to: str, size: int) -> tuple[int, bytes] | None:
    """The first answer that refuses the mail before it is handed over; None if it is wanted."""
    code, said = line.mail(sender, [f"size={size}"] if line.has_extn("size") else [])
    if code not in ACCEPTED:
        return code, said
    code, said = line.rcpt(to)
    if code not in ACCEPTED:
        return code, said
    code, said = line.docmd("DATA")
    return None if code == GO_ON else (code, said)


def _final_answer(line: smtplib.SMTP) -> tuple[int, bytes]:
    """What the server says of the mail it was handed, given the time to file it."""
    if line.sock is not None:
        line.sock.settimeout(FINAL_ANSWER_SECONDS)
    code, said = line.getreply()
    if line.sock is not None:
        line.sock.settimeout(ANSWER_SECONDS)
    return code, said


def refusal(code: int, said: bytes) -> Outcome:
    """What a refusing answer of a mail server means for the message."""
    words = f"the mail server answered {code} {one_line(said)}".strip()
    if code == SHUTTING_DOWN or code in REFUSES_US:
        return Outcome("channel_failure", words)
    is_for_good = code >= 500 and not POLICY.match(said)  # noqa: PLR2004 - RFC 5321: 5yz is for good
    return Outcome("permanent_failure" if is_for_good else "temporary_failure", words)


def _server(url: str) -> "NotifyEmail":
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - half a second, only where mail is sent
    from apprise.plugins.email.base import NotifyEmail  # noqa: PLC0415

    with hushed():
        found = Apprise.instantiate(url, asset=AppriseAsset(app_id="EHC pathway", storage_mode="memory"))
    if not isinstance(found, NotifyEmail):
        raise NotSetUpError(
            "The address of the mail server cannot be understood.",
            where=SETTING,
            remedy="Write mailtos://user:password@host:587?from=name@host&mode=starttls, or mailto://host:25?from="
            "name@host for a server of the house that asks for no password.",
        )
    return found


def _connected(server: "NotifyEmail") -> smtplib.SMTP:
    """A line to the server, encrypted and let in as the address of the server says."""
    context = ssl.create_default_context()
    if not server.verify_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port, mode = str(server.smtp_host), int(server.port or 0), str(server.secure_mode)
    line: smtplib.SMTP
    if mode == "ssl":
        line = smtplib.SMTP_SSL(host, port, timeout=ANSWER_SECONDS, context=context)
    else:
        line = smtplib.SMTP(host, port, timeout=ANSWER_SECONDS)
    try:
        if mode == "starttls":
            line.starttls(context=context)
        line.ehlo_or_helo_if_needed()
        if server.user and server.password:
            line.login(str(server.user), str(server.password))
    except BaseException:
        line.close()
        raise
    return line


def _dotted(mail: bytes) -> bytes:
    """The mail as DATA wants it: a line that begins with a dot gets another, and a lone dot ends it."""
    body = re.sub(rb"(?m)^\.", b"..", mail)
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")


def _dead(error: Exception) -> Outcome:
    return Outcome("channel_failure", f"the mail server cannot be reached: {_why(error)}")


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return one_line(f"its certificate is not accepted ({error.verify_message})")
    if isinstance(error, OSError) and error.strerror:
        return one_line(error.strerror)
    return one_line(type(error).__name__ if not error.args else error.args[-1])


def _said(error: smtplib.SMTPResponseException) -> str:
    return one_line(f"{error.smtp_code} {one_line(error.smtp_error)}")
