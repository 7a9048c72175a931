export GOFLAGS=-mod=readonly
path=(/usr/local/newgo/bin $path)
