// Package bench measures whole runs. Nothing here asserts a time: machines
// differ, so that what counts are the ratios within one run.
package bench

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

const inbox = "../seeds/reports"

// BenchmarkSampleProvince does the main job on the bundled province: both
// periods, from an empty folder to two publications. Beside wall time it
// reports CPU time, the peak memory of the process, and each stage's share.
func BenchmarkSampleProvince(b *testing.B) {
	stages := map[string]time.Duration{}
	cpu := cpuTime()
	for b.Loop() {
		dir := b.TempDir()
		for _, code := range []string{"2017-Q3", "2017-Q4"} {
			p, _ := transforms.ParsePeriod(code)
			cfg := config.Default()
			cfg.Inbox, cfg.Data, cfg.Out = inbox, filepath.Join(dir, "data"), filepath.Join(dir, "out")
			s, err := pipeline.Do(context.Background(), pipeline.Options{Config: cfg, Period: p, Version: "bench", Now: time.Now})
			if err != nil {
				b.Fatal(err)
			}
			for _, t := range s.Timings {
				stages[t.Stage] += t.Wall
			}
		}
	}
	n := float64(b.N)
	b.ReportMetric((cpuTime()-cpu).Seconds()*1000/n, "cpu-ms/op")
	b.ReportMetric(peakMemory()/(1<<20), "peak-MiB")
	for stage, d := range stages {
		b.ReportMetric(d.Seconds()*1000/n, stage+"-ms/op")
	}
}
