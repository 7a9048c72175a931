package main

import "runtime"

// A heap pointer is stored in a global, again and again, while the garbage collector runs.
type node struct {
	next *node
	data [64]byte
}

var global *node

func main() {
	for i := 0; i < 200000; i++ {
		global = &node{next: global}
		if i%1000 == 0 {
			global = nil
			runtime.GC()
		}
	}
	println("no panic")
}
