"""Recognition rules: what a rule file says, as values."""

from dataclasses import dataclass

from monitor.core.report import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One entry of the user's `rules.yaml`: a rule added, or one shipped rule replaced by the same id."""

    id: str
    kind: Kind
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    lang: str = "en"
