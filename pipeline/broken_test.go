package pipeline

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
)

func lastRecord(t *testing.T, c config.Config) (rec Record, log string) {
	t.Helper()
	records, err := filepath.Glob(filepath.Join(c.Data, "runs", "*.json"))
	if err != nil || len(records) == 0 {
		t.Fatal("no record of the run: ", err)
	}
	text, err := os.ReadFile(records[len(records)-1])
	if err == nil {
		err = json.Unmarshal(text, &rec)
	}
	if err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(strings.TrimSuffix(records[len(records)-1], ".json") + ".log")
	if err != nil {
		t.Fatal(err)
	}
	return rec, string(said)
}

// Wherever the program fails by a fault of its own, the run leaves its record with
// the place of the fault, and the lock and everything aside are cleared away.
func TestAPanicLeavesARecord(t *testing.T) {
	files := map[string]string{"2017-Q4/chau-doc.xlsx": "2017-Q4/Chau Doc - bieu tong hop NTM quy IV 2017.xlsx"}
	p, _ := transforms.ParsePeriod("2017-Q4")
	for _, where := range []string{"seed", "receive", "ingest", "evaluate", "publish"} {
		c := inOffice(t, files)
		_, err := Do(t.Context(), Options{Config: c, Period: p, Version: "test", Now: time.Now, Progress: func(step Progress) {
			if step.Stage == where && (step.Item != "" || where == "seed" || where == "evaluate") {
				stumbles()
			}
		}})
		var fault *Fault
		if !errors.As(err, &fault) || fault.Status != Failed || !strings.Contains(err.Error(), "stumbled") {
			t.Errorf("%s: %v", where, err)
		}
		rec, log := lastRecord(t, c)
		if rec.ExitStatus != Failed || !strings.Contains(rec.Error, "stumbled") || !strings.Contains(rec.Stack, "stumbles") || !strings.Contains(log, "stumbles") {
			t.Errorf("%s: the record says %d, %q, %q", where, rec.ExitStatus, rec.Error, rec.Stack)
		}
		for _, pattern := range []string{filepath.Join(c.Out, ".run-*"), filepath.Join(c.Data, ".ntm-*")} {
			if lies, _ := filepath.Glob(pattern); len(lies) > 0 {
				t.Errorf("%s: left lying about: %v", where, lies)
			}
		}
		if where != "publish" {
			continue
		}
		if s := consolidated(t, c, "2017-Q4"); s.Status != "published" {
			t.Errorf("%s: the next run: %s", where, s.Status)
		}
	}
}

func stumbles() { panic("stumbled") }

// One file that the recogniser fails on is refused, and the others go on.
func TestAPanicOnOneFileRefusesThatFile(t *testing.T) {
	sure := understand
	t.Cleanup(func() { understand = sure })
	understand = func(b *sheet.Book, v *transforms.Vocabulary, src transforms.Source, cancelled func() bool) *transforms.Reading {
		if strings.HasPrefix(src.File, "hong") {
			stumbles()
		}
		return sure(b, v, src, cancelled)
	}
	c := inOffice(t, map[string]string{
		"2017-Q4/chau-doc.xlsx": "2017-Q4/Chau Doc - bieu tong hop NTM quy IV 2017.xlsx",
		"2017-Q4/hong.xlsx":     "2017-Q4/BC NTM TP. Long Xuyên quý IV-2017.xlsx",
	})
	s := consolidated(t, c, "2017-Q4")
	if len(s.Files) != 2 || s.Files[0].Status != accepted || s.Files[1].Status != rejected || !strings.Contains(s.Files[1].Reason, codeBroken) {
		t.Errorf("%+v", s.Files)
	}
	if _, log := lastRecord(t, c); !strings.Contains(log, "stumbles") {
		t.Errorf("the log does not say where:\n%s", log)
	}
}
