"""Which init files has nobody thought of? Random programs from a grammar; every directory they add stands in exactly one line."""

import random
from dataclasses import dataclass, field


@dataclass
class Program:
    """Files by name below the home; `.rc` stands for the first one. `places` says where each directory is written."""

    files: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)


class Grammar:
    """Statements of bash or zsh at random."""

    def __init__(self, seed: int, shell: str) -> None:
        self.random, self.shell = random.Random(seed), shell
        self.program = Program()
        self.number = 0

    def make(self) -> Program:
        """One program."""
        self._file(".rc", depth=0, size=self.random.randint(3, 14))
        for name, lines in self.program.files.items():
            for number, line in enumerate(lines, start=1):
                for word in line.replace(":", " ").replace('"', " ").replace("'", " ").replace("\\", " ").split():
                    if word.startswith(("/g", "PATH=/g")):
                        self.program.places.setdefault(word.removeprefix("PATH="), (name, number))
        return self.program

    def _new(self) -> int:
        self.number += 1
        return self.number

    def _file(self, name: str, *, depth: int, size: int) -> None:
        lines = self.program.files.setdefault(name, [])
        for _ in range(size):
            lines.extend(self._statement(depth))

    def _assignment(self) -> str:
        directory = f"/g{self._new()}"
        forms = [
            f'PATH="{directory}:$PATH"',
            f"PATH=$PATH:{directory}",
            f"export PATH={directory}:$PATH",
            f"PATH+=:{directory}",
            f'PATH="$PATH:{directory}"',
        ]
        if self.shell == "zsh":
            forms += [f"path=( {directory} $path )", f"path+=( {directory} )"]
        return self.random.choice(forms)

    def _statement(self, depth: int) -> list[str]:
        kinds = [self._plain, self._if, self._case, self._function, self._eval, self._noise, self._temporary, self._loop, self._list, self._brace]
        if depth < 3:
            kinds += [self._source, self._source]
        if self.random.random() < 0.04:
            return ["PATH=/usr/bin:/bin"]
        return self.random.choice(kinds)(depth)

    def _plain(self, _depth: int) -> list[str]:
        return [self._assignment()]

    def _noise(self, _depth: int) -> list[str]:
        return [self.random.choice(["# comment", "", "A=1", "alias ll='ls -l'", ": nothing", "true && false || true", "export B=x", "unset A"])]

    def _if(self, depth: int) -> list[str]:
        condition = self.random.choice(["true", "false", "[ -d /usr ]", "[ -d /nowhere ]", '[ -n "$HOME" ]'])
        other = ["else", *("  " + line for line in self._statement(depth + 2))] if self.random.random() < 0.4 else []
        return [
            f"if {condition}; then",
            "  :",
            *("  " + line for line in self._statement(depth + 2)),
            *([*other[:1], "  :", *other[1:]] if other else []),
            "fi",
        ]

    def _case(self, _depth: int) -> list[str]:
        text = self._assignment()
        directory = next(word for word in text.replace(":", " ").replace('"', " ").replace("=", " ").split() if word.startswith("/g"))
        self.number += 0
        return [f'case ":$PATH:" in *:{"/n" + directory[2:]}:*) ;; *)', f"  {text}", "  ;;", "esac"]

    def _function(self, depth: int) -> list[str]:
        name = f"f{self._new()}"
        local = ["  local PATH=/l:$PATH"] if self.random.random() < 0.2 else []
        body = [f"  {line}" for line in self._statement(depth + 2)]
        calls = [name] * self.random.choice([0, 1, 1, 2])
        return [f"{name}() {{", *local, "  :", *body, "}", *calls]

    def _eval(self, _depth: int) -> list[str]:
        return ["eval '" + self._assignment().replace("'", "") + "'"]

    def _temporary(self, _depth: int) -> list[str]:
        return [
            self.random.choice(["(PATH=/t:$PATH; :)", "PATH=/t true", "X=$(PATH=/t; echo x)", "PATH=/t:$PATH /bin/true", "( export GOFLAGS=-t )"])
        ]

    def _loop(self, _depth: int) -> list[str]:
        return ["for i in 1; do", f"  {self._assignment()}", "done"]

    def _list(self, _depth: int) -> list[str]:
        return [
            self.random.choice(
                [
                    f"true && {self._assignment()}",
                    f"false || {self._assignment()}",
                    f"[ -d /nowhere ] && {self._assignment()}",
                    f"A=1; {self._assignment()}; B=2",
                ]
            )
        ]

    def _brace(self, _depth: int) -> list[str]:
        return ["{", f"  {self._assignment()}", "}"]

    def _source(self, depth: int) -> list[str]:
        name = f"lib{self._new()}.sh"
        self._file(name, depth=depth + 1, size=self.random.randint(1, 5))
        return [self.random.choice([f". ~/{name}", f"source ~/{name}", f"[ -r ~/{name} ] && . ~/{name}"])]
