package main

type T struct {
	A int `go:"track"`
	B int `go:"track"`
}

var tracked string

func main() {
	println(T{A: 1}.A)
	print("tracked=", tracked, "\n")
}
