package main

import (
	"archive/zip"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
)

// aQuarterOfOne is the sample office in which one district of eleven has
// reported the first quarter of 2018: with communes that it leaves out, and one
// of which it says little. Everybody had reported the quarter before.
func aQuarterOfOne(t *testing.T) (o *office, terminal string) {
	t.Helper()
	o = newOffice(t)
	if err := os.CopyFS(o.inbox, os.DirFS(filepath.Join("..", "..", "seeds", "reports"))); err != nil {
		t.Fatal(err)
	}
	o.run("2017-Q4", pipeline.Incomplete)
	o.receives("2018-Q1", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "quý I năm 2018", allIDs(t),
		meeting(t, "Vĩnh Phú", "10", 45),                      // everything, with the income asked for in 2018
		meeting(t, "Vĩnh Trạch", "10", 45, "15.1", 80),        // recognised, and fails something
		meeting(t, "Thoại Giang", "10", 45, "13.1", nil),      // recognised, and says nothing of one thing
		meeting(t, "An Bình", "10", 45, "1.1", "Chưa đạt"),    // not recognised
		meeting(t, "Tây Phú", "10", 45, "11", "chưa rà soát"), // a figure that is none
	))
	return o, o.run("2018-Q1", pipeline.Incomplete)
}

// sentences are the rows of every sheet, the paragraphs and rows of the document, the page and its
// rows, and the lines of the statistics, by file: all that somebody reads as one thing.
func sentences(t *testing.T, dir string) map[string][]string {
	t.Helper()
	of := map[string][]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		switch filepath.Ext(path) {
		case ".xlsx":
			f, err := excelize.OpenFile(path)
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			for _, sheet := range f.GetSheetList() {
				rows, err := f.GetRows(sheet)
				if err != nil {
					return err
				}
				for _, row := range rows {
					of[rel+"!"+sheet] = append(of[rel+"!"+sheet], strings.Join(row, " | "))
				}
			}
		case ".docx":
			z, err := zip.OpenReader(path)
			if err != nil {
				return err
			}
			defer func() { _ = z.Close() }()
			part, err := z.Open("word/document.xml")
			if err != nil {
				return err
			}
			text, err := io.ReadAll(part)
			if err != nil {
				return err
			}
			for _, p := range strings.Split(string(text), "</w:p>") {
				of[rel] = append(of[rel], html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(p, "")))
			}
		case ".html":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, p := range regexp.MustCompile(`</(?:tr|p|li|desc|h2)>`).Split(string(text), -1) {
				of[rel] = append(of[rel], html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(p, " ")))
			}
		case ".json":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			of[rel] = strings.Split(string(text), "},")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return of
}

// clauses are the parts of sentences: one says of a commune what the next does not.
func clauses(without *strings.Replacer, sentences []string) (list []string) {
	for _, s := range sentences {
		list = append(list, regexp.MustCompile(`; |\. `).Split(without.Replace(s), -1)...)
	}
	return list
}

func TestOneDistrictOfElevenAccusesNobody(t *testing.T) {
	t.Parallel()
	o, terminal := aQuarterOfOne(t)
	v001 := filepath.Join(o.out, "2018-Q1", "v001")

	t.Run("models", func(t *testing.T) {
		o := o.in(t)
		silent := ` join mart.commune_summary s on s.period = x.period and s.commune_code = x.commune_code and not s.reported where x.period = '2018-Q1'`
		for what, sql := range map[string]string{
			"unretained":       "select count(*) from mart.commune_summary x where x.period = '2018-Q1' and not x.reported and x.retained is not null",
			"met or unmet":     "select count(*) from mart.indicator_result x" + silent + " and x.met is not null",
			"a criterion":      "select count(*) from mart.criterion_result x" + silent + " and x.met is not null",
			"to be mended":     "select count(*) from mart.unmet x" + silent,
			"slipped":          "select count(*) from mart.slippage x" + silent,
			"recognised under": "select count(*) from mart.recognition_change x" + silent,
			"declined":         "select count(*) from mart.change x" + silent + " and x.change <> 'data_missing'",
			"history":          "select count(*) from mart.commune_history x" + silent + " and (x.criteria_met_change is not null or x.lost_criteria <> '' or x.lost_indicators <> '' or x.gained_indicators <> '')",
			"withdrawn":        "select count(*) from mart.withdrawal x" + silent + " and (x.falls is not null or x.possible)",
			"at risk":          "select count(*) from mart.risk x" + silent,
			"accused":          "select count(*) from ops.finding x" + silent + " and x.check_id not in ('missing_commune', 'missing_indicator')",
		} {
			if got := o.ask(sql); got[0] != "0" {
				t.Errorf("communes without data are %s: %s", what, got[0])
			}
		}
		o.says("select recognised, retained, not_retained, retained_unknown, retained_pct, recognised_earlier = retained_earlier + not_retained_earlier + retained_earlier_unknown from mart.province_summary where period = '2018-Q1'",
			"33 | 1 | 1 | 31 | 50 | true")
		o.says("select count(*) from mart.district_summary where period = '2018-Q1' and recognised <> retained + not_retained + retained_unknown", "0")
		o.says("select sum(communes) + (select band_unknown from mart.province_summary where period = '2018-Q1') from mart.band_summary where period = '2018-Q1'", "5")
		o.says("select count(*) from mart.criterion_summary where period = '2018-Q1' and communes <> met + not_met + unknown", "0")
		o.says("select count(*) from mart.remediation where period = '2018-Q1' and communes_not_met + communes_unknown > 33", "0")
		o.says("select metric, comparable, difference from mart.period_comparison where period = '2018-Q1' and against = 'previous' and difference < 0 and metric <> 'communes_reported'")
		o.says("select distinct reached from mart.target where period = '2018-Q1'", "NULL")
		// What was written and is no number blocks nothing but itself.
		o.says("select met, state from mart.indicator_result where period = '2018-Q1' and commune_name = 'Tây Phú' and indicator_id in ('11', '15.1') order by indicator_id",
			"NULL | invalid", "true | reported")
	})

	t.Run("files", func(t *testing.T) {
		silent := map[string]bool{}
		for _, row := range o.ask(`select commune_name from mart.commune_summary where period = '2018-Q1' and not reported
				and commune_name not in (select commune_name from mart.commune_summary where period = '2018-Q1' and reported)
				and commune_name not in (select name from ref.district)`) {
			silent[row] = true
		}
		if len(silent) < 100 {
			t.Fatalf("%d communes are silent", len(silent))
		}
		names := regexp.MustCompile(`\p{L}+(?: \p{L}+)*`)
		accuses := regexp.MustCompile(`(?i)chưa giữ vững|không còn đạt|chưa đạt|\bgiảm\b|khắc phục|quá hạn|thuộc diện|Trả lại`)
		read := sentences(t, v001)
		read["terminal"] = strings.Split(terminal, "\n")
		if len(read) < 15 {
			t.Fatalf("only %d files and sheets are read", len(read))
		}
		var titles []string // an indicator is called "…, giảm liên tục so với các năm trước": that accuses nobody
		for _, i := range indicators2017(t) {
			titles = append(titles, i.Name, "")
		}
		untitled := strings.NewReplacer(titles...)
		for file, list := range read {
			for _, s := range clauses(untitled, list) {
				who := ""
				for _, cell := range regexp.MustCompile(`[|:;,().\t–-]+| gồm | và `).Split(s, -1) {
					if name := names.FindString(strings.TrimSpace(cell)); silent[name] || silent[strings.TrimPrefix(name, "xã ")] || silent[strings.TrimPrefix(name, "Xã ")] {
						who = name
					}
				}
				if bad := accuses.FindString(s); who != "" && bad != "" {
					t.Errorf("%s says %q of %s, which has sent nothing:\n%s", file, bad, who, s[:min(400, len(s))])
				}
			}
		}
		// Nor of all of them together.
		for file, list := range read {
			for _, s := range list {
				for _, wrong := range []string{"32/33", "31 xã chưa giữ vững", "giảm từ 19", "giảm từ 33", "giảm từ 12,", "Không còn xã chưa đạt", "không còn xã chưa đạt", "Tất cả xã đã được công nhận giữ vững"} {
					if strings.Contains(s, wrong) {
						t.Errorf("%s says %q:\n%s", file, wrong, s[:min(400, len(s))])
					}
				}
			}
		}
		said := func(file string, want ...string) {
			t.Helper()
			all := strings.Join(read[file], "\n")
			for _, w := range want {
				if !strings.Contains(all, w) {
					t.Errorf("%s does not say %q", file, w)
				}
			}
		}
		const little = "MỚI CÓ SỐ LIỆU CỦA 5/119 (4,20%) XÃ, dưới mức 80%"
		said("bao-cao-ntm-2018-Q1.docx", little, "trong 02 xã đã đủ số liệu để kết luận có 01/02 xã (50,00%) giữ vững", "còn 31 xã chưa đủ số liệu để kết luận",
			"theo danh mục công nhận đến 31/12/2017, sau ngày này danh mục chưa đầy đủ")
		said("bao-cao-ntm-2018-Q1.html", little, "31/33 xã chưa đủ số liệu để kết luận")
		said("tong-hop-ntm-2018-Q1.xlsx!Tổng quan", little, "31/33 xã chưa đủ số liệu để kết luận", "chưa đủ số liệu để kết luận tăng hay giảm")
		said("tong-hop-ntm-2018-Q1.xlsx!So kỳ trước", "Thiếu số liệu, chưa kết luận", "không tính là giảm")
		said("tong-hop-ntm-2018-Q1.xlsx!Phụ lục 2", "Chưa đủ số liệu để kết luận")
		said("terminal", "MỚI CÓ SỐ LIỆU CỦA 5/119 XÃ", "1/2, 31 xã chưa đủ số liệu để kết luận", "Đôn đốc 10 đơn vị chưa báo cáo")
		// In the document, the first that is read, and the box above it.
		var spoken []string
		for _, p := range read["bao-cao-ntm-2018-Q1.docx"] {
			if strings.Contains(p, "MỚI CÓ SỐ LIỆU") {
				spoken = append(spoken, p)
			}
		}
		if len(spoken) != 2 || !strings.Contains(spoken[0], "Ghi chú của bản dự thảo") || !strings.HasPrefix(strings.TrimSpace(spoken[1]), "MỚI CÓ") {
			t.Errorf("the document says of how little it is drawn: %q", spoken)
		}
		// Ten districts have sent nothing: nobody there has anything to mend.
		for _, p := range read["bao-cao-ntm-2018-Q1.docx"] {
			if strings.Contains(p, "rà soát, sửa") && !strings.Contains(p, "Thoại Sơn") {
				t.Errorf("somebody who has sent nothing is to mend it: %s", p)
			}
		}
	})

	t.Run("the statistics add up", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join(v001, "thong-ke-ntm-2018-Q1.json"))
		if err != nil {
			t.Fatal(err)
		}
		var s struct {
			Province  map[string]any   `json:"province"`
			Districts []map[string]any `json:"districts"`
			Retention []map[string]any `json:"retention"`
		}
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		sum := map[string]float64{}
		for _, d := range s.Districts {
			for _, k := range []string{"communes", "communes_reported", "recognised", "retained", "not_retained", "retained_unknown"} {
				sum[k] += d[k].(float64)
			}
		}
		for k, v := range sum {
			if s.Province[k] != v {
				t.Errorf("%s: the districts add up to %v, the province has %v", k, v, s.Province[k])
			}
		}
		open := 0
		for _, r := range s.Retention {
			if r["retained"] == nil {
				open++
			} else if r["criteria_met"] == nil {
				t.Errorf("%v is decided without data", r["commune_name"])
			}
		}
		if open != 19 {
			t.Errorf("%d of 21 are undecided, want 19", open)
		}
	})

	t.Run("compared by hand", func(t *testing.T) {
		o := o.in(t)
		status, stdout, _ := o.ntm("compare", "2017-Q4", "2018-Q1", "--out", o.out)
		if status != 0 || !strings.Contains(stdout, "Thiếu số liệu, chưa kết luận") || strings.Contains(stdout, "tiêu chí giảm 1; 2") {
			t.Errorf("exit status %d\n%s", status, stdout)
		}
		for _, line := range strings.Split(stdout, "\n") {
			if strings.Contains(line, "→ –") && strings.Contains(line, "giảm") {
				t.Errorf("a commune without data has lost something: %s", line)
			}
		}
	})
}

// A set without levels judges what it can, and says what it cannot.
func TestASetWithoutLevelsIsNotJudged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := seedFolder{t, t.TempDir()}
	gone := []string{"10", "15.1", "17.1"}
	s.change("indicators.csv", func(rows []map[string]string) []map[string]string {
		for _, r := range rows {
			if r["set_id"] == "AG-3379" && slices.Contains(gone, r["indicator_id"]) {
				r["threshold"] = ""
			}
		}
		return rows
	})
	s.change("threshold_overrides.csv", func(rows []map[string]string) []map[string]string {
		return slices.DeleteFunc(rows, func(r map[string]string) bool {
			return r["set_id"] == "AG-3379" && slices.Contains(gone, r["indicator_id"])
		})
	})
	config := filepath.Join(t.TempDir(), "ntm.yaml")
	write(t, config, "seeds:\n  dir: "+s.dir+"\n")
	o.flags = []string{"--config", config}
	halfAProvince(o, "2017-Q4", "năm 2017", 2)
	terminal := o.run("2017-Q4", pipeline.Incomplete)

	o.says("select indicator_id, count(*) from ops.finding where check_id = 'threshold_missing' group by 1 order by 1", "10 | 1", "15.1 | 1", "17.1 | 1")
	o.says("select count(*) from mart.indicator_result where indicator_id in ('10', '15.1', '17.1') and met is not null", "0")
	o.says("select commune_name, criteria_met, band, retained from mart.commune_summary where reported order by commune_name",
		"An Bình | 6 | 5-9 | NULL", "Thoại Giang | 15 | 15-18 | NULL", "Vĩnh Phú | 16 | NULL | NULL", "Vĩnh Trạch | 16 | NULL | NULL", "Vĩnh Tế | 16 | NULL | NULL")
	if !strings.Contains(terminal, "3/19 tiêu chí") || !strings.Contains(terminal, "Bổ sung mức của 3 chỉ tiêu vào danh mục") {
		t.Errorf("the terminal does not name what cannot be judged:\n%s", terminal)
	}
	read := sentences(t, filepath.Join(o.out, "2017-Q4", "v001"))
	for _, file := range []string{"bao-cao-ntm-2017-Q4.docx", "bao-cao-ntm-2017-Q4.html", "tong-hop-ntm-2017-Q4.xlsx!Tổng quan"} {
		if !strings.Contains(strings.Join(read[file], "\n"), "3/19 tiêu chí chưa có mức để đánh giá") {
			t.Errorf("%s does not say that 3 of 19 criteria cannot be judged", file)
		}
	}
}

// An office that has only begun counts nobody whom nobody recognised, and says
// to which day its list is complete; decisions that it receives are a line each.
func TestAFreshOfficeCountsNoInventedRecognition(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	dir := t.TempDir()
	config := filepath.Join(dir, "ntm.yaml")
	own := filepath.Join(dir, "danh-muc")
	write(t, filepath.Join(own, ".keep"), "")
	write(t, config, "seeds:\n  dir: "+own+"\n")
	o.flags = []string{"--config", config}
	halfAProvince(o, "2017-Q4", "năm 2017", 5)
	terminal := o.run("2017-Q4", pipeline.Incomplete)
	o.says("select count(*), count(*) filter (where recognition_illustrative) from mart.commune_summary where recognised", "22 | 0")
	o.says("select recognised, recognised_earlier, recognised_illustrative, recognitions_to from mart.province_summary", "22 | 21 | 0 | 2016-12-31")
	o.says("select count(*) from mart.retention", "21")
	// What the list does not say contradicts no published figure, and decides no plan.
	o.says("select count(*) from ops.finding where check_id = 'published_figure_mismatch'", "0")
	if !strings.Contains(terminal, "22/119 (18,49%); theo danh mục công nhận đến 31/12/2016") {
		t.Errorf("the terminal does not say to which day the list goes:\n%s", terminal)
	}
	for file, list := range sentences(t, filepath.Join(o.out, "2017-Q4", "v001")) {
		if all := strings.Join(list, "\n"); strings.Contains(all, "Minh họa") || strings.Contains(all, "dữ liệu minh họa") {
			t.Errorf("%s knows of an illustration", file)
		}
	}

	write(t, filepath.Join(own, "recognition_decisions.csv"), "commune_code,commune_name,decision_kind,decision_no,decided_on,set_id,source,note\n"+
		"30692,An Bình,công nhận,4000/QĐ-UBND,2017-12-29,,Công báo tỉnh,\n"+
		"30697,Vĩnh Trạch,thu hồi,4001/QĐ-UBND,2017-12-30,,Công báo tỉnh,\n")
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select commune_name, recognised, recognised_year from mart.commune_summary where commune_name in ('An Bình', 'Vĩnh Trạch') order by 1",
		"An Bình | true | 2017", "Vĩnh Trạch | false | NULL")
	write(t, filepath.Join(own, "recognition_decisions.csv"), "commune_code,commune_name,decision_kind,decision_no,decided_on,set_id,source,note\n"+
		"30692,An Bình Nhỏ,công nhận,4000/QĐ-UBND,2017-12-29,,Công báo tỉnh,\n")
	if said := o.run("2017-Q4", pipeline.Usage); !strings.Contains(said, "recognition_decisions.csv: dòng 2: Mã 30692 là xã An Bình, không phải “An Bình Nhỏ”") {
		t.Errorf("a wrong name is taken: %s", said)
	}
}
