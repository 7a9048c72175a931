"""Which single line, in Go's own env file or in an init file, makes each rule about settings fire? By check id."""

ENV_FILE_STORIES = {
    "toolchain-pinned-older": "GOTOOLCHAIN=go1.24.11",
    "goroot-missing": "GOROOT=/gone",
    "empty-env-file-value": "GOPROXY=",
    "goflags-broken": "GOFLAGS=-ldflags -s",
    "go111module-leftover": "GO111MODULE=off",
    "invalid-goexperiment": "GOEXPERIMENT=-fieldtrack",
    "cross-compile-leftover": "GOARCH=arm64",
    "proxy-or-sumdb-off": "GOSUMDB=off",
    "gopath-not-absolute": "GOPATH=~/go",
    "cpu-level-mismatch": "GOAMD64=v9",
    "goroot-in-env-file": "GOROOT={root}",
    "gopath-is-goroot": "GOPATH={root}",
    "tmpdir-missing": "GOTMPDIR=/nope",
}
RC_STORIES = {
    "goroot-mismatch": "export GOROOT=/usr/lib/go-1.19",
    "goroot-pre-switching": "export GOROOT=/usr/lib/go-1.19",
    "invalid-goexperiment": "export GOEXPERIMENT=-fieldtrack",
    "cross-compile-leftover": "export GOOS=windows",
    "tmpdir-missing": "export GOTMPDIR=/nope",
    "goroot-missing": "export GOROOT=/gone",
    "go111module-leftover": "export GO111MODULE=off",
    "goflags-broken": "export GOFLAGS=mod=vendor",
    "gopath-not-absolute": "export GOPATH=go",
    "proxy-or-sumdb-off": "export GONOSUMDB='*'",
}
