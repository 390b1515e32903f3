"""E-mail over a line that is encrypted and asks for a password."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.notifications.build import Clock, Post, a_message, a_person, free_port, run, stored

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def _let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, said: LoginPassword) -> AuthResult:
    return AuthResult(success=said.password == PASSWORD.encode(), handled=False)


@pytest.fixture
def post(certificate: Path) -> Iterator[Post]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    post = Post(port=free_port())
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        tls_context=context,
        require_starttls=True,
        authenticator=_let_in,
        auth_required=True,
    )
    controller.start()
    yield post
    controller.stop()


def _outcome(address: str, post: Post, *, password: str = PASSWORD, verify: str = "no") -> tuple[str, str | None]:
    a_person(address)
    a_message(address)
    url = f"mailtos://ehc:{password}@127.0.0.1:{post.port}?from=ehc@council.example&mode=starttls&verify={verify}"
    run(address, {"EHC_SMTP_URL": url}, Clock())
    ((outcome, fault),) = stored(address, "outcome", "fault", table="deliveries")
    return outcome, fault


def test_a_message_goes_over_an_encrypted_line_with_a_password(sqlite_database: str, post: Post) -> None:
    assert _outcome(sqlite_database, post) == ("sent", None)
    assert [to for to, _ in post.received] == ["officer@council.example"]


def test_a_wrong_password_is_the_channels_fault_and_is_not_repeated(
    sqlite_database: str, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    outcome, fault = _outcome(sqlite_database, post, password="wrong-donkey")
    assert (outcome, fault) == ("channel_failure", "the mail server refused our name or password (535)")
    assert "wrong-donkey" not in caplog.text


def test_a_certificate_that_nobody_vouches_for_is_refused(sqlite_database: str, post: Post) -> None:
    outcome, fault = _outcome(sqlite_database, post, verify="yes")
    assert outcome == "channel_failure"
    assert "its certificate is not accepted" in str(fault)
    assert post.received == []


def test_a_server_without_encryption_is_not_spoken_to_where_it_is_asked_for(sqlite_database: str) -> None:
    from tests.notifications.build import post_office

    with post_office() as plain:
        outcome, fault = _outcome(sqlite_database, plain)
    assert outcome == "channel_failure"
    assert "STARTTLS" in str(fault)
    assert plain.received == []
