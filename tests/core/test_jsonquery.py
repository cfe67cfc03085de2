"""Expressions: which are refused when they are written, and which when a document does not suit them."""

import pytest

from monitor.core.jsonquery import QueryError, ask, check


@pytest.mark.parametrize(
    "expression",
    ["items", "@", "a.b[*].c", "join('', [`\"https://x/\"`, slug])", "sort_by(a, &b)", "a[?b > `1`]", "length(a)"],
)
def test_what_may_suit_some_document_is_taken(expression):
    check(expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", "is empty"),
        ("items[", "ends too early"),
        ("a b", "cannot be read at “b”"),
        ("nofunc(a)", "Unknown function: nofunc()"),
        ("join(a)", "Expected 2 arguments for function join(), received 1"),
    ],
)
def test_what_suits_none_is_refused(expression, expected):
    with pytest.raises(QueryError, match=f"^{expected}".replace("(", "\\(").replace(")", "\\)")):
        check(expression)


@pytest.mark.parametrize(
    ("expression", "document", "found"),
    [("a.b", {"a": {"b": 1}}, 1), ("a.b", {}, None), ("a[*].b", {"a": [{"b": 1}, {}]}, [1]), ("a || b", {"b": 2}, 2)],
)
def test_what_is_there_is_found(expression, document, found):
    assert ask(expression, document) == found


@pytest.mark.parametrize(
    ("expression", "document", "expected"),
    [
        ("join(', ', a)", {"a": [1]}, "In function join"),
        ("a[?b > `1`]", {"a": [{"b": "x"}]}, "cannot be applied to this document: TypeError"),
    ],
)
def test_a_document_that_does_not_suit_is_told(expression, document, expected):
    with pytest.raises(QueryError, match=expected):
        ask(expression, document)
