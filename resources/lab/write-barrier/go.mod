module example.com/write-barrier

go 1.18
