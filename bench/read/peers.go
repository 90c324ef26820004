package main

func comparePeers(in string, rounds int, calamine, python string) error { return nil }
