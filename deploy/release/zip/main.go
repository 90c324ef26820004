// Command zip packs a folder as a .zip in which every entry has the same given
// time and the entries are in the order of their names, so that the same files
// give the same archive.
//
//	go run ./deploy/release/zip -time SECONDS -as NAME out.zip folder
package main

import (
	"archive/zip"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"time"
)

func main() {
	seconds := flag.Int64("time", 0, "time of every entry, in seconds since 1970")
	as := flag.String("as", "", "name of the folder inside the archive")
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	if err := pack(flag.Arg(0), flag.Arg(1), *as, time.Unix(*seconds, 0).UTC()); err != nil {
		fmt.Fprintln(os.Stderr, "zip:", err)
		os.Exit(1)
	}
}

func pack(out, folder, as string, at time.Time) (err error) {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := zip.NewWriter(f)
	// WalkDir goes through a folder in the order of names.
	err = filepath.WalkDir(folder, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil || rel == "." {
			return err
		}
		h := &zip.FileHeader{Name: path.Join(as, filepath.ToSlash(rel)), Method: zip.Deflate, Modified: at}
		if d.IsDir() {
			h.Name, h.Method = h.Name+"/", zip.Store
			_, err := w.CreateHeader(h)
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		e, err := w.CreateHeader(h)
		if err != nil {
			return err
		}
		_, err = e.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return w.Close()
}
