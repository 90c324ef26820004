package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/pipeline"
)

// stopper interrupts a query as soon as some of its result has come out.
type stopper struct{ stop context.CancelFunc }

func (s stopper) Write(p []byte) (int, error) {
	s.stop()
	return len(p), nil
}

// Half a result must not look like a whole one, nor like a fault in the query.
func TestAnInterruptedQuerySaysSo(t *testing.T) {
	out := t.TempDir()
	db, err := warehouse.Open(t.Context(), filepath.Join(out, "ntm.duckdb"), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stderr bytes.Buffer
	status := execute(ctx, []string{"query", "select i from range(5000000) r(i)", "--lang", "en", "--format", "csv", "--out", out}, stopper{stop}, &stderr)
	if status != pipeline.Failed || !strings.Contains(stderr.String(), "the query was stopped") {
		t.Errorf("exit status %d\n%s", status, &stderr)
	}
}
