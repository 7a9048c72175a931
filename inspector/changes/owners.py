"""Who else looks after a dotfile? A store that is read-only, a manager that would put its own version back, a work tree that wants a commit.

Sources: chezmoi's reference (source state attributes), GNU Stow's manual, yadm(1) (repository below ~/.local/share/yadm), Home Manager's manual
(files are links into the store).
"""

import posixpath
import re
import tomllib
from dataclasses import dataclass
from typing import Literal

from inspector.changes.gitindex import tracked
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import Text, shown, text

Manager = Literal["store", "chezmoi", "yadm", "git", "link-farm"]
INDEX_LIMIT = 8 << 20
_STORES = ("/nix/store/", "/gnu/store/")
_BARE_REPOSITORIES = (".cfg", ".dotfiles", ".dotfiles.git", ".myconf", ".config.git")
_YADM = (".local/share/yadm/repo.git", ".config/yadm/repo.git", ".yadm/repo.git")
_PREFIXES = re.compile(
    r"^(?:(?:after|before|create|empty|encrypted|exact|executable|external|modify|once|onchange|private|readonly|remove|run|symlink)_)+"
)
_SUFFIXES = (".tmpl", ".age", ".asc")

_STORE = mark("{path} comes from {source}, which is read-only: change the home-manager (or Guix) configuration it is built from")
_CHEZMOI = mark("chezmoi manages {path}: its source {source} gets the same change, so that `chezmoi apply` keeps it")
_CHEZMOI_ADVICE = mark("chezmoi manages {path} from {source}, which differs or is a template: run `chezmoi edit {path}` too, or it is undone")
_YADM_ADVICE = mark("yadm tracks {path}: commit the change with `yadm commit`")
_GIT_ADVICE = mark("the git work tree {source} tracks {path}: commit the change there")
_FARM_ADVICE = mark("{path} is a link into {source}: the change is made there")


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who looks after a file. `source` is where their version lies; `mirrored` when it should get the very same change."""

    manager: Manager
    path: str
    source: str
    advice: Text
    mirrored: bool = False

    @property
    def forbids(self) -> bool:
        """The file cannot be changed where it is."""
        return self.manager == "store"


def owner_of(host: Host, path: str) -> Owner | None:
    """Who looks after the file at an absolute path, as far as files tell; None when it is just the user's."""
    target = host.real_path(path)
    for look in (_by_store, _by_chezmoi, _by_yadm, _by_bare_repository, _by_work_tree, _by_link):
        owner = look(host, path, target)
        if owner is not None:
            return owner
    return None


def _owner(manager: Manager, template: str, path: str, source: str, *, mirrored: bool = False) -> Owner:
    return Owner(manager, path, source, text(template, path=shown(path), source=shown(source)), mirrored)


def _by_store(_host: Host, path: str, target: str) -> Owner | None:
    return _owner("store", _STORE, path, target) if target.startswith(_STORES) else None


def _by_chezmoi(host: Host, path: str, target: str) -> Owner | None:
    home = host.info.home
    if not path.startswith(home + "/"):
        return None
    source = _chezmoi_file(host, _chezmoi_root(host), path[len(home) + 1 :].split("/"))
    if not source or host.real_path(source) == target:
        return None
    same = not source.endswith(_SUFFIXES) and _plain(source) and host.read(source).data == host.read(path).data
    return _owner("chezmoi", _CHEZMOI if same else _CHEZMOI_ADVICE, path, source, mirrored=same)


def _plain(source: str) -> bool:
    """Whether the source is the file's text itself, not a script, a link or a cipher."""
    attributes = posixpath.basename(source).split("_")[:-1]
    return not {"modify", "symlink", "encrypted", "run", "remove", "create"} & set(attributes)


def _chezmoi_root(host: Host) -> str:
    home = host.info.home
    root = f"{home}/.local/share/chezmoi"
    config = host.read(f"{home}/.config/chezmoi/chezmoi.toml")
    if config.status == "ok":
        try:
            named = tomllib.loads(config.data.decode()).get("sourceDir", "")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            named = ""
        if isinstance(named, str) and named:
            root = posixpath.join(home, named.replace("~", home, 1) if named.startswith("~/") else named)
    below = host.read(f"{root}/.chezmoiroot")
    return posixpath.join(root, below.data.decode("utf-8", "surrogateescape").strip()) if below.status == "ok" else root


def _chezmoi_file(host: Host, root: str, parts: list[str]) -> str:
    """The source of a target path, empty when chezmoi has none: attributes are prefixes and suffixes of the names."""
    current = root
    for part in parts:
        name = next((name for name in host.list_dir(current).names if _target_name(name) == part), None)
        if name is None:
            return ""
        current = posixpath.join(current, name)
    return current


def _target_name(source_name: str) -> str:
    if source_name.startswith("."):
        return ""
    name = source_name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    name = _PREFIXES.sub("", name)
    return "." + name[4:] if name.startswith("dot_") else name.removeprefix("literal_").removesuffix(".literal")


def _by_yadm(host: Host, path: str, _target: str) -> Owner | None:
    home = host.info.home
    found = next((f"{home}/{place}" for place in _YADM if _tracks(host, f"{home}/{place}/index", home, path)), "")
    return _owner("yadm", _YADM_ADVICE, path, found) if found else None


def _by_bare_repository(host: Host, path: str, _target: str) -> Owner | None:
    home = host.info.home
    found = next((f"{home}/{place}" for place in _BARE_REPOSITORIES if _tracks(host, f"{home}/{place}/index", home, path)), "")
    return _owner("git", _GIT_ADVICE, path, found) if found else None


def _by_work_tree(host: Host, path: str, target: str) -> Owner | None:
    directory = posixpath.dirname(target)
    while directory not in ("", "/"):
        if _tracks(host, f"{_git_directory(host, directory)}/index", directory, target):
            return _owner("git", _GIT_ADVICE, path, directory)
        directory = posixpath.dirname(directory)
    return None


def _git_directory(host: Host, directory: str) -> str:
    pointer = host.read(f"{directory}/.git")
    if pointer.status == "ok" and pointer.data.startswith(b"gitdir: "):
        return posixpath.join(directory, pointer.data[8:].decode("utf-8", "surrogateescape").strip())
    return f"{directory}/.git"


def _tracks(host: Host, index: str, work_tree: str, path: str) -> bool:
    content = host.read(index, limit=INDEX_LIMIT)
    if content.status != "ok" or not path.startswith(work_tree + "/"):
        return False
    return path[len(work_tree) + 1 :].encode("utf-8", "surrogateescape") in tracked(content.data)


def _by_link(host: Host, path: str, target: str) -> Owner | None:
    if posixpath.dirname(target) == host.real_path(posixpath.dirname(path)):
        return None
    return _owner("link-farm", _FARM_ADVICE, path, posixpath.dirname(target))
