"""What does the agent answer about the program itself? Its help, and its place in the desktop's menu."""

from inspector.changes import menu
from inspector.engine import explaining
from inspector.model.about import AboutMessage, AboutRequest
from inspector.model.menu import AskMenu, ChangeMenu, MenuReady
from inspector.model.topic import AskTopics, TopicsReady


def answer(event: AboutRequest) -> AboutMessage:
    """The answer; ChangeMenu writes. Raises OSError."""
    match event:
        case AskTopics():
            return TopicsReady(id=event.id, topics=explaining.topics())
        case AskMenu():
            return MenuReady(id=event.id, menu=menu.state())
        case ChangeMenu():
            return MenuReady(id=event.id, menu=menu.install() if event.install else menu.remove())
