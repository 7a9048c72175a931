"""What is there to know about a check or a capability, apart from any machine? Its own texts, in order, as English templates."""

from typing import Literal

from inspector.model.base import Doc

Kind = Literal["check", "capability"]


class Section(Doc, frozen=True, kw_only=True):
    """A heading (marked for translation where it is spelled) and the paragraphs below it."""

    heading: str
    paragraphs: tuple[str, ...]


class Topic(Doc, frozen=True, kw_only=True):
    """One page of the help: `id` is that of the check or the capability, `source` the project's file the texts come from."""

    id: str
    kind: Kind
    group: str
    title: str
    sections: tuple[Section, ...]
    source: str


class AskTopics(Doc, frozen=True, kw_only=True, tag="ask-topics", tag_field="type"):
    """A client asks for every page."""

    id: int


class TopicsReady(Doc, frozen=True, kw_only=True, tag="topics", tag_field="type"):
    """The agent's answer to AskTopics."""

    id: int
    topics: tuple[Topic, ...]
