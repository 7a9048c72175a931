"""Do the tables about Go say what they should, and are their rules right at the edges?"""

import pytest

from inspector.golang import experiments, known_issues, managers, releases, selection, settings, versions
from inspector.golang.editors import goland_lines, vscode_lines
from inspector.golang.envfile import comment_out, goroot_line, parse_env_file, user_line
from inspector.golang.gomod import parse_mod
from inspector.golang.goroot import leftovers, parse_baked_defaults, parse_goversion_source, parse_version_file
from inspector.golang.loops import captures
from inspector.golang.modinfo import parse_dependencies, parse_modinfo, parse_setting
from inspector.golang.telemetry import Counter, parse_counter_name


def issue(issue_id: str) -> known_issues.Issue:
    return next(row for row in known_issues.table() if row.id == issue_id)


def judged(issue_id: str, go: str, kernel: str, *, arch: str = "x86_64", text: str | None = "") -> str:
    return known_issues.judge(issue(issue_id), go=[go], kernel=kernel, arch=arch, text=text).applies


def test_versions_have_go_s_order() -> None:
    ordered = ["1.9.7", "1.20", "1.20.1", "1.21", "1.21rc1", "1.21rc2", "1.21.0", "1.21.10", "1.22", "1.22.0"]
    assert sorted((*ordered[5:], *ordered[:5]), key=versions.key) == ordered
    assert versions.compare("1.20", "1.20.0") == 0
    assert versions.compare("1.21", "1.21.0") < 0


@pytest.mark.parametrize(
    ("raw", "release", "named"),
    [
        ("go1.22.10", "1.22.10", ()),
        ("go1.25.5 X:nodwarf5,fieldtrack", "1.25.5", ("nodwarf5", "fieldtrack")),
        ("go1.27.3-X:fieldtrack", "1.27.3", ("fieldtrack",)),
        ("devel go1.23-5d4e8f5 Thu Jan", "1.23", ()),
        ("go1.27-devel_9777ceceec", "1.27", ()),
        ("go1.22.3-corp", "1.22.3", ()),
        ("nonsense", "nonsense", ()),
    ],
)
def test_build_info_versions_are_understood(raw: str, release: str, named: tuple[str, ...]) -> None:
    assert versions.release(raw) == release
    assert versions.experiments(raw) == named


def test_the_fieldtrack_mistake_is_recognised() -> None:
    for minor in range(19, 28):
        assert experiments.unknown("-fieldtrack", minor) == "-fieldtrack"
        assert experiments.unknown("nofieldtrack", minor) == ""
        assert experiments.unknown("fieldtrack,none,noregabi", minor) == ""
    assert experiments.suggestion("-fieldtrack") == "nofieldtrack"
    assert experiments.unknown("rangefunc", 26) == "rangefunc"
    assert experiments.known_in("rangefunc") == (22, 25)


def test_support_follows_the_two_newest_minors() -> None:
    assert releases.support("1.19.8", today="2026-11-23") == "unsupported"
    assert releases.support("1.26.6", today="2026-11-23") == "old-patch"
    assert releases.support("1.27.3", today="2026-11-23") == "supported"
    assert releases.support("1.26.7", today="2026-11-23", seen=["1.28.0"]) == "unsupported"
    assert releases.support("1.27.3", today="2027-09-01") == "may-be-stale"
    assert releases.support("unknown", today="2026-11-23") == "unknown"


def test_kernel_floors_and_cpu_levels() -> None:
    assert releases.kernel_floor("1.23.1", "amd64") == "2.6.32"
    assert releases.kernel_floor("1.24.1", "amd64") == "3.2"
    assert releases.kernel_floor("1.24.1", "loong64") == "5.19"
    flags = frozenset(f for names in releases.table().cpu_flags.values() for f in names)
    assert releases.missing_flags("v4", flags) == ()
    assert releases.missing_flags("v4", flags - {"avx512f"}) == ("avx512f",)
    assert releases.missing_flags("v3", flags - {"avx512f"}) == ()


def test_known_issues_that_only_may_apply_say_so() -> None:
    assert judged("go-seccomp-clone3", "1.22.1", "6.1.0", text="Seccomp:\t2\n") == "unknown"
    assert judged("go-seccomp-clone3", "1.22.1", "6.1.0", text="Seccomp:\t0\n") == "no"
    assert judged("go-cgroup-gomaxprocs-ancestor", "1.25.1", "6.1.0", text="0::/a.slice/b.scope\n") == "unknown"
    assert judged("go-cgroup-gomaxprocs-ancestor", "1.25.1", "6.1.0", text="0::/\n") == "no"
    assert judged("go-qemu-user", "1.25.1", "6.1.0", text="enabled\n") == "unknown"
    assert judged("go-preload-ignored", "1.25.1", "6.1.0", text=None) == "no"
    assert judged("go-preload-ignored", "1.25.1", "6.1.0", text="/usr/lib/faketime.so\n") == "yes"
    assert judged("go-mptcp", "1.21.1", "5.10.0") == "yes"
    assert judged("go-mptcp", "1.21.1", "6.1.0") == "no"
    assert judged("go-level-unchecked", "1.24.1", "6.1.0") == "yes"
    assert judged("go-level-unchecked", "1.22.1", "6.1.0") == "no"


def test_known_issues_by_a_built_in_setting_and_by_a_mount() -> None:
    assert judged("go-level-baked-in", "1.26.0", "6.1.0", text="v3") == "yes"
    assert judged("go-level-baked-in", "1.26.0", "6.1.0", text="v1") == "no"
    assert judged("go-level-baked-in", "1.26.0", "6.1.0", text="") == "no"
    assert judged("go-level-baked-in", "1.26.0", "6.1.0", arch="aarch64", text="v3") == "no"
    lower = "overlay / rw lowerdir=/var/lib/rancher/k3s/agent/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs"
    assert judged("go-cgroup-gomaxprocs-k3d", "1.25.1", "6.1.0", text=lower) == "unknown"
    assert judged("go-cgroup-gomaxprocs-k3d", "1.25.1", "6.1.0", text="overlay /") == "no"


def test_known_issues_hold_in_their_ranges_only() -> None:
    assert judged("go-vgetrandom-crash", "1.24.0", "6.12.0") == "yes"
    assert judged("go-vgetrandom-crash", "1.24.3", "6.12.0") == "no"
    assert judged("go-vgetrandom-crash", "1.24.2", "6.1.0") == "no"
    gcc9 = "Linux version 5.4.0 (gcc version 9.2.1 20191008)"
    assert judged("go-signal-avx-corruption", "1.14.3", "5.4.0", text=gcc9) == "yes"
    assert judged("go-signal-avx-corruption", "1.14.3", "5.4.0-42-generic", text=gcc9) == "unknown"
    assert judged("go-signal-avx-corruption", "1.14.3", "5.4.2", text=gcc9) == "no"
    assert judged("go-khugepaged-memory", "1.27.3", "6.1.0", text="511\n") == "yes"
    assert judged("go-khugepaged-memory", "1.27.3", "6.1.0", text="0\n") == "no"
    assert judged("go-khugepaged-memory", "1.27.3", "6.1.0", text=None) == "unknown"


def test_tables_name_their_sources() -> None:
    assert all(row.source and row.remedy for row in known_issues.table())
    assert len({row.id for row in known_issues.table()}) == len(known_issues.table())
    assert all(row.source for row in managers.table())
    assert len({variable.name for variable in settings.table()}) == len(settings.table())


def test_env_files_are_read_as_go_reads_them() -> None:
    data = b"# c\nGOPROXY=a\n GOFLAGS=x\nexport GOROOT=/x\nGOPROXY=b \nGOSUMDB\nGOVCS =x\nlower=y\nGOBIN=caf\xe9\r\n"
    lines = parse_env_file(data)
    assert [(line.key, line.value, line.number) for line in lines] == [
        ("GOPROXY", "a", 2),
        ("GOPROXY", "b ", 5),
        ("GOVCS ", "x", 7),
        ("GOBIN", "caf\udce9\r", 9),
    ]
    user, root = user_line(lines, "GOPROXY"), goroot_line(lines, "GOPROXY")
    assert user is not None
    assert root is not None
    assert (user.value, root.value) == ("b ", "a")
    assert comment_out(data, 5, "GOPROXY=b ") == data.replace(b"GOPROXY=b ", b"# GOPROXY=b ")
    assert comment_out(comment_out(data, 5, "GOPROXY=b "), 5, "GOPROXY=b ") == data.replace(b"GOPROXY=b ", b"# GOPROXY=b ")
    with pytest.raises(ValueError, match="line 5"):
        comment_out(data, 5, "GOPROXY=c")


def test_go_mod_lines_are_found_as_go_finds_them() -> None:
    mod = parse_mod(b'module "example.com/m"\r\n\tgo\t1.22.1 // c\r\ngo 1.99\ntoolchain default\n')
    assert (mod.go.value, mod.go.number, mod.toolchain.value, mod.module) == ("1.22.1", 2, "default", "example.com/m")
    assert parse_mod(b"// go 1.2\ngopher 1\n").go.number == 0


def test_complaints_are_go_s_own_words() -> None:
    mod = parse_mod(b"module m\ngo 1.26.6\n")
    assert (
        selection.complaint("go1.24.11", "local", mod, file="go.mod") == "go: go.mod requires go >= 1.26.6 (running go 1.24.11; GOTOOLCHAIN=local)"
    )
    assert selection.complaint("go1.24.11", "", mod, file="go.mod") == "go: go.mod requires go >= 1.26.6 (running go 1.24.11)"
    assert selection.old_complaint(mod, file="/p/go.mod") == "/p/go.mod:2: invalid go version '1.26.6': must match format 1.23"
    assert selection.old_complaint(parse_mod(b"go 1.22\n"), file="/p/go.mod") == ""


def test_files_of_a_goroot() -> None:
    assert parse_version_file(b"go1.19.8").version == "go1.19.8"
    assert parse_version_file(b"go1.22.10\ntime 2024-11-27T20:27:20Z\n").time == "2024-11-27T20:27:20Z"
    assert parse_goversion_source(b"package goversion\n\nconst Version = 27\n") == "1.27"
    assert parse_baked_defaults(b"const defaultGO386 = `softfloat`\nconst DefaultGOAMD64 = `v3`\n") == {"GO386": "softfloat", "GOAMD64": "v3"}
    assert "src/os/readfrom_linux.go" not in leftovers("1.21.3")
    assert "src/os/readfrom_linux.go" in leftovers("1.22.0")


def test_module_lines_are_taken_apart() -> None:
    text = 'path\tx/cmd\nmod\tx\tv1.2.3\th1:a=\ndep\ty\tv0.1.0\th1:b=\n=>\t../y\tv0.0.0\t\nbuild\t-ldflags="-X \\"a=b\\" -s"\nbuild\tGOOS=linux\n'
    found = parse_modinfo(text)
    assert found.path == "x/cmd"
    assert found.main is not None
    assert (found.main.path, found.main.version) == ("x", "v1.2.3")
    assert found.settings == {"-ldflags": '-X "a=b" -s', "GOOS": "linux"}
    (dependency,) = parse_dependencies(text)
    assert dependency.replaced_by == "../y v0.0.0"
    assert parse_setting('"a b"=`c d`') == ("a b", "c d")
    assert parse_setting("nothing") == ("", "")


def test_traces_of_use() -> None:
    name = "go@go1.27.3-go1.27.3-linux-amd64-2026-11-23.v1.count"
    assert parse_counter_name(name) == Counter("go", "go1.27.3", "go1.27.3", "2026-11-23")
    assert parse_counter_name("gopls@v0.20.0-go1.25.1-linux-amd64-2026-01-05.v1.count") == Counter("gopls", "v0.20.0", "go1.25.1", "2026-01-05")
    assert parse_counter_name("weekends") is None
    (setting,) = vscode_lines(b'{\n  // "go.goroot": "/no",\n  "go.goroot": "/usr/lib/go-1.19",\n}\n')
    assert (setting.key, setting.value, setting.number) == ("go.goroot", "/usr/lib/go-1.19", 3)
    (row,) = goland_lines(b'<component name="GOROOT" url="file://$USER_HOME$/sdk/go1.2" />', home="/home/a", project="/p")
    assert row.value == "/home/a/sdk/go1.2"


SOURCE = b"""package main

func main() {
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { return i })
	}
	for _, v := range xs {
		v := v
		go func() { use(v) }()
	}
	for _, v := range xs {
		go func(v int) { use(v) }(v)
	}
	for _, v := range xs {
		go func() {
			use(v)
		}()
	}
	for k, v := range m {
		out = append(out, &v)
	}
	for i := 0; i < 3; i++ {
		fmt.Println("func() { i }", xs[i])
	}
	for _, f := range fs {
		fmt.Print(f(), " ")
	}
}
"""


def test_loops_whose_variable_is_captured_are_found_and_others_are_not() -> None:
    assert [(c.variable, c.loop, c.use) for c in captures(SOURCE)] == [("i", 4, 5), ("v", 14, 16), ("v", 19, 20)]
    assert captures(b"for i := 0; {\n" * 500) == ()
