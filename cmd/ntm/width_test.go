package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestTextIsAsWideAsItStands(t *testing.T) {
	for text, want := range map[string]int{
		"":                           0,
		"Phú Thạnh":                  9,
		norm.NFD.String("Phú Thạnh"): 9, // marks on their own take no room
		"日本":                         4,
		"Ａ":                          2,
		"a\u200bb":                   2,
		"đạt – “19”…":                11,
	} {
		if got := textWidth(text); got != want {
			t.Errorf("%q is %d wide, want %d", text, got, want)
		}
	}
	for _, form := range []norm.Form{norm.NFC, norm.NFD} {
		if got, want := cut(form.String("Phú Thạnh A"), 8), form.String("Phú Thạ")+"…"; got != want {
			t.Errorf("cut gives %q, want %q: a letter keeps its marks", got, want)
		}
	}
	if got := cut("日本語", 4); got != "日…" {
		t.Errorf("cut in the middle of a wide character gives %q", got)
	}
}

// shown is a table as a terminal of so many columns gets it, 0 for a pipe.
func shown(width int, header []string, rows [][]string, numeric, kept []bool) string {
	var out bytes.Buffer
	(&ui{out: &out, width: width}).table(header, rows, numeric, kept)
	return out.String()
}

func TestTableIsCutOnATerminalOnly(t *testing.T) {
	name := norm.NFD.String("Biểu tổng hợp nông thôn mới huyện Thoại Sơn quý IV năm 2017.xlsx")
	header := []string{"Đơn vị", "Tệp", "Số xã có số liệu"}
	rows := [][]string{{"huyện Thoại Sơn", name, "14"}, {"huyện Châu Thành", "b.xlsx", "9"}}
	numeric, kept := []bool{false, false, true}, []bool{true}

	piped := shown(0, header, rows, numeric, kept)
	if !strings.Contains(piped, name) || !strings.Contains(piped, "Số xã có số liệu") {
		t.Errorf("a pipe does not get everything:\n%s", piped)
	}
	for width := 34; width <= 120; width++ {
		got := shown(width, header, rows, numeric, kept)
		for line := range strings.Lines(got) {
			if n := textWidth(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("a line is %d wide on a terminal of %d:\n%s", n, width, got)
			}
		}
		if !strings.Contains(got, "huyện Châu Thành") || !strings.Contains(got, "  9\n") {
			t.Errorf("on a terminal of %d a kept text is cut, or a number is not at the right:\n%s", width, got)
		}
		if whole := strings.Contains(got, name); whole != (width >= textWidth(name)+16+4+4) {
			t.Errorf("on a terminal of %d the long name is whole: %v\n%s", width, whole, got)
		}
	}
}

func TestHeadersBreakBeforeCellsAreCut(t *testing.T) {
	got := shown(32, []string{"commune_name", "criteria_met_before", "Đơn vị báo cáo"}, [][]string{{"Vĩnh Phú", "19", "huyện Thoại"}}, []bool{false, true}, nil)
	lines := strings.Split(got, "\n")
	if !strings.Contains(got, "Vĩnh Phú") || !strings.Contains(got, "huyện Thoại") || strings.Contains(got, "…") {
		t.Errorf("cells are cut where the headers could be broken:\n%s", got)
	}
	if strings.Contains(lines[0], "commune_name") {
		t.Errorf("the header is not broken:\n%s", got)
	}
}

func TestATableTooWideForATerminalIsPrintedRowByRow(t *testing.T) {
	header := []string{"avg_criteria_met", "avg_indicators_met", "failing_indicators"}
	rows := [][]string{{"12.627118644067796", "39.47457627118644", "13.1; 15.1"}, {"1", "2", ""}}
	numeric := []bool{true, true, false}
	want := `── 1 ──
avg_criteria_met    12.627118644067796
avg_indicators_met  39.47457627118644
failing_indicators  13.1; 15.1
── 2 ──
avg_criteria_met    1
avg_indicators_met  2
failing_indicators
`
	if got := shown(40, header, rows, numeric, nil); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := shown(0, header, rows, numeric, nil); strings.Contains(got, "── 1") {
		t.Errorf("a pipe gets another form:\n%s", got)
	}
}

func TestWhatAFileSaysDoesNotDriveTheTerminal(t *testing.T) {
	evil := "a\x1b[2Jb\x07\u009bc\u202ed\re\tf\ng"
	for _, width := range []int{0, 80} {
		got := shown(width, []string{"x" + evil}, [][]string{{evil}}, nil, nil)
		if strings.ContainsAny(got, "\x1b\x07\u009b\u202e\r\t") || strings.Count(got, "\n") != 3 {
			t.Errorf("on a width of %d: %q", width, got)
		}
	}
	var out bytes.Buffer
	u := &ui{out: &out, err: &out}
	u.printf("%s\n", evil)
	u.fail("cannot read "+evil, "")
	if got := out.String(); strings.ContainsAny(got, "\x1b\x07\u009b\u202e\r") || strings.Count(got, "\n") != 4 {
		t.Errorf("printed as %q", got)
	}
}

func TestNumbersReadAsSQLWritesThem(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 12.6: "12.6", 84.0 / 3: "28", 0.0001: "0.0001", 0.00001: "0.00001", 123456789: "123456789", -1e15: "-1000000000000000",
		1e300: "1e+300", 1e-9: "1e-09", 4.0 / 3: "1.3333333333333333",
	} {
		if got := plain(x); got != want {
			t.Errorf("%g is written %s, want %s", x, got, want)
		}
	}
}

func TestAPipeIsNoTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	if u := newUI(w, w, "vi"); u.width != 0 || u.terminal {
		t.Errorf("a pipe is taken for a terminal of %d columns", u.width)
	}
}
