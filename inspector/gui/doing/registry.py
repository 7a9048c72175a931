"""Which class does the actions of which group?"""

from inspector.gui.doing.base import Doing
from inspector.gui.doing.change import ChangeDoing
from inspector.gui.doing.help import HelpDoing
from inspector.gui.doing.look import LookDoing
from inspector.gui.doing.move import MoveDoing
from inspector.gui.doing.panels import PanelsDoing
from inspector.gui.doing.report import ReportDoing
from inspector.gui.doing.view import ViewDoing

DOINGS: dict[str, type[Doing]] = {
    "Look": LookDoing,
    "Change": ChangeDoing,
    "Move": MoveDoing,
    "Panels": PanelsDoing,
    "View": ViewDoing,
    "Report": ReportDoing,
    "Help": HelpDoing,
}
