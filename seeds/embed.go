// Package seeds holds what the program knows before it reads any report: the
// administrative units, the criteria sets with their thresholds and legal
// bases, who has been recognised, what was published, and the vocabulary in
// which offices write. All of it is data in CSV files, embedded in the program;
// an office replaces any file with its own, without rebuilding.
package seeds

import (
	"embed"
	"errors"
	"io/fs"
	"os"
)

// FS holds the files as they were when the program was built.
//
//go:embed *.csv
var FS embed.FS

// Overlay returns the embedded files, each replaced by the file of the same
// name in dir where dir holds one. An empty dir changes nothing. Whether dir
// exists, and whether its files are good, shows when they are loaded.
func Overlay(dir string) fs.FS {
	if dir == "" {
		return FS
	}
	return overlay{os.DirFS(dir)}
}

// overlay looks into the office's folder first and into FS after it.
type overlay struct{ office fs.FS }

// Open opens a file of the office's folder, or the embedded one where the
// folder has none of that name.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.office.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return FS.Open(name)
	}
	return f, err
}

// ReadDir lists the office's folder only: the embedded files are known to be
// good names, and a misspelt one can lie nowhere else.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	return fs.ReadDir(o.office, name)
}
