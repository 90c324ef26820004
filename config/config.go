// Package config answers one question: with which settings does this run work?
// A flag wins over the environment (NTM_*), the environment over the file, the
// file over the defaults. A key that nobody knows is refused with the nearest
// known one, because a misspelt setting that is silently ignored looks exactly
// like one that works.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/viper"
)

// Config holds every setting. The comment of a field that is a setting starts
// with its key; config/ntm.yaml says the same to those who fill it in.
type Config struct {
	// inbox: the folder with the received files; a folder named for the period
	// inside it is preferred.
	Inbox string `mapstructure:"inbox"`
	// data: the folder of the warehouse and of the archive.
	Data string `mapstructure:"data"`
	// out: the folder of the publications and of the analysts' snapshot.
	Out string `mapstructure:"out"`
	// lang: language of the terminal, "vi" or "en"; published files stay Vietnamese.
	Lang string `mapstructure:"lang"`
	// log_format: form of the log on stderr, "text" or "json".
	LogFormat string `mapstructure:"log_format"`
	// total_memory: a size such as 2GiB, for the whole program; what the
	// database may take of it is warehouse.memory_limit. "" is 1GiB more than that.
	TotalMemory string `mapstructure:"total_memory"`

	Province  Province  `mapstructure:"province"`
	Seeds     Seeds     `mapstructure:"seeds"`
	Checks    Checks    `mapstructure:"checks"`
	Reader    Reader    `mapstructure:"reader"`
	Warehouse Warehouse `mapstructure:"warehouse"`
	Query     Query     `mapstructure:"query"`
	Report    Report    `mapstructure:"report"`
	Senders   Senders   `mapstructure:"senders"`
	Reporting Reporting `mapstructure:"reporting"`
	Records   Records   `mapstructure:"records"`
	DuckLake  DuckLake  `mapstructure:"ducklake"`

	// File is the configuration file that was read, "" when there was none.
	File string `mapstructure:"-"`
}

// Province says whose reports these are.
type Province struct {
	// province.code: the province's code in the list of administrative units.
	Code string `mapstructure:"code"`
}

// Senders says how the reports of departments are used beside the districts'.
type Senders struct {
	// senders.department_first: indicators ("17.8"; "*" for all) of which the
	// department's word counts before the district's, where both say something.
	DepartmentFirst []string `mapstructure:"department_first"`
	// senders.departments_expected: codes of the departments that owe a report;
	// one that is missing is named like a missing district.
	DepartmentsExpected []string `mapstructure:"departments_expected"`
}

// Reporting is the office's calendar.
type Reporting struct {
	// reporting.granularity: which periods the calendar is of ("--period auto"):
	// "month", "quarter", "half" or "year".
	Granularity string `mapstructure:"granularity"`
	// reporting.deadline_days: days after a period's end by which reports are due.
	DeadlineDays int `mapstructure:"deadline_days"`
	// reporting.deadlines: by period: another last day, as 2018-01-10.
	Deadlines map[string]string `mapstructure:"deadlines"`
}

// Records says what is written about runs for those who did not watch them,
// and how long things are kept.
type Records struct {
	// records.dir: the folder of the records of runs; "" for runs in the data folder.
	Dir string `mapstructure:"dir"`
	// records.mail_from, records.mail_to: addresses in the letter about a run.
	// The program sends nothing.
	MailFrom string `mapstructure:"mail_from"`
	MailTo   string `mapstructure:"mail_to"`
	// records.keep_runs: how many runs' records are kept, 0 for all.
	KeepRuns int `mapstructure:"keep_runs"`
	// records.keep_publications: how many versions of a period's publication
	// are kept, 0 for all. What is closed, or was ever closed, is kept always.
	KeepPublications int `mapstructure:"keep_publications"`
}

// RecordsDir is the folder of the records of runs.
func (c Config) RecordsDir() string {
	if c.Records.Dir != "" {
		return c.Records.Dir
	}
	return filepath.Join(c.Data, "runs")
}

// Bytes is the number of bytes of a size that a setting states, such as "1GiB";
// 0 for what is none.
func Bytes(stated string) int64 {
	m := size.FindStringSubmatch(stated)
	if m == nil {
		return 0
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(stated, m[2])), 64)
	if err != nil {
		return 0
	}
	unit := 1e3
	if strings.Contains(m[2], "i") {
		unit = 1 << 10
	}
	return int64(n * math.Pow(unit, float64(1+strings.IndexByte("KMGT", m[2][0]))))
}

// Seeds says where the office keeps seed files of its own.
type Seeds struct {
	// seeds.dir: a folder whose CSV files replace the built-in ones of the same
	// name; "" for none.
	Dir string `mapstructure:"dir"`
}

// Checks adjusts the checks. The ids are those of docs/findings.md.
type Checks struct {
	// checks.dir: a folder with further checks, one .sql file each; "" for none.
	Dir string `mapstructure:"dir"`
	// checks.severity: by check id: error, warning, info or off.
	Severity map[string]string `mapstructure:"severity"`
	// checks.parameters: by check id and name of the parameter.
	Parameters map[string]map[string]float64 `mapstructure:"parameters"`
}

// Reader guards the reading of files that others wrote.
type Reader struct {
	Limits Limits `mapstructure:"limits"`
	// reader.passwords: tried in turn on a protected workbook. In the
	// environment they are separated by commas. They are never logged and never
	// hashed into anything published.
	Passwords []string `mapstructure:"passwords"`
	// reader.converter: "soffice" to let LibreOffice convert the kinds of
	// workbook that are not read (.xlsb, Excel 95); "" not to.
	Converter string `mapstructure:"converter"`
	// reader.estimates: "count" to let an estimate ("ước") of the period count as
	// its result, with a warning; "" to keep it aside.
	Estimates string `mapstructure:"estimates"`
}

// CountEstimates is the value of reader.estimates that lets estimates count.
const CountEstimates = "count"

// Limits are the bounds beyond which a file is refused rather than read. All
// of them are positive.
type Limits struct {
	// reader.limits.file_mb: size of the file as received, in MiB.
	FileMB int `mapstructure:"file_mb"`
	// reader.limits.inflated_mb: size of all parts that are read, decompressed, in MiB.
	InflatedMB int `mapstructure:"inflated_mb"`
	// reader.limits.part_mb: size of one part, decompressed, in MiB.
	PartMB int `mapstructure:"part_mb"`
	// reader.limits.string_kb: length of one cell's text, in KiB.
	StringKB int `mapstructure:"string_kb"`
	// reader.limits.sheets: number of sheets.
	Sheets int `mapstructure:"sheets"`
	// reader.limits.rows: the highest row that holds something.
	Rows int `mapstructure:"rows"`
	// reader.limits.columns: the highest column that holds something.
	Columns int `mapstructure:"columns"`
	// reader.limits.cells: number of cells that hold something, over all sheets.
	Cells int `mapstructure:"cells"`
	// reader.limits.parts: number of parts of the package.
	Parts int `mapstructure:"parts"`
	// reader.limits.text_mb: text of all cells together, in MiB.
	TextMB int `mapstructure:"text_mb"`
	// reader.limits.seconds: time for reading one file.
	Seconds int `mapstructure:"seconds"`
}

// Warehouse bounds what the database may use of the machine.
type Warehouse struct {
	// warehouse.memory_limit: a size such as 1GiB. The database takes most of
	// the machine's memory when it is not told.
	MemoryLimit string `mapstructure:"memory_limit"`
	// warehouse.threads: 0 for as many as the machine has cores.
	Threads int `mapstructure:"threads"`
}

// Query bounds what a reader's own question may take.
type Query struct {
	// query.seconds: 0 for no limit.
	Seconds int `mapstructure:"seconds"`
}

// DuckLake says where the common warehouse of many offices is; see
// warehouse.DuckLake. Without a catalogue nothing is shared.
type DuckLake struct {
	// ducklake.catalog: the connection to PostgreSQL, such as
	// "host=db.example dbname=ntm user=ntm"; the password stands in ~/.pgpass or PGPASSWORD.
	Catalog string `mapstructure:"catalog"`
	// ducklake.data: the folder of the Parquet files, the same for all offices.
	Data string `mapstructure:"data"`
	// ducklake.extensions: the folder with the engine's extensions.
	Extensions string `mapstructure:"extensions"`
}

// Report holds the words that head and sign what is published.
type Report struct {
	// report.parent: the body above the office, first line of the heading.
	Parent string `mapstructure:"parent"`
	// report.office: the office that reports, second line of the heading.
	Office string `mapstructure:"office"`
	// report.place: the place in the date line.
	Place string `mapstructure:"place"`
	// report.signer_title: the title above the signature; it may have several lines.
	SignerTitle string `mapstructure:"signer_title"`
	// report.signer_name: the name below the signature; "" leaves room for it.
	SignerName string `mapstructure:"signer_name"`
	// report.number_suffix: what follows the document's number.
	NumberSuffix string `mapstructure:"number_suffix"`
	// report.enough_percent: the share of communes with data, in percent, below
	// which the report says first of all that it is drawn from too little.
	EnoughPercent int `mapstructure:"enough_percent"`
	// report.recipients: who receives the written report, the filing last. In
	// the environment they are separated by commas.
	Recipients []string `mapstructure:"recipients"`
}

// Default returns the settings of somebody who has configured nothing.
func Default() Config {
	return Config{
		Inbox:     "inbox",
		Data:      "./data",
		Out:       "./out",
		Lang:      "vi",
		LogFormat: "text",
		Province:  Province{Code: "89"},
		Checks: Checks{
			Severity:   map[string]string{},
			Parameters: map[string]map[string]float64{},
		},
		Reader: Reader{Passwords: []string{}, Limits: Limits{
			FileMB:     64,
			InflatedMB: 512,
			PartMB:     256,
			StringKB:   128,
			Sheets:     256,
			Rows:       1_048_576,
			Columns:    16_384,
			Cells:      1_000_000,
			Parts:      10_000,
			TextMB:     64,
			Seconds:    30,
		}},
		Warehouse: Warehouse{MemoryLimit: "1GiB"},
		Reporting: Reporting{Granularity: "quarter", DeadlineDays: 15, Deadlines: map[string]string{}},
		Records:   Records{KeepRuns: 400},
		Senders:   Senders{DepartmentFirst: []string{}, DepartmentsExpected: []string{}},
		Report: Report{
			Parent:       "ỦY BAN NHÂN DÂN TỈNH AN GIANG",
			Office:       "VĂN PHÒNG ĐIỀU PHỐI CHƯƠNG TRÌNH MTQG XÂY DỰNG NÔNG THÔN MỚI",
			Place:        "An Giang",
			SignerTitle:  "CHÁNH VĂN PHÒNG",
			NumberSuffix: "/BC-VPĐP", EnoughPercent: 80,
			Recipients: []string{
				"Thường trực Tỉnh ủy", "CT, các PCT UBND tỉnh", "Thành viên BCĐ các CT.MTQG tỉnh",
				"Các sở, ban, ngành tỉnh", "UBND cấp huyện", "Lưu: VT",
			},
		},
	}
}

// Options are what a command line adds to the other sources.
type Options struct {
	// File is the configuration file that was named (--config); it must exist.
	// Without one, ./ntm.yaml is read if it is there, else config/ntm.yaml.
	File string
	// Set holds the settings of the flags that were given, by key
	// ("inbox", "reader.limits.cells"). Flags left alone must not be in it,
	// or their defaults would win over the environment and the file.
	Set map[string]any
}

// delimiter separates the parts of a key inside viper. Its own choice, the
// dot, would split ids such as "15.1".
const delimiter = "::"

// Load gathers the settings. What the user can mend (an unknown key, a bad
// value, a file that is not there) is returned as a *UsageError; the Config
// beside it then holds the defaults and, so that the message can be printed
// in the language asked for, Lang.
func Load(opts Options) (Config, error) {
	failed := Default()

	v := viper.NewWithOptions(viper.KeyDelimiter(delimiter))
	for key, value := range settings(Default()) {
		v.SetDefault(key, value)
		// viper hands a value that exists only in the environment to Unmarshal
		// only when its key is bound. Tables have no variable: their keys are
		// the user's, and a variable's name could not tell them apart.
		if !isTable(value) {
			if err := v.BindEnv(key, envName(key)); err != nil {
				return failed, fmt.Errorf("bind %s: %w", envName(key), err)
			}
		}
	}
	flags := map[string]bool{}
	for key, value := range opts.Set {
		key = strings.ReplaceAll(key, ".", delimiter)
		v.Set(key, value)
		flags[key] = true
	}
	if v.GetString("lang") == "en" {
		failed.Lang = "en"
	}

	path, err := find(opts.File)
	if err != nil {
		return failed, err
	}
	if path != "" {
		file := viper.NewWithOptions(viper.KeyDelimiter(delimiter))
		file.SetConfigFile(path)
		file.SetConfigType("yaml")
		if err := file.ReadInConfig(); err != nil {
			return failed, unreadable(path, err)
		}
		// AllSettings leaves out the keys without a value, which would
		// otherwise hide the defaults of everything below them.
		if err := v.MergeConfigMap(file.AllSettings()); err != nil {
			return failed, fmt.Errorf("merge %s: %w", path, err)
		}
		if v.GetString("lang") == "en" {
			failed.Lang = "en"
		}
		for _, key := range slices.Sorted(slices.Values(file.AllKeys())) {
			if err := checkKnown(path, key, file.Get(key)); err != nil {
				return failed, err
			}
		}
	}

	source := func(key string) string {
		key = strings.ReplaceAll(key, ".", delimiter)
		switch {
		case flags[key]:
			return "--" + strings.ReplaceAll(dotted(key), "_", "-")
		case os.Getenv(envName(key)) != "":
			return envName(key)
		}
		return path
	}

	var c Config
	if err := v.UnmarshalExact(&c, viper.DecodeHook(decode)); err != nil {
		var bad *badValue
		var at interface{ Name() string }
		if errors.As(err, &at) && errors.As(err, &bad) {
			key := strings.NewReplacer("[", ".", "]", "").Replace(at.Name())
			return failed, &UsageError{Source: source(key), Key: key, Value: bad.value, en: bad.en, vi: bad.vi}
		}
		return failed, fmt.Errorf("read settings: %w", err)
	}
	c.File = path
	deadlines := map[string]string{}
	for period, day := range c.Reporting.Deadlines { // viper writes all keys small
		deadlines[strings.ToUpper(period)] = day
	}
	c.Reporting.Deadlines = deadlines
	if c.Checks.Severity == nil {
		c.Checks.Severity = map[string]string{}
	}
	if c.Reader.Passwords == nil {
		c.Reader.Passwords = []string{}
	}
	if c.Checks.Parameters == nil {
		c.Checks.Parameters = map[string]map[string]float64{}
	}
	if wrong := c.validate(); wrong != nil {
		wrong.Source = source(wrong.Key)
		return failed, wrong
	}
	return c, nil
}

// find names the file to read, "" when there is none and none was asked for.
func find(named string) (string, error) {
	if named != "" {
		info, err := os.Stat(named)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", &UsageError{Source: named, en: "there is no such configuration file", vi: "không có tệp cấu hình này"}
		case err != nil:
			return "", unreadable(named, err)
		case info.IsDir():
			return "", &UsageError{Source: named, en: "is a folder, not a configuration file", vi: "là thư mục, không phải tệp cấu hình"}
		}
		return named, nil
	}
	for _, path := range []string{"ntm.yaml", filepath.Join("config", "ntm.yaml")} {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", nil
}

func unreadable(path string, err error) *UsageError {
	return &UsageError{
		Source: path,
		en:     "cannot be read as YAML: " + err.Error(),
		vi:     "không đọc được theo dạng YAML: " + err.Error(),
	}
}

// checkKnown refuses a key of the file that is no setting.
func checkKnown(path, key string, value any) error {
	var names []string
	for known, def := range settings(Default()) {
		if key == known || isTable(def) && strings.HasPrefix(key, known+delimiter) {
			return nil
		}
		if strings.HasPrefix(known, key+delimiter) {
			if value == nil {
				return nil // a heading whose settings are all commented out
			}
			return &UsageError{
				Source: path, Key: dotted(key), Value: fmt.Sprint(value),
				en: "is a group of settings and takes no value of its own",
				vi: "là một nhóm thiết lập, không nhận giá trị trực tiếp",
			}
		}
		names = append(names, dotted(known))
	}
	if slices.Contains(names, key) {
		return &UsageError{
			Source: path, Key: key,
			en: "write each level on a line of its own, the lower one indented",
			vi: "mỗi cấp viết trên một dòng riêng, cấp dưới lùi vào",
		}
	}
	return &UsageError{
		Source: path, Key: dotted(key), Nearest: Nearest(dotted(key), names),
		en: "unknown key", vi: "không có khóa này",
	}
}

// settings flattens c into its settings by viper key.
func settings(c Config) map[string]any {
	flat := map[string]any{}
	var walk func(prefix string, v reflect.Value)
	walk = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			name := v.Type().Field(i).Tag.Get("mapstructure")
			switch {
			case name == "-":
			case v.Field(i).Kind() == reflect.Struct:
				walk(prefix+name+delimiter, v.Field(i))
			default:
				flat[prefix+name] = v.Field(i).Interface()
			}
		}
	}
	walk("", reflect.ValueOf(c))
	return flat
}

func isTable(value any) bool { return reflect.TypeOf(value).Kind() == reflect.Map }

func dotted(key string) string { return strings.ReplaceAll(key, delimiter, ".") }

func envName(key string) string {
	return "NTM_" + strings.ToUpper(strings.ReplaceAll(key, delimiter, "_"))
}

// badValue says why a value does not fit its setting.
type badValue struct{ value, en, vi string }

func (b *badValue) Error() string { return b.en }

// decode converts one value to the type of its setting. It is stricter than
// viper, which would read true as 1, "" as 0 and 1.5 as 1, and kinder in one
// place: a code written without quotes, such as 89, is taken as text.
func decode(from, to reflect.Value) (any, error) {
	if from.Kind() == reflect.Interface {
		from = from.Elem()
	}
	if !from.IsValid() {
		return nil, nil
	}
	bad := func(en, vi string) (any, error) {
		return nil, &badValue{fmt.Sprint(from.Interface()), en, vi}
	}
	text := strings.TrimSpace(fmt.Sprint(from.Interface()))
	scalar := from.Kind() == reflect.String || from.CanInt() || from.CanUint() || from.CanFloat()
	switch to.Kind() {
	case reflect.Int:
		if n, err := strconv.Atoi(text); scalar && err == nil {
			return n, nil
		}
		return bad("must be a whole number", "phải là số nguyên")
	case reflect.Float64:
		if f, err := strconv.ParseFloat(text, 64); scalar && err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f, nil
		}
		return bad("must be a number, with a decimal point", "phải là số, phần thập phân viết sau dấu chấm")
	case reflect.String:
		if from.Kind() == reflect.String {
			return from.Interface(), nil
		}
		if from.CanInt() || from.CanUint() {
			return text, nil
		}
		return bad("must be text; put it in quotation marks", "phải là chữ; hãy đặt trong dấu ngoặc kép")
	case reflect.Slice:
		// A list may be of passwords, so no complaint repeats the value. One
		// without quotes would not be the same: YAML reads 0123 as 83.
		switch from.Kind() {
		case reflect.String:
			return slices.DeleteFunc(strings.Split(from.String(), ","), func(s string) bool { return s == "" }), nil
		case reflect.Slice:
			list := make([]string, from.Len())
			for i := range list {
				item, isText := from.Index(i).Interface().(string)
				if !isText {
					return nil, &badValue{"", "must be a list of texts, each in quotation marks", "phải là danh sách chữ, mỗi mục đặt trong dấu ngoặc kép"}
				}
				list[i] = item
			}
			return list, nil
		}
		return nil, &badValue{"", "must be a list of texts, each in quotation marks", "phải là danh sách chữ, mỗi mục đặt trong dấu ngoặc kép"}
	case reflect.Map, reflect.Struct:
		if from.Kind() == reflect.Map || from.Kind() == reflect.Struct {
			return from.Interface(), nil
		}
		return bad("must be a table of settings", "phải là một bảng gồm các dòng tên: giá trị")
	}
	return from.Interface(), nil
}

// BesideDatabase is the memory, in bytes, that the program may take beside what
// the database takes.
func (c Config) BesideDatabase() int64 {
	if c.TotalMemory == "" {
		return 1 << 30
	}
	return Bytes(c.TotalMemory) - Bytes(c.Warehouse.MemoryLimit)
}

// leastMemory is what the program needs beside the database.
const leastMemory = 256 << 20

var periodCode = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$`)

var size = regexp.MustCompile(`^[1-9][0-9]*(\.[0-9]+)? ?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$`)

// validate returns the first setting whose value makes no sense, nil if all do.
func (c Config) validate() *UsageError {
	oneOf := func(key, value string, allowed ...string) *UsageError {
		if slices.Contains(allowed, value) {
			return nil
		}
		list := strings.Join(allowed, ", ")
		return &UsageError{
			Key: key, Value: value,
			en: "must be one of " + list, vi: "phải là một trong: " + list,
		}
	}
	for _, e := range []*UsageError{
		oneOf("lang", c.Lang, "vi", "en"),
		oneOf("log_format", c.LogFormat, "text", "json"),
		oneOf("reporting.granularity", c.Reporting.Granularity, "month", "quarter", "half", "year"),
		converter(c.Reader.Converter),
		estimates(c.Reader.Estimates),
	} {
		if e != nil {
			return e
		}
	}
	for _, s := range []struct{ key, value string }{
		{"inbox", c.Inbox}, {"data", c.Data}, {"out", c.Out}, {"province.code", c.Province.Code},
	} {
		if strings.TrimSpace(s.value) == "" {
			return &UsageError{Key: s.key, en: "must not be empty", vi: "không được để trống"}
		}
	}
	// Both folders hold a file named ntm.duckdb: the warehouse and its snapshot.
	if sameFolder(c.Data, c.Out) {
		return &UsageError{Key: "out", Value: c.Out, en: "must not be the data folder", vi: "không được trùng với thư mục dữ liệu (data)"}
	}

	limits := reflect.ValueOf(c.Reader.Limits)
	for i := range limits.NumField() {
		if n := limits.Field(i).Int(); n <= 0 {
			return &UsageError{
				Key:   "reader.limits." + limits.Type().Field(i).Tag.Get("mapstructure"),
				Value: strconv.FormatInt(n, 10),
				en:    "must be greater than 0", vi: "phải lớn hơn 0",
			}
		}
	}
	if !size.MatchString(c.Warehouse.MemoryLimit) {
		return &UsageError{
			Key: "warehouse.memory_limit", Value: c.Warehouse.MemoryLimit,
			en: "must be a size such as 512MiB or 1GiB", vi: "phải là dung lượng, ví dụ 512MiB hoặc 1GiB",
		}
	}
	if c.TotalMemory != "" && c.BesideDatabase() < leastMemory {
		return &UsageError{
			Key: "total_memory", Value: c.TotalMemory,
			en: "must be a size at least 256MiB above warehouse.memory_limit (" + c.Warehouse.MemoryLimit + ")",
			vi: "phải là dung lượng lớn hơn warehouse.memory_limit (" + c.Warehouse.MemoryLimit + ") ít nhất 256MiB",
		}
	}
	for _, n := range []struct {
		key   string
		value int
	}{
		{"warehouse.threads", c.Warehouse.Threads}, {"query.seconds", c.Query.Seconds}, {"reporting.deadline_days", c.Reporting.DeadlineDays},
		{"records.keep_runs", c.Records.KeepRuns}, {"records.keep_publications", c.Records.KeepPublications},
	} {
		if n.value < 0 {
			return &UsageError{Key: n.key, Value: strconv.Itoa(n.value), en: "must be 0 or greater", vi: "phải từ 0 trở lên"}
		}
	}
	if p := c.Report.EnoughPercent; p < 0 || p > 100 {
		return &UsageError{Key: "report.enough_percent", Value: strconv.Itoa(p), en: "must be a percentage from 0 to 100", vi: "phải là tỷ lệ phần trăm từ 0 đến 100"}
	}
	for _, period := range slices.Sorted(maps.Keys(c.Reporting.Deadlines)) {
		day := c.Reporting.Deadlines[period]
		if _, err := time.Parse(time.DateOnly, day); err != nil || !periodCode.MatchString(period) {
			return &UsageError{
				Key: "reporting.deadlines." + period, Value: day,
				en: `must be a period and a day, such as "2017-Q4": "2018-01-10"`, vi: `phải là kỳ và ngày, ví dụ "2017-Q4": "2018-01-10"`,
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.Checks.Severity)) {
		if e := oneOf("checks.severity."+id, c.Checks.Severity[id], "error", "warning", "info", "off"); e != nil {
			return e
		}
	}
	return nil
}

func estimates(value string) *UsageError {
	if value == "" || value == CountEstimates {
		return nil
	}
	return &UsageError{
		Key: "reader.estimates", Value: value,
		en: "must be count, or empty", vi: "phải là count, hoặc để trống",
	}
}

func converter(value string) *UsageError {
	if value == "" || value == "soffice" {
		return nil
	}
	return &UsageError{
		Key: "reader.converter", Value: value,
		en: "must be soffice, or empty", vi: "phải là soffice, hoặc để trống",
	}
}

func sameFolder(a, b string) bool {
	absA, errA := filepath.Abs(a)
	absB, errB := filepath.Abs(b)
	return errA == nil && errB == nil && absA == absB
}

// RequireChecks refuses settings for checks or parameters that do not exist.
// known holds the names of the parameters of every check, by check id: only
// the caller knows them, since an office may add checks of its own.
func (c Config) RequireChecks(known map[string][]string) error {
	unknown := func(key, word string, candidates []string) error {
		return &UsageError{
			Source: c.File, Key: key, Nearest: Nearest(word, candidates),
			en: "names no check or parameter", vi: "không có phép kiểm tra hoặc tham số này",
		}
	}
	ids := slices.Sorted(maps.Keys(known))
	for _, id := range slices.Sorted(maps.Keys(c.Checks.Severity)) {
		if _, ok := known[id]; !ok {
			return unknown("checks.severity."+id, id, ids)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.Checks.Parameters)) {
		params, ok := known[id]
		if !ok {
			return unknown("checks.parameters."+id, id, ids)
		}
		for _, name := range slices.Sorted(maps.Keys(c.Checks.Parameters[id])) {
			if !slices.Contains(params, name) {
				return unknown("checks.parameters."+id+"."+name, name, params)
			}
		}
	}
	return nil
}

// Fingerprint is the SHA-256 of the settings that can change what is
// published. Paths, languages and the machine's limits are left out: moving a
// folder is no reason for a new publication. What lies in seeds.dir and
// checks.dir does count, and whoever reads those folders hashes it. Passwords
// never count: what they open shows in the status of the files.
func (c Config) Fingerprint() string {
	// encoding/json writes map keys in sorted order, so equal settings give
	// equal bytes.
	text, err := json.Marshal(struct {
		Province   Province
		Severity   map[string]string             `json:",omitempty"`
		Parameters map[string]map[string]float64 `json:",omitempty"`
		Limits     Limits
		Converter  string `json:",omitempty"`
		Estimates  string `json:",omitempty"`
		Report     Report
		Senders    Senders
	}{c.Province, c.Checks.Severity, c.Checks.Parameters, c.Reader.Limits, c.Reader.Converter, c.Reader.Estimates, c.Report, c.Senders})
	if err != nil {
		// Only NaN and infinities cannot be written, and decode refuses them.
		panic("config: fingerprint: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// UsageError is a mistake in the configuration, for its author to mend. The
// program ends with the status for wrong usage.
type UsageError struct {
	Source  string // the file, the environment variable or the flag; "" if not known
	Key     string // in dotted form, such as "checks.severity.outlier"; "" if none
	Value   string // as it was written; "" if that is not the trouble
	Nearest string // what was probably meant; "" if nothing is near
	en, vi  string
}

// Error says it in English.
func (e *UsageError) Error() string { return e.In("en") }

// In says it in one of the terminal's languages.
func (e *UsageError) In(lang string) string {
	problem, suggest := e.en, "did you mean %q?"
	if lang != "en" {
		problem, suggest = e.vi, "có phải %q không?"
	}
	var b strings.Builder
	if e.Source != "" {
		b.WriteString(e.Source + ": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key)
		if e.Value != "" {
			fmt.Fprintf(&b, " = %q", e.Value)
		}
		b.WriteString(": ")
	}
	b.WriteString(problem)
	if e.Nearest != "" {
		fmt.Fprintf(&b, "; "+suggest, e.Nearest)
	}
	return b.String()
}

// Nearest returns the word that takes the fewest edits to reach, "" where even
// that one shares too little with what was written to be worth naming.
func Nearest(written string, words []string) string {
	best, bestAt := "", len([]rune(written))/2+2
	for _, w := range words {
		d := distance(written, w)
		// A setting is often right in its last part and wrong in the group.
		if d > 1 && strings.HasSuffix(w, "."+written) {
			d = 1
		}
		if d < bestAt || d == bestAt && best != "" && w < best {
			best, bestAt = w, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace (Levenshtein).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		diagonal := row[0]
		row[0] = i + 1
		for j := range t {
			cost := diagonal
			if s[i] != t[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(t)]
}
