package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// comesTo is what a period comes to, without where each figure stood or how it
// was spelled.
var comesTo = []string{
	"select %s from mart.indicator_result order by all",
	"select %s from mart.criterion_result order by all",
	"select %s from mart.commune_summary order by all",
	"select %s from mart.district_summary order by all",
	"select %s from mart.province_summary order by all",
	"select distinct check_id, code, severity, district_code, commune_code, indicator_id from ops.finding order by all",
}

const placesAside = `columns(lambda c: c not in ('submission_id', 'record_no', 'file_name', 'sheet', 'sheet_no', 'cell', 'row_no', 'col_no', 'raw_text', 'note', 'message', 'seq', 'files', 'claim_submission_id', 'claim_file_name', 'claim_sheet', 'claim_cell'))`

// filesPermuted renames the files so that they stand in another order. It is
// about several files, so that no single reading can be asked it.
const filesPermuted = "files permuted"

// What two districts report comes to the same in the warehouse, however their
// files are written. Each relation is done to both.
func TestAPeriodComesToTheSameHoweverItsFilesAreWritten(t *testing.T) {
	var reports []testBook
	for _, b := range allBooks(t) {
		if b.src.Folder == "2017-Q4" && b.large && (strings.HasPrefix(b.src.File, "An Phú") || strings.HasPrefix(b.src.File, "TriTon")) {
			reports = append(reports, b)
		}
	}
	if len(reports) != 2 {
		t.Fatal("reports:", len(reports))
	}
	come := func(t *testing.T, names ...string) []string {
		t.Helper()
		o := newOffice(t)
		for n, b := range reports {
			w := newRewriting(t, b, uint64(n), true)
			name := w.src.File
			for _, asked := range names {
				if asked == filesPermuted {
					name = fmt.Sprintf("%d %s", len(reports)-n, name)
					continue
				}
				i := slices.IndexFunc(relations, func(rel relation) bool { return rel.name == asked })
				if i < 0 {
					t.Fatal("no relation", asked)
				}
				if relations[i].do(w) {
					w.readAgain(t)
				}
			}
			o.put(filepath.Join("2017-Q4", name), w.how.file(t, w.book))
		}
		o.evaluate("2017-Q4")
		var out []string
		for n, sql := range comesTo {
			if strings.Contains(sql, "%s") {
				sql = fmt.Sprintf(sql, placesAside)
			}
			rows := o.askIn(o.data, sql)
			if len(rows) == 0 {
				t.Fatal("nothing comes of", sql)
			}
			for _, row := range rows {
				out = append(out, fmt.Sprint(n, ": ", row))
			}
		}
		return out
	}
	want := come(t)
	for _, names := range [][]string{
		{"letters taken apart (NFD)", "rows permuted"},
		{"numbers as text with a comma", "title rows above", "sheets permuted"},
		{"split over two sheets by communes", "blank columns between"},
		{filesPermuted, "columns permuted"},
	} {
		t.Run(strings.Join(names, ", "), func(t *testing.T) {
			if diff := difference(want, come(t, names...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
