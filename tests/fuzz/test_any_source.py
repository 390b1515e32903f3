"""Whatever is done to a valid source, it is read or refused in words that help, and no row of it is lost unsaid."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import EhcError
from tests.fuzz.sources import SOURCES, read

TOKENS = [
    *(b"\0", b'"', b",", b"\n", b"\r", b"\x1a", b"\x1b[2J", b"\x85", b"\xff", b"\xed\xa0\x80", b"&#0;", b"&amp;"),
    *(
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
        b"&e;",
        b"<![CDATA[",
        b"]]>",
        b"<a>",
        b"</a>",
        b"<!--",
    ),
    *(b"9999-12-31", b"0000-00-00", b"2026-02-30", b"1e999", b"nan", b"-1", b"99999999999999999999", b"=1+1", b"{["),
    *("\ufeff\u202e\u2066\u200b\u0000é\u0662\u0660".encode(), b"A" * 70_000, b"," * 2_000, b"<b>" * 2_000),
]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp500", "utf-7"]


@st.composite
def spoilt(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with something cut out, put in, said twice, or written otherwise."""
    content = whole
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 200)))
        match draw(st.sampled_from(["cut", "put", "replace", "repeat", "truncate", "encode"])):
            case "cut":
                content = content[:start] + content[end:]
            case "put":
                content = content[:start] + draw(st.sampled_from(TOKENS)) + content[start:]
            case "replace":
                content = content[:start] + draw(st.binary(max_size=end - start)) + content[end:]
            case "repeat":
                content = content[:end] + content[start:end] * draw(st.integers(1, 50)) + content[end:]
            case "truncate":
                content = content[:start]
            case _:
                encoding = draw(st.sampled_from(ENCODINGS))
                content = codecs.encode(content.decode("utf-8", "replace"), encoding, "replace")
    return content


@pytest.mark.parametrize("kind", SOURCES)
def test_a_spoilt_source_is_read_or_refused(kind: str) -> None:
    assert not isinstance(read(kind, SOURCES[kind][0]()), EhcError)
    _spoil(kind, settings(max_examples=40))


@pytest.mark.soak
@pytest.mark.parametrize("kind", SOURCES)
def test_a_source_spoilt_in_any_of_many_ways_is_read_or_refused(kind: str) -> None:
    _spoil(kind, settings(max_examples=3_000, derandomize=False))


def _spoil(kind: str, often: settings) -> None:
    @often
    @given(spoilt(SOURCES[kind][0]()))
    def is_read_or_refused(content: bytes) -> None:
        found = read(kind, content)
        if not isinstance(found, EhcError):
            assert found.authorities
            assert all(one.line > 0 and one.reason and one.remedy for one in found.rejections)

    is_read_or_refused()
