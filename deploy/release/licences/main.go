// Command licences writes the licences of everything that is linked into ntm:
// a table for the documentation, or all texts in one file, which goes out with
// the program, as most of these licences ask.
//
//	go run ./deploy/release/licences            the table
//	go run ./deploy/release/licences -texts     the texts
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// module is a linked module with the licence that its own files state.
type module struct {
	path, version string
	licences      []string // SPDX identifiers
	texts         []string // files, the licences first, then notices
}

// marks are words that only one licence has.
var marks = []struct{ spdx, words string }{
	{"Apache-2.0", "Apache License"},
	{"MPL-2.0", "Mozilla Public License"},
	{"MIT", "Permission is hereby granted, free of charge"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any"},
	{"OFL-1.1", "SIL Open Font License"},
	{"BSD-3-Clause", "endorse or promote products"},
	{"BSD-2-Clause", "Redistribution and use in source and binary forms"},
	{"GPL", "GNU GENERAL PUBLIC LICENSE"},
	{"LGPL", "GNU LESSER GENERAL PUBLIC LICENSE"},
}

// linked lists the modules of the program for an operating system.
func linked(goos string) ([]module, error) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}", "github.com/angiang-ntm/ntm/cmd/ntm")
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var list []module
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || f[1] == "" { // the standard library, and the program itself
			continue
		}
		m := module{path: f[0], version: f[1]}
		if slices.ContainsFunc(list, func(o module) bool { return o.path == m.path }) {
			continue
		}
		if err := m.read(f[2]); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// read finds the licence among the module's own files.
func (m *module) read(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var notices []string
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		switch {
		case e.IsDir():
		case strings.HasPrefix(name, "LICEN"), strings.HasPrefix(name, "COPYING"):
			m.texts = append(m.texts, filepath.Join(dir, e.Name()))
		case strings.HasPrefix(name, "NOTICE"):
			notices = append(notices, filepath.Join(dir, e.Name()))
		}
	}
	for _, path := range m.texts {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m.licences = append(m.licences, spdx(string(text))...)
	}
	slices.Sort(m.licences)
	m.licences = slices.Compact(m.licences)
	m.texts = append(m.texts, notices...)
	return nil
}

// spdx names the licences that a text holds.
func spdx(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	var found []string
	for _, mark := range marks {
		if mark.spdx == "BSD-2-Clause" && slices.Contains(found, "BSD-3-Clause") {
			continue
		}
		if strings.Contains(strings.ToLower(text), strings.ToLower(mark.words)) {
			found = append(found, mark.spdx)
		}
	}
	return found
}

// all joins what is linked for Linux and for Windows.
func all() ([]module, error) {
	var list []module
	for _, goos := range []string{"linux", "windows"} {
		more, err := linked(goos)
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			if !slices.ContainsFunc(list, func(o module) bool { return o.path == m.path }) {
				list = append(list, m)
			}
		}
	}
	slices.SortFunc(list, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return list, nil
}

// table is the page docs/licences.md. Versions are those of go.mod, which says
// them better.
func table(list []module) string {
	var b strings.Builder
	b.WriteString(`# Licences of what is linked into ntm

Made by ` + "`go run ./deploy/release/licences`" + ` and held against the modules themselves by a test. The texts go out with every release
(` + "`THIRD-PARTY-LICENSES.txt`" + `), and the bill of materials (` + "`.cdx.json`" + `) names the versions. ntm itself is under Apache-2.0. The library of
DuckDB that the driver brings along is linked too, with what it holds in turn; its licence is MIT.

| module | licence (SPDX) |
| --- | --- |
`)
	for _, m := range list {
		fmt.Fprintf(&b, "| `%s` | %s |\n", m.path, strings.Join(m.licences, " AND "))
	}
	return b.String()
}

func main() {
	texts := flag.Bool("texts", false, "write the texts instead of the table")
	flag.Parse()
	list, err := all()
	if err == nil && *texts {
		err = printTexts(list)
	} else if err == nil {
		fmt.Print(table(list))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func printTexts(list []module) error {
	for _, m := range list {
		fmt.Printf("%s\n%s %s (%s)\n%s\n\n", strings.Repeat("=", 78), m.path, m.version, strings.Join(m.licences, ", "), strings.Repeat("=", 78))
		for _, path := range m.texts {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Printf("%s\n\n", strings.TrimSpace(string(text)))
		}
	}
	return nil
}
