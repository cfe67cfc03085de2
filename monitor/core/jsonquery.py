"""JMESPath expressions: checked when the configuration is read, asked when a document is."""

from typing import Any

import jmespath
from jmespath.exceptions import ArityError, EmptyExpressionError, JMESPathError, ParseError, UnknownFunctionError

_AROUND = 20  # characters shown of where a mistake is


class QueryError(Exception):
    """An expression that cannot be read, or one that does not suit the document; the message is for the user."""


def check(expression: str) -> None:
    """Raises QueryError for an expression that cannot be read."""
    try:
        # A function that does not exist is found out only when it is called.
        jmespath.search(expression, {})
    except EmptyExpressionError:
        raise QueryError("is empty") from None
    except (ArityError, UnknownFunctionError) as error:
        raise QueryError(str(error)) from None
    except ParseError as error:
        place = error.lex_position if isinstance(error.lex_position, int) else 0
        rest = expression[place : place + _AROUND]
        raise QueryError(f"cannot be read at “{rest}”" if rest else "ends too early") from None
    except (JMESPathError, TypeError, ValueError, AttributeError):
        return  # it does not suit an empty document, which is no fault of it


def ask(expression: str, value: Any) -> Any:
    """What the expression finds, None where there is nothing. Raises QueryError where it asks for what cannot be done."""
    try:
        return jmespath.search(expression, value)
    except JMESPathError as error:
        raise QueryError(str(error).partition("\n")[0]) from None
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        # The library's own functions stumble over some values that JSON may hold.
        raise QueryError(f"cannot be applied to this document: {type(error).__name__}") from None
