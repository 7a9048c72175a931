module example.com/fieldtrack

go 1.18
