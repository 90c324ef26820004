package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// An interrupted query is told as such, and not as a wrong name of a table:
// the engine's error for it does not say who stopped it.
func TestInterruptedQuerySaysSo(t *testing.T) {
	db, err := warehouse.Open(context.Background(), t.TempDir()+"/a.duckdb", warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = db.Query(ctx, "select 1"); err == nil {
		t.Fatal("a query that was stopped before it began gave rows")
	}
	if got := badQuery(ctx, config.Default(), err).Error(); !strings.Contains(got, "stopped as asked") {
		t.Errorf("interrupted: %s", got)
	}
	if got := badQuery(context.Background(), config.Default(), errors.New("no such table")).Error(); strings.Contains(got, "stopped") {
		t.Errorf("not interrupted: %s", got)
	}
}
