export GOPATH="$HOME/go"
PATH="$GOPATH/bin:$PATH"
