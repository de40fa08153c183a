"""Nothing that looks like a secret passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.redact import MASK, embedded_secrets, redact

CANARY = "c4n4ry-S3cret"


@pytest.mark.parametrize(
    "text",
    [
        f"DRIVER={{ODBC Driver 18 for SQL Server}};UID=sa;PWD={CANARY};Encrypt=yes",
        f"pwd = {{{CANARY}}}",
        f"PWD={{{CANARY};with}}}}brace}};x=1",
        f"mssql+pyodbc://sa:{CANARY}@host/db?driver=x",
        f"mssql+pyodbc://sa:{CANARY}@odd@host/db",
        f"password: {CANARY}",
        f"{{'password': '{CANARY}'}}",
        f'{{"client_secret": "{CANARY}"}}',
        f"AccessToken={CANARY}",
        f"Authorization: Bearer {CANARY}",
        f"odbc_connect=DRIVER%3Dx&Password={CANARY}&a=b",
    ],
)
def test_secrets_in_known_places_are_masked(text):
    """ODBC strings, URLs, JSON, reprs and headers lose their secret."""
    masked = redact(text)
    assert CANARY not in masked
    assert MASK in masked or "'********'" in masked


@pytest.mark.parametrize("form", ["p@ss w/rd", "p%40ss%20w%2Frd", "p%40ss+w%2Frd"])
def test_a_known_secret_is_masked_wherever_it_stands(form):
    """A literal secret is found in its encoded forms too."""
    assert form not in redact(f"login failed near '{form}'!", ["p@ss w/rd"])


@pytest.mark.parametrize("text", ["", "SELECT token_count FROM t", "Invalid object name 'passwords'.", "a:b@c"])
def test_ordinary_text_is_left_alone(text):
    """Masking does not destroy what people need to read."""
    assert redact(text) == text


@given(
    st.text(
        alphabet=st.characters(exclude_characters=";{}&,'\" \t\n\r\x0b\x0c", exclude_categories=["Z", "C"]),
        min_size=3,
        max_size=40,
    )
)
def test_no_password_survives_in_an_odbc_string(password):
    """Whatever the password, the masked string does not hold it between PWD= and the next key."""
    masked = redact(f"SERVER=h;PWD={password};APP=x")
    assert f"PWD={MASK};APP=x" in masked


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("mssql+pyodbc://sa:p%40ss@host/db?driver=x", ("p%40ss", "p@ss")),
        ("Server=x;UID=u;PWD={a}}b;c};Encrypt=yes", ("a}b;c",)),
        ("mssql+pyodbc:///?odbc_connect=Server%3Dx%3BPWD%3Dp+q%25", ("p q%",)),
        ("Server=x;Trusted_Connection=yes", ()),
    ],
)
def test_the_secrets_inside_urls_and_odbc_strings_are_found(text, secrets):
    """As they are written and as they are meant, so that a driver's message can be searched for both."""
    assert set(secrets) <= set(embedded_secrets(text))
    assert bool(embedded_secrets(text)) == bool(secrets)
