"""What is in the report? Its parts, and what a person can have in it or not: pictures, the text of files, which language."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.gui.boxes import CheckBox, ComboBox
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel
from inspector.i18n import LANGUAGES, language, tr


class ContentsPanel(Panel):
    """The list of parts and the choices below it; the dialog connects them."""

    def __init__(self, *, parent: QWidget, theme: Theme, own: bool) -> None:
        """`own`: the report is of this machine, so there are files whose text can be in it."""
        super().__init__(tr("Parts"), parent=parent, theme=theme)
        self.parts = RowTree((tr("Part"), tr("Size")), name=tr("Parts of the report"), parent=self, theme=theme, flat=True, numeric=(1,))
        self.parts.share_width(1, "00000 KiB")
        self.with_pictures = CheckBox(tr("Pictures of the window"), self)
        self.with_pictures.setChecked(True)
        self.with_inputs = CheckBox(tr("Text of the files read"), self)
        self.with_inputs.setAccessibleDescription(tr("The init and configuration files that were read, redacted line by line. Look them through."))
        self.with_inputs.setEnabled(own)
        self.languages = ComboBox(self)
        self.languages.setAccessibleName(tr("Language of the report"))
        for code, name in LANGUAGES.items():
            self.languages.addItem(name, code)
        self.languages.setCurrentIndex(max(0, self.languages.findData(language())))
        column = QVBoxLayout()
        column.setContentsMargins(GRID * 2, GRID, GRID, GRID)
        column.setSpacing(GRID)
        for widget in (self.with_pictures, self.with_inputs, self.languages):
            column.addWidget(widget)
        self.body.addWidget(self.parts, 1)
        self.body.addLayout(column)
        self.watch_focus(self.parts)
