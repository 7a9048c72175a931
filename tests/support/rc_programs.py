"""Which init files has nobody thought of? Random programs from a grammar per shell; every directory they add stands in exactly one line."""

import random
from dataclasses import dataclass, field


@dataclass
class Program:
    """Files by name below the home; `.rc` stands for the first one. `places` says where each directory is written."""

    files: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)


class Grammar:
    """Statements of the POSIX family at random: bash, zsh, or with `shell="dash"`, `"mksh"`, `"ksh93"` what these have in common."""

    suffix = ".sh"
    comment_noise = ("# comment", "", "A=1", "alias ll='ls -l'", ": nothing", "true && false || true", "export B=x", "unset A")
    temporary = ("(PATH=/t:$PATH; :)", "PATH=/t true", "X=$(PATH=/t; echo x)", "PATH=/t:$PATH /bin/true", "( export GOFLAGS=-t )")
    reset = "PATH=/usr/bin:/bin"

    def __init__(self, seed: int, shell: str) -> None:
        self.random, self.shell = random.Random(seed), shell
        self.program = Program()
        self.number = 0

    def make(self) -> Program:
        """One program."""
        self._file(".rc", depth=0, size=self.random.randint(3, 14))
        cut = str.maketrans(":\"'\\()", "      ")
        for name, lines in self.program.files.items():
            for number, line in enumerate(lines, start=1):
                for word in line.translate(cut).split():
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
        forms = [f'PATH="{directory}:$PATH"', f"PATH=$PATH:{directory}", f"export PATH={directory}:$PATH", f'PATH="$PATH:{directory}"']
        if self.shell in ("bash", "zsh"):
            forms.append(f"PATH+=:{directory}")
        if self.shell == "zsh":
            forms += [f"path=( {directory} $path )", f"path+=( {directory} )"]
        return self.random.choice(forms)

    def _statement(self, depth: int) -> list[str]:
        kinds = [self._plain, self._if, self._case, self._function, self._eval, self._noise, self._temporary, self._loop, self._list, self._brace]
        if depth < 3:
            kinds += [self._source, self._source]
        if self.random.random() < 0.04:
            return [self.reset]
        return self.random.choice(kinds)(depth)

    def _inner(self, depth: int) -> list[str]:
        return [f"  {line}" for line in self._statement(depth + 2)]

    def _plain(self, _depth: int) -> list[str]:
        return [self._assignment()]

    def _noise(self, _depth: int) -> list[str]:
        return [self.random.choice(self.comment_noise)]

    def _if(self, depth: int) -> list[str]:
        condition = self.random.choice(["true", "false", "[ -d /usr ]", "[ -d /nowhere ]", '[ -n "$HOME" ]'])
        other = ["else", "  :", *self._inner(depth)] if self.random.random() < 0.4 else []
        return [f"if {condition}; then", "  :", *self._inner(depth), *other, "fi"]

    def _case(self, _depth: int) -> list[str]:
        text = self._assignment()
        return [f'case ":$PATH:" in *:/n{self.number}:*) ;; *)', f"  {text}", "  ;;", "esac"]

    def _function(self, depth: int) -> list[str]:
        name = f"f{self._new()}"
        local = ["  local PATH=/l:$PATH"] if self.random.random() < 0.2 and self.shell != "ksh93" else []
        body = self._inner(depth)
        calls = [name] * self.random.choice([0, 1, 1, 2])
        return [f"{name}() {{", *local, "  :", *body, "}", *calls]

    def _eval(self, _depth: int) -> list[str]:
        return ["eval '" + self._assignment().replace("'", "") + "'"]

    def _temporary(self, _depth: int) -> list[str]:
        return [self.random.choice(self.temporary)]

    def _loop(self, _depth: int) -> list[str]:
        return ["for i in 1; do", f"  {self._assignment()}", "done"]

    def _list(self, _depth: int) -> list[str]:
        made = self._assignment()
        return [self.random.choice([f"true && {made}", f"false || {made}", f"[ -d /nowhere ] && {made}", f"A=1; {made}; B=2"])]

    def _brace(self, _depth: int) -> list[str]:
        return ["{", f"  {self._assignment()}", "}"]

    def _source(self, depth: int) -> list[str]:
        name = f"lib{self._new()}{self.suffix}"
        self._file(name, depth=depth + 1, size=self.random.randint(1, 5))
        return [self.random.choice(self._readers(name))]

    def _readers(self, name: str) -> list[str]:
        plain = [f". ~/{name}", f"[ -r ~/{name} ] && . ~/{name}"]
        return [*plain, f"source ~/{name}"] if self.shell in ("bash", "zsh") else plain


class FishGrammar(Grammar):
    """Statements of fish at random."""

    suffix = ".fish"
    comment_noise = ("# comment", "", "set -g A 1", "alias ll 'ls -l'", "true", "true; and false; or true", "set -gx B x", "set -e A")
    temporary = ("begin; set -lx PATH /t $PATH; true; end", "env PATH=/t /bin/true", "set -l X (echo x)", "fish_is_root_user; or true")
    reset = "set -gx PATH /usr/bin /bin"

    def _assignment(self) -> str:
        directory = f"/g{self._new()}"
        return self.random.choice(
            [
                f"set -gx PATH {directory} $PATH", f"set -x PATH $PATH {directory}", f"set -p PATH {directory}", f"set -a PATH {directory}",
                f'set PATH "{directory}" $PATH',
            ]
        )  # fmt: skip

    def _if(self, depth: int) -> list[str]:
        condition = self.random.choice(["true", "false", "test -d /usr", "test -d /nowhere", 'test -n "$HOME"'])
        other = ["else", *self._inner(depth)] if self.random.random() < 0.4 else []
        return [f"if {condition}", *self._inner(depth), *other, "end"]

    def _case(self, _depth: int) -> list[str]:
        return ["switch x", "  case y", "    true", "  case '*'", f"    {self._assignment()}", "end"]

    def _function(self, depth: int) -> list[str]:
        name = f"f{self._new()}"
        return [f"function {name}", *self._inner(depth), "end", *[name] * self.random.choice([0, 1, 1, 2])]

    def _loop(self, _depth: int) -> list[str]:
        return ["for i in 1", f"  {self._assignment()}", "end"]

    def _list(self, _depth: int) -> list[str]:
        made = self._assignment()
        return [self.random.choice([f"true; and {made}", f"false; or {made}", f"test -d /nowhere; and {made}", f"set -g A 1; {made}; set -g B 2"])]

    def _brace(self, _depth: int) -> list[str]:
        return ["begin", f"  {self._assignment()}", "end"]

    def _readers(self, name: str) -> list[str]:
        return [f"source ~/{name}", f". ~/{name}", f"test -r ~/{name}; and source ~/{name}"]


class TcshGrammar(Grammar):
    """Statements of tcsh at random."""

    suffix = ".csh"
    comment_noise = ("# comment", "", "set A = 1", "alias ll 'ls -l'", "setenv B x", "unset A", "@ n = 1 + 1")
    temporary = ("( setenv PATH /t )", "env PATH=/t /bin/true", "set X = `echo x`")
    reset = "setenv PATH /usr/bin:/bin"

    def _assignment(self) -> str:
        directory = f"/g{self._new()}"
        return self.random.choice(
            [
                f"setenv PATH {directory}:$PATH", f"setenv PATH ${{PATH}}:{directory}", f"set path = ({directory} $path)",
                f"set path = ( $path {directory} )", f'setenv PATH "{directory}:$PATH"',
            ]
        )  # fmt: skip

    def _if(self, depth: int) -> list[str]:
        condition = self.random.choice(["1", "0", "-d /usr", "-d /nowhere", "$?HOME"])
        other = ["else", *self._inner(depth)] if self.random.random() < 0.4 else []
        return [f"if ({condition}) then", *self._inner(depth), *other, "endif"]

    def _case(self, _depth: int) -> list[str]:
        return ["switch (x)", "case y:", "  breaksw", "default:", f"  {self._assignment()}", "  breaksw", "endsw"]

    def _function(self, _depth: int) -> list[str]:
        return [f"if (-d /usr) {self._assignment()}"]

    def _loop(self, _depth: int) -> list[str]:
        return ["foreach i (1)", f"  {self._assignment()}", "end"]

    def _list(self, _depth: int) -> list[str]:
        return [f"set A = 1; {self._assignment()}; set B = 2"]

    def _brace(self, _depth: int) -> list[str]:
        return [f"if ($?nothing) {self._assignment()}"]

    def _readers(self, name: str) -> list[str]:
        return [f"source ~/{name}", f"if (-r ~/{name}) source ~/{name}"]


def grammar(seed: int, shell: str) -> Grammar:
    """The grammar of a shell's language."""
    kind = {"fish": FishGrammar, "tcsh": TcshGrammar}.get(shell, Grammar)
    return kind(seed, shell)
