"""How often a sender may come: a bucket of tokens that refills with time."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Allowance:
    """Each sender has its own bucket. Mutable: levels fall with every call. Times are of a clock that only goes forward."""

    burst: float
    per_second: float
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)  # tokens, and when they were counted

    def take(self, sender: str, *, at: float) -> float:
        """Takes a token; seconds until there is one where none is left, else 0."""
        level, since = self._levels.get(sender, (self.burst, at))
        level = min(self.burst, level + max(0.0, at - since) * self.per_second)
        if level < 1:
            self._levels[sender] = level, at
            return (1 - level) / self.per_second
        self._levels[sender] = level - 1, at
        return 0.0
