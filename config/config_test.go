package config

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/viper"
)

// emptyDir works in a folder of its own, without a configuration file.
func emptyDir(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "NTM_") {
			t.Setenv(name, "")
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, opts Options) Config {
	t.Helper()
	c, err := Load(opts)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func TestWithoutAnythingTheDefaultsHold(t *testing.T) {
	emptyDir(t)
	if got := load(t, Options{}); !reflect.DeepEqual(got, Default()) {
		t.Errorf("got  %+v\nwant %+v", got, Default())
	}
}

// The file in the repository is the reference that an office copies: it names
// every key, and gives it the value that holds without a file.
func TestBundledFileListsEveryKeyWithItsDefault(t *testing.T) {
	bundled, err := filepath.Abs("ntm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	emptyDir(t)

	want := Default()
	want.File = bundled
	if got := load(t, Options{File: bundled}); !reflect.DeepEqual(got, want) {
		t.Errorf("config/ntm.yaml and Default differ:\nfile    %+v\ndefault %+v", got, want)
	}

	file := viper.NewWithOptions(viper.KeyDelimiter(delimiter))
	file.SetConfigFile(bundled)
	if err := file.ReadInConfig(); err != nil {
		t.Fatal(err)
	}
	for key := range settings(Default()) {
		if !file.InConfig(key) {
			t.Errorf("config/ntm.yaml does not list %s", dotted(key))
		}
	}
}

func TestFlagOverEnvironmentOverFileOverDefault(t *testing.T) {
	emptyDir(t)
	write(t, "ntm.yaml", "inbox: of-file\ndata: of-file\nout: of-file\nreader:\n  limits:\n    cells: 7\n")
	t.Setenv("NTM_DATA", "of-env")
	t.Setenv("NTM_OUT", "of-env")
	t.Setenv("NTM_READER_LIMITS_SHEETS", "9") // a key that the file does not hold

	c := load(t, Options{Set: map[string]any{"out": "of-flag", "reader.limits.rows": 11}})

	got := []any{c.Inbox, c.Data, c.Out, c.Reader.Limits.Cells, c.Reader.Limits.Sheets, c.Reader.Limits.Rows, c.Lang}
	want := []any{"of-file", "of-env", "of-flag", 7, 9, 11, "vi"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Every setting but the two tables has its variable, named by one rule.
func TestEverySettingHasAVariable(t *testing.T) {
	emptyDir(t)
	values := map[string]string{"lang": "en", "reader::converter": "soffice", "reader::estimates": "count", "log_format": "json", "warehouse::memory_limit": "2GiB", "total_memory": "3GiB", "reporting::granularity": "month"}
	for key, def := range settings(Default()) {
		if isTable(def) {
			continue
		}
		value := values[key]
		if value == "" {
			value = "21" // does for text and for numbers
		}
		if key == "out" {
			value = "22" // not the data folder
		}
		t.Setenv(envName(key), value)
	}
	got, def := settings(load(t, Options{})), settings(Default())
	for key := range def {
		if !isTable(def[key]) && reflect.DeepEqual(got[key], def[key]) {
			t.Errorf("%s did not reach %s", envName(key), dotted(key))
		}
	}
}

func TestFileIsLookedForInTheStatedOrder(t *testing.T) {
	emptyDir(t)
	write(t, "config/ntm.yaml", "inbox: b")
	if c := load(t, Options{}); c.Inbox != "b" || c.File != filepath.Join("config", "ntm.yaml") {
		t.Errorf("config/ntm.yaml: inbox %q from %q", c.Inbox, c.File)
	}
	write(t, "ntm.yaml", "inbox: a")
	if c := load(t, Options{}); c.Inbox != "a" || c.File != "ntm.yaml" {
		t.Errorf("ntm.yaml: inbox %q from %q", c.Inbox, c.File)
	}
	write(t, "named.conf", "inbox: c") // YAML whatever its name
	if c := load(t, Options{File: "named.conf"}); c.Inbox != "c" {
		t.Errorf("--config: inbox %q", c.Inbox)
	}
}

// What editors and people do to such files and what changes nothing.
func TestHarmlessWaysToWriteAFile(t *testing.T) {
	for name, text := range map[string]string{
		"empty":               "",
		"comments only":       "# nothing yet\n",
		"heading without any": "reader:\nchecks:\n  # severity:\n",
		"value left out":      "inbox:\nreader:\n  limits:\n    cells:\n",
		"byte order mark":     "\ufeffinbox: inbox\r\nlang: vi\r\n",
		"code as a number":    "province:\n  code: 89\n",
	} {
		t.Run(name, func(t *testing.T) {
			emptyDir(t)
			write(t, "ntm.yaml", text)
			want := Default()
			want.File = "ntm.yaml"
			if got := load(t, Options{}); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestTablesOfChecks(t *testing.T) {
	emptyDir(t)
	write(t, "ntm.yaml", `
checks:
  severity:
    outlier: off       # a word, not the false of older YAML
    near_threshold: info
  parameters:
    near_threshold: {margin: 1.5}
    sudden_change: {jump: 20}
`)
	c := load(t, Options{})
	if want := map[string]string{"outlier": "off", "near_threshold": "info"}; !maps.Equal(c.Checks.Severity, want) {
		t.Errorf("severity %v", c.Checks.Severity)
	}
	if c.Checks.Parameters["near_threshold"]["margin"] != 1.5 || c.Checks.Parameters["sudden_change"]["jump"] != 20 {
		t.Errorf("parameters %v", c.Checks.Parameters)
	}

	known := map[string][]string{"outlier": nil, "near_threshold": {"margin"}, "sudden_change": {"jump"}}
	if err := c.RequireChecks(known); err != nil {
		t.Errorf("RequireChecks: %v", err)
	}
	delete(known, "outlier")
	known["outliers"] = nil
	wantUsage(t, c.RequireChecks(known), UsageError{Source: "ntm.yaml", Key: "checks.severity.outlier", Nearest: "outliers"})
	known["outlier"] = nil
	known["near_threshold"] = []string{"margins"}
	wantUsage(t, c.RequireChecks(known), UsageError{Source: "ntm.yaml", Key: "checks.parameters.near_threshold.margin", Nearest: "margins"})
}

func TestMistakesNameWhereWhatAndWhatWasMeant(t *testing.T) {
	for _, tc := range []struct {
		name, file, env string
		set             map[string]any
		want            UsageError
	}{
		{"misspelt", "inbx: a", "", nil, UsageError{Source: "ntm.yaml", Key: "inbx", Nearest: "inbox"}},
		{"hyphen for underscore", "log-format: json", "", nil, UsageError{Source: "ntm.yaml", Key: "log-format", Nearest: "log_format"}},
		{"misspelt deep down", "reader:\n  limits:\n    cell: 5", "", nil, UsageError{Source: "ntm.yaml", Key: "reader.limits.cell", Nearest: "reader.limits.cells"}},
		{"group forgotten", "memory_limit: 1GiB", "", nil, UsageError{Source: "ntm.yaml", Key: "memory_limit", Nearest: "warehouse.memory_limit"}},
		{"no such granularity", "reporting:\n  granularity: week", "", nil, UsageError{Source: "ntm.yaml", Key: "reporting.granularity", Value: "week"}},
		{"no day", "reporting:\n  deadlines:\n    2017-q4: 10/01/2018", "", nil, UsageError{Source: "ntm.yaml", Key: "reporting.deadlines.2017-Q4", Value: "10/01/2018"}},
		{"less than the database may take", "total_memory: 1GiB", "", nil, UsageError{Source: "ntm.yaml", Key: "total_memory", Value: "1GiB"}},
		{"nothing like it", "xyz: 1", "", nil, UsageError{Source: "ntm.yaml", Key: "xyz"}},
		{"dot in place of a level", "seeds.dir: x", "", nil, UsageError{Source: "ntm.yaml", Key: "seeds.dir"}},
		{"value for a group", "reader: 5", "", nil, UsageError{Source: "ntm.yaml", Key: "reader", Value: "5"}},
		{"group for a value", "inbox:\n  dir: a", "", nil, UsageError{Source: "ntm.yaml", Key: "inbox.dir", Nearest: "inbox"}},
		{"word for a number", "warehouse:\n  threads: hai", "", nil, UsageError{Source: "ntm.yaml", Key: "warehouse.threads", Value: "hai"}},
		{"part of a number", "reader:\n  limits:\n    seconds: 1.5", "", nil, UsageError{Source: "ntm.yaml", Key: "reader.limits.seconds", Value: "1.5"}},
		{"yes for text", "inbox: true", "", nil, UsageError{Source: "ntm.yaml", Key: "inbox", Value: "true"}},
		{"list for text", "inbox: [a, b]", "", nil, UsageError{Source: "ntm.yaml", Key: "inbox", Value: "[a b]"}},
		{"word for a table", "checks:\n  severity: off", "", nil, UsageError{Source: "ntm.yaml", Key: "checks.severity", Value: "off"}},
		{"decimal comma", "checks:\n  parameters:\n    outlier: {score: \"3,5\"}", "", nil, UsageError{Source: "ntm.yaml", Key: "checks.parameters.outlier.score", Value: "3,5"}},
		{"no such severity", "checks:\n  severity: {outlier: eror}", "", nil, UsageError{Source: "ntm.yaml", Key: "checks.severity.outlier", Value: "eror"}},
		{"no such language", "", "NTM_LANG=vn", nil, UsageError{Source: "NTM_LANG", Key: "lang", Value: "vn"}},
		{"number in the environment", "", "NTM_READER_LIMITS_CELLS=many", nil, UsageError{Source: "NTM_READER_LIMITS_CELLS", Key: "reader.limits.cells", Value: "many"}},
		{"no room at all", "reader:\n  limits:\n    rows: 0", "", nil, UsageError{Source: "ntm.yaml", Key: "reader.limits.rows", Value: "0"}},
		{"memory without a unit", "warehouse:\n  memory_limit: 1024", "", nil, UsageError{Source: "ntm.yaml", Key: "warehouse.memory_limit", Value: "1024"}},
		{"emptied folder", "inbox: \"\"", "", nil, UsageError{Source: "ntm.yaml", Key: "inbox"}},
		{"one folder for two", "out: ./x/../data", "", nil, UsageError{Source: "ntm.yaml", Key: "out", Value: "./x/../data"}},
		{"no such way with estimates", "reader:\n  estimates: maybe", "", nil, UsageError{Source: "ntm.yaml", Key: "reader.estimates", Value: "maybe"}},
		{"no such converter", "reader:\n  converter: unoconv", "", nil, UsageError{Source: "ntm.yaml", Key: "reader.converter", Value: "unoconv"}},
		{"a password without quotes, unsaid", "reader:\n  passwords: [0123]", "", nil, UsageError{Source: "ntm.yaml", Key: "reader.passwords"}},
		{"flag", "log_format: json", "", map[string]any{"log_format": "xml"}, UsageError{Source: "--log-format", Key: "log_format", Value: "xml"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			emptyDir(t)
			write(t, "ntm.yaml", tc.file)
			if name, value, ok := strings.Cut(tc.env, "="); ok {
				t.Setenv(name, value)
			}
			_, err := Load(Options{Set: tc.set})
			wantUsage(t, err, tc.want)
		})
	}
}

func wantUsage(t *testing.T, err error, want UsageError) {
	t.Helper()
	var got *UsageError
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want a UsageError", err)
	}
	if got.Source != want.Source || got.Key != want.Key || got.Value != want.Value || got.Nearest != want.Nearest {
		t.Errorf("got  source %q key %q value %q nearest %q\nwant source %q key %q value %q nearest %q",
			got.Source, got.Key, got.Value, got.Nearest, want.Source, want.Key, want.Value, want.Nearest)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	emptyDir(t)
	_, err := Load(Options{File: "missing.yaml"})
	wantUsage(t, err, UsageError{Source: "missing.yaml"})

	write(t, "folder/x", "")
	_, err = Load(Options{File: "folder"})
	wantUsage(t, err, UsageError{Source: "folder"})

	for _, broken := range []string{"inbox: [", "a: 1\na: 2", "- a list", "just words", "\x00\x01"} {
		write(t, "ntm.yaml", broken)
		_, err = Load(Options{})
		wantUsage(t, err, UsageError{Source: "ntm.yaml"})
	}
}

func TestMessageReadsInBothLanguages(t *testing.T) {
	emptyDir(t)
	write(t, "ntm.yaml", "inbx: a")
	_, err := Load(Options{})
	var e *UsageError
	if !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	if got, want := e.In("vi"), `ntm.yaml: inbx: không có khóa này; có phải "inbox" không?`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := e.Error(), `ntm.yaml: inbx: unknown key; did you mean "inbox"?`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The complaint about a broken setting comes in the language that was set.
func TestLanguageIsKnownEvenWhenTheRestIsWrong(t *testing.T) {
	emptyDir(t)
	write(t, "ntm.yaml", "inbx: a")
	if c, err := Load(Options{Set: map[string]any{"lang": "en"}}); err == nil || c.Lang != "en" {
		t.Errorf("flag: lang %q, error %v", c.Lang, err)
	}
	write(t, "ntm.yaml", "inbx: a\nlang: en\n")
	if c, err := Load(Options{}); err == nil || c.Lang != "en" {
		t.Errorf("file: lang %q, error %v", c.Lang, err)
	}
}

// A fingerprint changes with what can change the published files, and with
// nothing else.
func TestFingerprintFollowsWhatCanChangeResults(t *testing.T) {
	emptyDir(t)
	base := Default().Fingerprint()
	indifferent := []string{"inbox", "data", "out", "lang", "log_format", "seeds::dir", "checks::dir", "warehouse::memory_limit", "warehouse::threads", "query::seconds", "reader::passwords",
		"total_memory", "reporting::granularity", "reporting::deadline_days", "reporting::deadlines",
		"ducklake::catalog", "ducklake::data", "ducklake::extensions", "records::dir", "records::mail_from", "records::mail_to", "records::keep_runs", "records::keep_publications"}

	for key, def := range settings(Default()) {
		var value any
		switch {
		case key == "lang":
			value = "en"
		case key == "reader::converter":
			value = "soffice"
		case key == "reader::estimates":
			value = "count"
		case key == "log_format":
			value = "json"
		case key == "warehouse::memory_limit":
			value = "1536MiB"
		case key == "total_memory":
			value = "3GiB"
		case key == "reporting::granularity":
			value = "month"
		case key == "reporting::deadlines":
			value = map[string]any{"2017-Q4": "2018-01-10"}
		case key == "checks::severity":
			value = map[string]any{"outlier": "off"}
		case key == "checks::parameters":
			value = map[string]any{"outlier": map[string]any{"score": 4}}
		case reflect.TypeOf(def).Kind() == reflect.Int:
			value = 21
		default:
			value = "other"
		}
		changed := load(t, Options{Set: map[string]any{key: value}}).Fingerprint() != base
		if want := !slices.Contains(indifferent, key); changed != want {
			t.Errorf("%s: fingerprint changed: %v, want %v", dotted(key), changed, want)
		}
	}
}

func TestPasswords(t *testing.T) {
	emptyDir(t)
	write(t, "ntm.yaml", "reader:\n  passwords: [\"An Giang, 2017\", \"0123\"]\n")
	if got, want := load(t, Options{}).Reader.Passwords, []string{"An Giang, 2017", "0123"}; !slices.Equal(got, want) {
		t.Errorf("file: %q, want %q", got, want)
	}
	t.Setenv("NTM_READER_PASSWORDS", "một,, hai ")
	if got, want := load(t, Options{}).Reader.Passwords, []string{"một", " hai "}; !slices.Equal(got, want) {
		t.Errorf("environment: %q, want %q", got, want)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"missing_district", "missing_commune", "outlier", "out_of_range"}
	for written, want := range map[string]string{
		"missing_comune":   "missing_commune",
		"outlyer":          "outlier",
		"out_of_rage":      "out_of_range",
		"zzzzzzzzzzzzzzzz": "",
	} {
		if got := Nearest(written, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", written, got, want)
		}
	}
}
