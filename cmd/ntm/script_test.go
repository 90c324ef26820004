package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// sampleSeeds is the folder of the sample office's own seeds: its recognitions,
// twelve of them made up.
const sampleSeeds = "../../seeds/sample/office"

// sampleConfig is a configuration of the sample office; it names the seeds alone.
var sampleConfig string

// asSample makes a command line one of the sample office, unless it has a
// configuration of its own.
func asSample(args []string) []string {
	if sampleConfig == "" || slices.Contains(args, "--config") {
		return args
	}
	return append(slices.Clone(args), "--config", sampleConfig)
}

// tests are the tests, and a folder that goes with them.
type tests struct {
	*testing.M
	folder string
}

func (m tests) Run() int {
	status := m.M.Run()
	if m.folder != "" {
		_ = os.RemoveAll(m.folder)
	}
	return status
}

func TestMain(all *testing.M) {
	m := tests{M: all}
	// A script's command is this program too, elsewhere: the script tells it.
	if dir, err := filepath.Abs(sampleSeeds); err == nil && filepath.Base(os.Args[0]) != "ntm" {
		if at, err := os.MkdirTemp("", "ntm-sample-"); err == nil {
			m.folder = at
			sampleConfig = filepath.Join(at, "ntm.yaml")
			if err := os.WriteFile(sampleConfig, []byte("seeds:\n  dir: "+dir+"\n"), 0o644); err != nil {
				panic(err)
			}
		}
	}
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
	office, err := filepath.Abs(sampleSeeds)
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
			env.Setenv("NTM_SEEDS_DIR", office)
			env.Setenv("TZ", "Asia/Ho_Chi_Minh")
			return nil
		},
	})
}
