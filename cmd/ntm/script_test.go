package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"ntm": func() { os.Exit(execute(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// asWideAsTimes tells that this machine has a font as wide as Times New Roman:
// with another the same text takes another number of pages.
func asWideAsTimes() bool {
	font, err := exec.Command("fc-match", "Times New Roman").Output()
	return err == nil && regexp.MustCompile("Times New Roman|Liberation Serif|Tinos").Match(font)
}

// TestScripts runs the command as people type it. $SAMPLE is the folder of the
// bundled province's reports.
func TestScripts(t *testing.T) {
	sample, err := filepath.Abs("../../seeds/reports")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: os.Getenv("NTM_UPDATE") != "",
		Condition: func(name string) (bool, error) {
			if name == "times" {
				return asWideAsTimes(), nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("SAMPLE", sample)
			env.Setenv("TZ", "Asia/Ho_Chi_Minh")
			return nil
		},
	})
}
