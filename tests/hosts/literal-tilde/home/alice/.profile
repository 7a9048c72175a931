# a tilde in quotes stays a tilde
export PATH="~/go/bin:$PATH"
