package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/angiang-ntm/ntm/transforms"
)

// correctionsName is the file of an inbox that corrects reports instead of
// being one. Like a report it is archived; the latest one of a period counts,
// also when it is gone from the inbox.
const correctionsName = "corrections.csv"

const corrected = "corrections" // the status of such a file in the ledger

// correctionColumns are the columns of the file. A place is file_name, sheet
// and cell, or commune_code and indicator_id.
var correctionColumns = []string{"period", "file_name", "sheet", "cell", "commune_code", "indicator_id", "was", "is", "who", "why", "document_no", "date"}

// correction is one line: which cell, what it said, what it should say, who
// decided that, why, by which document.
type correction struct {
	line   int
	fields map[string]string
	broken string // why the line cannot be used
}

func (c correction) id(p transforms.Period) string {
	h := sha256.New()
	for _, name := range correctionColumns {
		fmt.Fprintf(h, "%q", c.fields[name])
	}
	fmt.Fprint(h, p, c.line)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// takeCorrections archives the file of corrections of the inbox, if there is
// one, or finds the latest that was received for the period.
func (r *Run) takeCorrections(root string) error {
	p := r.Period.String()
	entries, _ := os.ReadDir(root)
	for _, e := range entries {
		if !strings.EqualFold(e.Name(), correctionsName) || !e.Type().IsRegular() {
			continue
		}
		data, err := r.readCorrectionsFile(filepath.Join(root, e.Name()))
		if err != nil {
			return &Fault{
				Status: Failed, Err: err, VI: "không đọc được tệp đính chính " + e.Name(), EN: "cannot read the corrections in " + e.Name(),
				HintVI: "Kiểm tra quyền đọc của tệp, đóng chương trình đang mở nó, rồi chạy lại.", HintEN: "Check the permissions of the file, close what has it open, then run again.",
			}
		}
		key := fileKey{folder: filepath.ToSlash(strings.TrimPrefix(strings.TrimPrefix(root, r.Config.Inbox), string(filepath.Separator))), name: e.Name()}
		if key.sha, _, _, err = r.ledger.keep(bytes.NewReader(data), int64(len(data))); err != nil {
			return err
		}
		if r.Set == "" {
			var news []entry
			if _, known := r.ledger.received[key]; !known {
				news = append(news, entry{Event: "received", At: r.Started, Run: r.ID, SHA256: key.sha, Folder: key.folder, Name: key.name, Size: int64(len(data))})
			}
			if r.ledger.corrections[p] != key {
				news = append(news, entry{Event: "decided", At: r.Started, Run: r.ID, Period: p, SHA256: key.sha, Folder: key.folder, Name: key.name, Status: corrected})
			}
			if err := r.ledger.append(news...); err != nil {
				return err
			}
		}
		r.corrections, err = r.readCorrections(data)
		return err
	}
	return nil
}

// readCorrectionsFile reads the file under the limits of a report.
func (r *Run) readCorrectionsFile(path string) ([]byte, error) {
	limit := int64(r.Config.Reader.Limits.FileMB) << 20
	within, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = within.Close() }()
	return readPlain(within, filepath.Base(path), limit)
}

// recalledCorrections are those of the archive, where the inbox has none.
func (r *Run) recalledCorrections() error {
	if r.corrections != nil {
		return nil
	}
	key, known := r.ledger.corrections[r.Period.String()]
	if !known {
		return nil
	}
	data, err := r.ledger.fetch(key.sha)
	if err != nil {
		return err
	}
	r.corrections, err = r.readCorrections(data)
	return err
}

// readCorrections reads the lines about this run's period.
func (r *Run) readCorrections(data []byte) ([]correction, error) {
	data = norm.NFC.Bytes(bytes.TrimPrefix(data, []byte("\ufeff")))
	in := csv.NewReader(bytes.NewReader(data))
	in.FieldsPerRecord = -1
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		in.Comma = ';' // as Excel writes it where the comma is for decimals
	}
	list := []correction{}
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return list, nil
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range correctionColumns {
		if _, ok := at[name]; !ok {
			return append(list, correction{line: 1, fields: map[string]string{}, broken: "thiếu cột " + name + " trong tệp " + correctionsName}), nil
		}
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		line, _ := in.FieldPos(0)
		c := correction{line: line, fields: map[string]string{}}
		if err != nil {
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				c.line = bad.StartLine
			}
			c.broken = "dòng không đọc được: dấu ngoặc kép đặt sai"
			return append(list, c), nil // where the line ends is not known
		}
		for _, name := range correctionColumns {
			if at[name] < len(cells) {
				c.fields[name] = strings.TrimSpace(cells[at[name]])
			}
		}
		if strings.Join(cells, "") == "" || c.fields["period"] != "" && c.fields["period"] != r.Period.String() {
			continue
		}
		for _, name := range []string{"who", "why", "document_no", "date"} {
			if c.fields[name] == "" && c.broken == "" {
				c.broken = "thiếu " + name
			}
		}
		if c.fields["date"] != "" && c.broken == "" {
			if day, err := time.Parse(time.DateOnly, c.fields["date"]); err == nil {
				c.fields["date"] = day.Format(time.DateOnly)
			} else if day, err := time.Parse("2/1/2006", c.fields["date"]); err == nil {
				c.fields["date"] = day.Format(time.DateOnly)
			} else {
				c.broken = "ngày “" + c.fields["date"] + "” viết sai; viết như 2018-01-20"
			}
		}
		if c.broken == "" && (c.fields["cell"] == "" || c.fields["file_name"] == "") && (c.fields["commune_code"] == "" || c.fields["indicator_id"] == "") {
			c.broken = "chưa rõ sửa chỗ nào: ghi file_name và cell, hoặc commune_code và indicator_id"
		}
		list = append(list, c)
	}
}

// loadCorrections holds each correction against what the reports that count
// say, and keeps both: the warehouse applies what fits, and says of the others
// why they do not.
func (r *Run) loadCorrections(ctx context.Context) error {
	p := r.Period.String()
	if err := r.db.DeletePeriod(ctx, []string{"raw.correction"}, p); err != nil {
		return err
	}
	var rows [][]any
	for _, c := range r.corrections {
		f := c.fields
		row := map[string]any{
			"correction_id": c.id(r.Period), "period": p, "line": int64(c.line), "file_name": orNull(f["file_name"]), "sheet": orNull(f["sheet"]), "cell": orNull(f["cell"]),
			"commune_code": orNull(f["commune_code"]), "indicator_id": orNull(f["indicator_id"]), "was": f["was"], "is_text": f["is"],
			"who": orNull(f["who"]), "why": orNull(f["why"]), "document_no": orNull(f["document_no"]), "decided_on": nil,
		}
		if day, err := time.Parse(time.DateOnly, f["date"]); err == nil {
			row["decided_on"] = day
		}
		status, said := "invalid", c.broken
		if c.broken == "" {
			var err error
			if status, said, err = r.locate(ctx, c, row); err != nil {
				return err
			}
		}
		row["status"], row["said"] = status, orNull(said)
		values := make([]any, len(correctionTable))
		for i, name := range correctionTable {
			values[i] = row[name]
		}
		rows = append(rows, values)
	}
	return r.db.AppendRows(ctx, "raw.correction", correctionTable, rows)
}

var correctionTable = []string{"correction_id", "period", "line", "submission_id", "file_name", "sheet", "cell", "commune_code", "indicator_id", "criterion_no", "measure",
	"was", "is_text", "value", "word", "word_is_answer", "state", "who", "why", "document_no", "decided_on", "status", "said"}

// locate finds the one cell that a correction is about, and reads what it
// puts there.
func (r *Run) locate(ctx context.Context, c correction, row map[string]any) (status, said string, err error) {
	f := c.fields
	counted := map[string]*received{}
	for _, file := range r.received {
		if file.status == accepted && (f["file_name"] == "" || file.key.name == norm.NFC.String(f["file_name"])) {
			counted[file.id(r.Period)] = file
		}
	}
	query := `
		select submission_id, sheet, cell, commune_code, coalesce(indicator_id, ''), criterion_no, measure, raw_text from raw.observation
		where period = ? and commune_code is not null and `
	args := []any{r.Period.String()}
	if f["cell"] != "" {
		query += "cell = ? and ? in ('', sheet) and ? in ('', indicator_id) and ? in ('', commune_code)"
		args = append(args, strings.ToUpper(f["cell"]), f["sheet"], f["indicator_id"], f["commune_code"])
	} else {
		query += "commune_code = ? and coalesce(indicator_id, '') = ? and measure in (?, ?)"
		args = append(args, f["commune_code"], f["indicator_id"], string(transforms.Result), string(transforms.Claim))
	}
	_, rows, err := r.db.All(ctx, query+" order by rowid", args...)
	if err != nil {
		return "", "", err
	}
	type place struct {
		file                             *received
		sheet, cell                      string
		commune, indicator, measure, raw string
		criterion                        any
	}
	var found []place
	for _, v := range rows {
		if file := counted[v[0].(string)]; file != nil {
			found = append(found, place{file, v[1].(string), v[2].(string), v[3].(string), v[4].(string), v[6].(string), v[7].(string), v[5]})
		}
	}
	// Of a result and a claim beside it, the result is meant.
	if slices.ContainsFunc(found, func(x place) bool { return x.measure == string(transforms.Result) }) {
		found = slices.DeleteFunc(found, func(x place) bool { return x.measure != string(transforms.Result) })
	}
	fits := slices.DeleteFunc(slices.Clone(found), func(x place) bool { return !sameText(x.raw, f["was"]) })
	switch {
	case len(found) == 0:
		return "no_match", "không báo cáo nào đang được tính có chỗ này", nil
	case len(fits) == 0:
		return "was_differs", "báo cáo ghi “" + found[0].raw + "”, không phải “" + f["was"] + "”", nil
	case len(fits) > 1:
		return "ambiguous", fmt.Sprintf("có %d chỗ như vậy; ghi rõ file_name, sheet và cell", len(fits)), nil
	}
	x := fits[0]
	row["submission_id"], row["file_name"], row["sheet"], row["cell"] = x.file.id(r.Period), x.file.key.name, x.sheet, x.cell
	row["commune_code"], row["indicator_id"], row["measure"] = x.commune, orNull(x.indicator), x.measure
	switch n := x.criterion.(type) { // as wide as the driver hands it over
	case int32:
		row["criterion_no"] = int64(n)
	case int64:
		row["criterion_no"] = n
	}
	v := r.vocabulary.Reread(transforms.Measure(x.measure), x.indicator, f["is"])
	row["state"] = v.State
	if v.HasNum {
		row["value"] = v.Num
	}
	if v.HasWord {
		row["word"], row["word_is_answer"] = v.Word, v.Answer
	}
	if v.State == transforms.Invalid {
		return "invalid", "không hiểu số liệu mới “" + f["is"] + "”: " + v.Message, nil
	}
	return "applied", "", nil
}

// sameText compares what a report says with what a correction says that it
// says: blanks aside, and a number in either notation is the same number.
func sameText(a, b string) bool {
	a, b = strings.Join(strings.Fields(norm.NFC.String(a)), " "), strings.Join(strings.Fields(norm.NFC.String(b)), " ")
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(strings.Replace(a, ",", ".", 1), 64)
	y, errY := strconv.ParseFloat(strings.Replace(b, ",", ".", 1), 64)
	return errX == nil && errY == nil && x == y
}
