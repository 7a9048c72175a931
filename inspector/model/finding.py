"""What is wrong, what caused it, what follows from it?"""

from inspector.model.base import Doc, Param, Safety, Severity, Text
from inspector.model.origin import Origin


class Effect(Doc, frozen=True, kw_only=True):
    """One consequence: where it shows (a context id, a binary, a project) and what happens there."""

    where: str
    title: str
    text: Text


class FixRef(Doc, frozen=True, kw_only=True):
    """The remedy a finding offers: the plan's id and how safe it is."""

    plan: str
    safety: Safety


class Finding(Doc, frozen=True, kw_only=True):
    """A judgement, anchored at its cause. `id` is stable while the cause stays the same; `title` is `text` rendered when it was judged."""

    id: str
    check: str
    severity: Severity
    title: str
    text: Text
    cause: Origin
    effects: tuple[Effect, ...] = ()
    fix: FixRef | None = None
    facts: dict[str, Param] = {}  # noqa: RUF012  msgspec copies defaults
