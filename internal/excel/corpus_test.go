package excel

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestCorpusTmp(t *testing.T) {
	dir := os.Getenv("NTM_CORPUS")
	if dir == "" {
		t.Skip("NTM_CORPUS names no folder of workbooks")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.*"))
	codes := map[string]int{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		start := time.Now()
		book, issues, err := Read(context.Background(), f, data, DefaultLimits())
		d := time.Since(start)
		if err != nil {
			t.Error(f, err)
			continue
		}
		if d > time.Second {
			t.Log("SLOW", f, d)
		}
		if book == nil {
			codes[issues[0].Code]++
			t.Log(issues[0].Code, issues[0].Where(), issues[0].Message)
		} else {
			codes["read"]++
			for _, i := range issues {
				codes[i.Code]++
				if i.Code == "NTM-409" || i.Code == "NTM-410" || i.Code == "NTM-407" {
					t.Log(i)
				}
			}
		}
	}
	t.Log(codes)
}
