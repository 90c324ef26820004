package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The history sample is nine quarters of the same province, so that whatever
// needs time shows on it: the old set and the new one, a level that rises with
// the year, deadlines that pass, communes that slip and come back, a merger,
// reports sent again, a correction, a department that disagrees. The two
// quarters in the middle are the sample reports as they are; all else is made
// up from them by small steps, and nothing of it is kept in git.
//
//	go run ./seeds/sample -history build/history

const oldSet = "AG-2361"

var historyPeriods = []string{"2016-Q4", "2017-Q1", "2017-Q2", q3, q4, "2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"}

// history is what is meant to be true, period by period.
type history struct {
	prov    *province
	story   *story
	old     []indicator                             // of the old set
	now     map[string]indicator                    // of the set in force in 2018, by id
	same    map[string]string                       // id in the old set → id in the new one
	figures map[string]map[string]map[string]figure // period → commune → indicator
	rising  []string                                // communes that are recognised at the end of 2018
	merged  [2]commune                              // the second becomes part of the first in July 2018
}

// writeHistory writes inbox/<period>/…, the office's own seeds, its settings,
// and expected.csv, what each commune comes to.
func writeHistory(seeds, out string) error {
	prov, err := readProvince(seeds)
	if err != nil {
		return err
	}
	files, story, err := generate(prov)
	if err != nil {
		return err
	}
	h := &history{prov: prov, story: story, now: map[string]indicator{}, same: map[string]string{}, figures: map[string]map[string]map[string]figure{}}
	if err := h.readSets(seeds); err != nil {
		return err
	}
	h.choose()
	h.tell()
	if err := os.RemoveAll(filepath.Join(out, "inbox")); err != nil {
		return err
	}
	for _, f := range files { // the two quarters in the middle
		if strings.HasSuffix(f.name, ".xlsx") {
			if err := put(filepath.Join(out, "inbox", filepath.FromSlash(f.name)), f.data); err != nil {
				return err
			}
		}
	}
	for _, p := range historyPeriods {
		if p == q3 || p == q4 {
			continue
		}
		if err := h.report(p, filepath.Join(out, "inbox", p)); err != nil {
			return fmt.Errorf("write %s: %w", p, err)
		}
	}
	if err := h.overlay(seeds, filepath.Join(out, "seeds")); err != nil {
		return err
	}
	if err := put(filepath.Join(out, "ntm.yaml"), []byte("# Số liệu minh họa.\nseeds:\n  dir: "+filepath.Join(out, "seeds")+"\n")); err != nil {
		return err
	}
	return h.expected(filepath.Join(out, "expected.csv"))
}

func put(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// readSets reads the old set, which concept of it is which of the new one, and
// the levels of 2018.
func (h *history) readSets(dir string) error {
	for _, ind := range h.prov.indicators() {
		h.now[ind.id] = ind
	}
	overrides, err := readTable(filepath.Join(dir, "threshold_overrides.csv"))
	if err != nil {
		return err
	}
	for _, r := range overrides {
		if r["set_id"] == setID && r["scope_kind"] == "year" && r["scope_value"] == "2018" && r["threshold"] != "" {
			ind := h.now[r["indicator_id"]]
			if ind.threshold, err = strconv.ParseFloat(r["threshold"], 64); err != nil {
				return err
			}
			h.now[ind.id] = ind
		}
	}
	rows, err := readTable(filepath.Join(dir, "indicators.csv"))
	if err != nil {
		return err
	}
	concept := map[string]string{}
	for _, r := range rows {
		if r["set_id"] == setID && r["concept_key"] != "" {
			concept[r["concept_key"]] = r["indicator_id"]
		}
	}
	for _, r := range rows {
		if r["set_id"] != oldSet {
			continue
		}
		ind := indicator{id: r["indicator_id"], name: r["name"], kind: r["value_kind"], comparator: r["comparator"], inverted: r["required_answer"] == "Không"}
		ind.criterion, _ = strconv.Atoi(r["criterion_no"])
		if ind.kind != "boolean" {
			if ind.threshold, err = strconv.ParseFloat(r["threshold"], 64); err != nil {
				ind.kind = "boolean" // no level is known: only the sender's word
			}
		}
		h.old = append(h.old, ind)
		h.same[ind.id] = concept[r["concept_key"]]
	}
	return nil
}

// choose names the communes with a part of their own: those that become full in
// 2018, nearest first, and the two of An Phú that are merged.
func (h *history) choose() {
	type candidate struct {
		commune
		met int
	}
	var list []candidate
	for _, d := range h.prov.districts {
		for _, c := range d.communes {
			if h.prov.recognised[c.code] == "" && c.code != absentCommune {
				list = append(list, candidate{c, h.story.evaluate(q4, c.code).met})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return b.met - a.met })
	for _, c := range list[:13] {
		h.rising = append(h.rising, c.code)
	}
	n := 0
	for _, c := range list {
		if c.district == "886" && !slices.Contains(h.rising, c.code) && n < 2 {
			h.merged[n] = c.commune
			n++
		}
	}
}

// The communes of a period: from July 2018 one fewer.
func (h *history) communes(p, district string) []commune {
	d, _ := h.prov.district(district)
	return slices.DeleteFunc(slices.Clone(d.communes), func(c commune) bool { return p >= "2018-Q3" && c.code == h.merged[1].code })
}

func (h *history) tell() {
	for _, p := range historyPeriods {
		h.figures[p] = map[string]map[string]figure{}
	}
	for _, d := range h.prov.districts {
		for _, c := range d.communes {
			h.figures[q3][c.code], h.figures[q4][c.code] = h.story.figures[q3][c.code], h.story.figures[q4][c.code]
			h.figures["2017-Q2"][c.code] = h.earlier("2017-Q2", c, h.figures[q3][c.code])
			h.figures["2017-Q1"][c.code] = h.earlier("2017-Q1", c, h.figures["2017-Q2"][c.code])
			h.figures["2016-Q4"][c.code] = h.before(c, h.figures["2017-Q1"][c.code])
			was := h.figures[q4][c.code]
			for _, p := range historyPeriods[5:] {
				was = h.later(p, c, was)
				h.figures[p][c.code] = was
			}
		}
	}
	// What the two were together, the merged commune is: it meets what both met.
	for _, p := range historyPeriods[7:] {
		a, b := h.figures[p][h.merged[0].code], h.figures[p][h.merged[1].code]
		for id, f := range a {
			if g := b[id]; g.is != met && f.is == met {
				a[id] = g
			}
		}
	}
}

// sure is a figure without what the sample plants: an unknown one becomes met.
func (h *history) sure(p string, c commune, ind indicator, f figure) figure {
	if f.is == unknown || ind.kind != "boolean" && !f.notApplies && judge(h.prov.named(ind.id), f.value) != f.is {
		f = figure{is: met, notApplies: false}
		if ind.kind != "boolean" {
			f.value = draw(dice("sure", p, c.code, ind.id), ind, true)
		}
	}
	return f
}

// earlier takes a quarter back: a little lower, and a few indicators not yet met.
func (h *history) earlier(p string, c commune, next map[string]figure) map[string]figure {
	out := map[string]figure{}
	recognised := h.prov.recognised[c.code] != "" && h.prov.recognised[c.code] < year
	for _, ind := range h.prov.indicators() {
		r := dice("earlier in history", p, c.code, ind.id)
		f := h.sure(p, c, ind, next[ind.id])
		switch {
		case f.notApplies:
		case ind.kind == "boolean":
			if f.is == met && !recognised && r.Float64() < 0.04 {
				f.is = notMet
			}
		case ind.threshold == 100 && f.is == met, ind.id == "5":
		default:
			step := reach(ind) * 0.08 * r.Float64()
			if ind.comparator == "<=" {
				step = -step
			}
			v := round(f.value-step, 2)
			if recognised && judge(ind, v) != f.is {
				v = f.value
			}
			f.value = clamp(ind, v)
			f.is = judge(ind, f.value)
		}
		// One that really fell: below the old level of 70 as well.
		if c.code == "30625" && ind.id == "15.1" && p == "2017-Q1" {
			f = figure{is: notMet, value: 68.4}
		}
		out[ind.id] = f
	}
	return out
}

// before is the end of 2016, under the old set: the communes recognised by then
// meet all of it.
func (h *history) before(c commune, next map[string]figure) map[string]figure {
	out := map[string]figure{}
	y := h.prov.recognised[c.code]
	full := y != "" && y < year
	for _, ind := range h.old {
		r := dice("the old set", c.code, ind.id)
		f := figure{is: notMet}
		n, known := next[h.same[ind.id]]
		switch {
		case known && ind.kind != "boolean" && h.now[h.same[ind.id]].kind == ind.kind && !n.notApplies:
			f.value = n.value
			f.is = judge(ind, f.value)
		case known && ind.kind == "boolean":
			f.is = n.is
		case ind.kind == "boolean":
			if r.Float64() < 0.7 {
				f.is = met
			}
		default:
			ok := r.Float64() < 0.6
			f.value = draw(r, ind, ok)
			f.is = judge(ind, f.value)
		}
		if full && f.is != met {
			f.is = met
			if ind.kind != "boolean" {
				f.value = draw(dice("full in 2016", c.code, ind.id), ind, true)
				if judge(ind, f.value) != met {
					f.value = ind.threshold
				}
			}
		}
		out[ind.id] = f
	}
	return out
}

// later takes a quarter forward.
func (h *history) later(p string, c commune, was map[string]figure) map[string]figure {
	out := map[string]figure{}
	quarter := slices.Index(historyPeriods, p) - 4 // 1…4 of 2018
	y := h.prov.recognised[c.code]
	rising := slices.Contains(h.rising, c.code)
	for _, old := range h.prov.indicators() {
		ind := h.now[old.id]
		r := dice("later in history", p, c.code, ind.id)
		once := dice("mended in history", c.code, ind.id).Float64() // the same in every quarter
		f := was[ind.id]
		if quarter == 1 {
			f = h.sure(p, c, old, f)
		}
		wanted := f.is
		switch {
		case rising && once < float64(quarter)/4+0.001:
			wanted = met
		case y != "" && f.is == notMet && quarter >= 3 && once < 0.35+0.3*float64(quarter-3):
			wanted = met // what the plan asked for, by its quarters; a third stays undone
		case y == "" && !rising && f.is == notMet && r.Float64() < 0.03:
			wanted = met
		case y == "" && !rising && f.is == met && r.Float64() < 0.006:
			wanted = notMet
		}
		switch {
		case f.notApplies:
		case ind.kind == "boolean":
			f.is = wanted
		default:
			step := reach(ind) * 0.06 * (r.Float64() - 0.25)
			if ind.comparator == "<=" {
				step = -step
			}
			v := f.value
			if !(ind.threshold == 100 && v == 100) && ind.id != "5" {
				v = clamp(ind, round(v+step, 2))
			}
			if ind.id == "10" && (y != "" || rising) {
				v = max(v, 41.2) // the level of 2018 is 41
			}
			if judge(ind, v) != wanted && !(wanted == met && f.is == met && ind.id == "10") {
				v = draw(dice("moved in history", p, c.code, ind.id), ind, wanted == met)
				if judge(ind, v) != wanted {
					v = ind.threshold
				}
			}
			f.value = v
			f.is = judge(ind, v)
		}
		switch {
		case c.code == "30331" && ind.id == "10" && quarter < 3:
			// Lost by rule: the income grew, and the level grew faster.
			f.value = []float64{38.9, 39.8}[quarter-1]
			f.is = judge(ind, f.value)
		case c.code == "30694" && ind.id == "15.1":
			// Insurance falls quarter by quarter, is lost in the third, and back in the fourth.
			f.value = []float64{87.9, 86.2, 84.1, 88}[quarter-1]
			f.is = judge(ind, f.value)
		}
		out[ind.id] = f
	}
	return out
}

func clamp(ind indicator, v float64) float64 {
	if ind.kind == "percent" {
		return min(max(v, 0), 100)
	}
	return max(v, 0)
}

// named is the indicator as the sample's own year has it.
func (p *province) named(id string) indicator {
	for _, i := range p.indicators() {
		if i.id == id {
			return i
		}
	}
	return indicator{}
}

// set is what a period's reports are about.
func (h *history) set(p string) []indicator {
	if p == historyPeriods[0] {
		return h.old
	}
	var list []indicator
	for _, i := range h.prov.indicators() {
		if p >= "2018" {
			i = h.now[i.id]
		}
		list = append(list, i)
	}
	return list
}

// report writes the workbooks of a period: one a district, and what came again.
func (h *history) report(p, dir string) error {
	for _, d := range h.prov.districts {
		communes := h.communes(p, d.code)
		spoil := func(commune, string, *string) {}
		name := fmt.Sprintf("%s %s.xlsx", d.name, p)
		switch {
		case p == "2018-Q1" && d.code == "889":
			// Two communes come again with 15.1 put right.
			spoil = func(c commune, id string, text *string) {
				if id == "15.1" && slices.Index(communes, c) < 2 {
					*text = "50"
				}
			}
			if err := h.book(p, d, communes[:2], nil, filepath.Join(dir, d.name+" "+p+" lần 2.xlsx")); err != nil {
				return err
			}
		case p == "2018-Q1" && d.code == "891":
			// The whole district comes again.
			spoil = func(c commune, id string, text *string) {
				if id == "2.2" {
					*text = "1"
				}
			}
			if err := h.book(p, d, communes, nil, filepath.Join(dir, d.name+" "+p+" (sửa).xlsx")); err != nil {
				return err
			}
		case p == "2018-Q2" && d.code == "884":
			spoil = func(c commune, id string, text *string) { // see corrections
				if id == "11" && c.code == "30334" {
					*text = "33"
				}
			}
			is := strconv.FormatFloat(h.figures[p]["30334"]["11"].value, 'f', -1, 64)
			err := put(filepath.Join(dir, "corrections.csv"), []byte("period,file_name,sheet,cell,commune_code,indicator_id,was,is,who,why,document_no,date\n"+
				p+",,,,30334,11,33,"+is+",Phòng Kinh tế TP. Châu Đốc,gõ nhầm (minh họa),Công văn minh họa 01/CV,2018-07-10\n"))
			if err != nil {
				return err
			}
		}
		if err := h.book(p, d, communes, spoil, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if p == "2018-Q3" {
		return h.department(p, filepath.Join(dir, "Sở Y tế "+p+".xlsx"))
	}
	return nil
}

// written is a figure as an office types it.
func written(ind indicator, f figure) string {
	switch {
	case f.notApplies:
		return "Không thuộc diện"
	case f.is == unknown:
		return ""
	case ind.kind != "boolean":
		return strconv.FormatFloat(f.value, 'f', -1, 64)
	case ind.inverted:
		if f.is == met {
			return "Không"
		}
		return "Có"
	case f.is == met:
		return "Đạt"
	}
	return "Chưa đạt"
}

func (h *history) label(p string) string {
	return map[string]string{"1": "quý I", "2": "quý II", "3": "quý III", "4": "quý IV"}[p[6:]] + "/" + p[:4]
}

// book writes a wide table; 15.1 with the counts behind the rate and the state
// of the dossier, as the departments ask for.
func (h *history) book(p string, d district, communes []commune, spoil func(commune, string, *string), name string) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	const sheet = "Biểu 1"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	set := func(col, row int, v any) {
		at, _ := excelize.CoordinatesToCellName(col, row)
		_ = f.SetCellValue(sheet, at, v)
	}
	set(1, 1, "UBND "+strings.ToUpper(d.kind+" "+d.name))
	set(1, 2, "BIỂU TỔNG HỢP CÁC TIÊU CHÍ XÃ NÔNG THÔN MỚI, "+h.label(p))
	set(1, 3, "SỐ LIỆU MINH HỌA")
	set(1, 5, "STT")
	set(2, 5, "Tên xã")
	col, at := 3, map[string]int{}
	for _, ind := range h.set(p) {
		at[ind.id] = col
		set(col, 5, ind.id)
		set(col, 6, "Kết quả")
		col++
		if ind.id == "15.1" && p > "2018" {
			set(col-1, 6, "Tỷ lệ (%)")
			for i, head := range []string{"Tử số (người)", "Mẫu số (người)", "Hồ sơ minh chứng"} {
				set(col+i, 6, head)
			}
			from, _ := excelize.CoordinatesToCellName(col-1, 5)
			to, _ := excelize.CoordinatesToCellName(col+2, 5)
			_ = f.MergeCell(sheet, from, to)
			col += 3
		}
	}
	for i, c := range communes {
		row := 7 + i
		set(1, row, i+1)
		set(2, row, c.name)
		for _, ind := range h.set(p) {
			fig := h.figures[p][c.code][ind.id]
			text := written(ind, fig)
			if spoil != nil {
				spoil(c, ind.id, &text)
			}
			if v, err := strconv.ParseFloat(text, 64); err == nil {
				set(at[ind.id], row, v)
			} else if text != "" {
				set(at[ind.id], row, text)
			}
			if ind.id == "15.1" && p > "2018" && text == written(ind, fig) && text != "" {
				people := float64(11000 + dice("people", c.code).IntN(9000))
				set(at[ind.id]+1, row, math.Round(fig.value/100*people))
				set(at[ind.id]+2, row, people)
				proof := "Đủ"
				if dice("proof", p, c.code).Float64() < 0.15 {
					proof = "Chưa đủ"
				}
				set(at[ind.id]+3, row, proof)
			}
		}
	}
	return save(f, name)
}

// department is what Sở Y tế says of 15.2 and 15.3 in all districts; of three
// communes it thinks otherwise.
func (h *history) department(p, name string) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	set := func(col, row int, v any) {
		at, _ := excelize.CoordinatesToCellName(col, row)
		_ = f.SetCellValue("Sheet1", at, v)
	}
	set(1, 1, "SỞ Y TẾ")
	set(1, 2, "KẾT QUẢ ĐÁNH GIÁ CÁC CHỈ TIÊU Y TẾ, "+h.label(p))
	set(1, 3, "SỐ LIỆU MINH HỌA")
	for i, head := range []string{"STT", "Huyện", "Tên xã", "15.2", "15.3"} {
		set(i+1, 5, head)
	}
	row := 6
	for _, d := range h.prov.districts {
		for i, c := range h.communes(p, d.code) {
			set(1, row, row-5)
			set(2, row, d.name)
			set(3, row, c.name)
			a, b := h.figures[p][c.code]["15.2"], h.figures[p][c.code]["15.3"]
			if i == 0 && (d.code == "893" || d.code == "894" || d.code == "888") {
				a.is = map[verdict]verdict{met: notMet, notMet: met}[a.is]
			}
			set(4, row, written(h.now["15.2"], a))
			if b.is != unknown && !b.notApplies {
				set(5, row, b.value)
			}
			row++
		}
	}
	return save(f, name)
}

func save(f *excelize.File, name string) error {
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		return err
	}
	return put(name, buf.Bytes())
}

// overlay writes the office's own seeds: the merger of July 2018 and the
// thirteen recognitions of 2018, both made up.
func (h *history) overlay(seeds, dir string) error {
	change := func(name string, edit func(head []string, rows [][]string) [][]string) error {
		data, err := os.ReadFile(filepath.Join(seeds, officeSeeds, name))
		if errors.Is(err, fs.ErrNotExist) {
			data, err = os.ReadFile(filepath.Join(seeds, name))
		}
		if err != nil {
			return err
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			return err
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(append(rows[:1:1], edit(rows[0], rows[1:])...)); err != nil {
			return err
		}
		return put(filepath.Join(dir, name), b.Bytes())
	}
	row := func(head []string, values map[string]string) []string {
		out := make([]string, len(head))
		for i, column := range head {
			out[i] = values[column]
		}
		return out
	}
	const made = "số liệu minh họa"
	err := change("communes.csv", func(head []string, rows [][]string) [][]string {
		col := func(name string) int { return slices.Index(head, name) }
		for _, r := range slices.Clone(rows) {
			switch {
			case r[col("kind")] != "xã" || r[col("valid_from")] != "":
			case r[col("commune_code")] == h.merged[0].code:
				again := slices.Clone(r)
				again[col("valid_from")], again[col("source")] = "2018-07-01", made
				r[col("valid_to")] = "2018-06-30"
				rows = append(rows, again)
			case r[col("commune_code")] == h.merged[1].code:
				r[col("valid_to")] = "2018-06-30"
			}
		}
		return rows
	})
	if err == nil {
		err = change("commune_successors.csv", func(head []string, rows [][]string) [][]string {
			// What became of the second in 2025 is the first's business now.
			rows = slices.DeleteFunc(rows, func(r []string) bool { return r[0] == h.merged[1].code })
			for _, c := range h.merged {
				rows = append(rows, row(head, map[string]string{"old_code": c.code, "new_code": h.merged[0].code, "valid_from": "2018-07-01", "part": "whole",
					"legal_basis": "Minh họa", "source": made, "confidence": "assumed"}))
			}
			return rows
		})
	}
	if err == nil {
		err = change("recognitions.csv", func(head []string, rows [][]string) [][]string {
			for i, code := range h.rising {
				rows = append(rows, row(head, map[string]string{"commune_code": code, "recognised_year": "2018", "set_id": setID, "order_no": strconv.Itoa(100 + i),
					"stage": "2018", "valid_from": "2018-12-31", "illustrative": "yes", "note": "Minh họa", "source": made, "confidence": "assumed"}))
			}
			return rows
		})
	}
	if err == nil {
		err = change("recognition_lists.csv", func(head []string, rows [][]string) [][]string {
			return [][]string{row(head, map[string]string{"complete_to": "2018-12-31", "source": made, "confidence": "assumed", "note": "Minh họa"})}
		})
	}
	return err
}

// expected says what each commune comes to, counted here and not by ntm.
func (h *history) expected(name string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"period", "commune_code", "criteria_met", "failing"})
	for _, p := range historyPeriods {
		for _, d := range h.prov.districts {
			for _, c := range h.communes(p, d.code) {
				if h.story.absent[p] == c.code {
					continue
				}
				down := map[int]bool{}
				all := map[int]bool{}
				var failing []string
				for _, ind := range h.set(p) {
					all[ind.criterion] = true
					f := h.figures[p][c.code][ind.id]
					if f.is != met {
						down[ind.criterion] = true
					}
					if f.is == notMet {
						failing = append(failing, ind.id)
					}
				}
				_ = w.Write([]string{p, c.code, strconv.Itoa(len(all) - len(down)), strings.Join(failing, "; ")})
			}
		}
	}
	w.Flush()
	return put(name, b.Bytes())
}
