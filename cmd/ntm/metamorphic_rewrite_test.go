package main

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
)

func cloneBook(b *sheet.Book) *sheet.Book {
	twin := *b
	twin.Sheets = nil
	for _, s := range b.Sheets {
		twin.Sheets = append(twin.Sheets, cloneSheet(s))
	}
	return &twin
}

func cloneSheet(s *sheet.Sheet) *sheet.Sheet {
	twin := *s
	twin.Cells, twin.Merges = slices.Clone(s.Cells), slices.Clone(s.Merges)
	twin.HiddenRows, twin.HiddenCols = maps.Clone(s.HiddenRows), maps.Clone(s.HiddenCols)
	if twin.HiddenRows == nil {
		twin.HiddenRows = map[int]bool{}
	}
	if twin.HiddenCols == nil {
		twin.HiddenCols = map[int]bool{}
	}
	twin.Covered = nil
	return &twin
}

// observed maps the cells of each sheet that the reading took for values to
// one observation of theirs.
func (w *rewriting) observed() []map[sheet.Pos]*transforms.Observation {
	all := make([]map[sheet.Pos]*transforms.Observation, len(w.book.Sheets))
	for i := range all {
		all[i] = map[sheet.Pos]*transforms.Observation{}
	}
	for i := range w.reading.Observations {
		o := &w.reading.Observations[i]
		p, _ := sheet.ParsePos(o.Cell)
		all[o.Record.SheetNo-1][p] = o
	}
	return all
}

// sheetNo is the place of a table's sheet in the book. Names may repeat, but
// not in these books.
func (w *rewriting) sheetOf(t *transforms.Table) (int, *sheet.Sheet) {
	for i, s := range w.book.Sheets {
		if s.Name == t.Sheet {
			return i, s
		}
	}
	return -1, nil
}

// tables calls for every table, those further down a sheet first, so that
// rows put into one leave the places of the others as they are.
func (w *rewriting) tables(do func(t *transforms.Table, s *sheet.Sheet) bool) bool {
	done := false
	for i := len(w.reading.Tables) - 1; i >= 0; i-- {
		t := &w.reading.Tables[i]
		_, s := w.sheetOf(t)
		done = do(t, s) || done
	}
	return done
}

// dataTop is the first row below a table's heading; for a transposed one, the
// row below the names.
func dataTop(t *transforms.Table) int { return t.Header.To.Row + 1 }

// The same cells, saved by another program.

func formulas(w *rewriting) bool {
	done := false
	for _, s := range w.book.Sheets {
		for i := range s.Cells {
			if c := &s.Cells[i]; c.Kind != sheet.NoResult && w.picks() {
				c.Formula, done = true, true
			}
		}
	}
	return done
}

func from1904(w *rewriting) bool {
	if w.book.Date1904 {
		return false
	}
	w.book.Date1904 = true
	done := false
	for _, s := range w.book.Sheets {
		for i := range s.Cells {
			if c := &s.Cells[i]; c.Kind == sheet.Number && c.Date {
				c.Num -= 1462
				done = true
			}
		}
	}
	return done
}

func leftUnderMerges(w *rewriting) bool {
	if slices.ContainsFunc(w.book.Sheets, func(s *sheet.Sheet) bool { return len(staleCells(s)) > 0 }) {
		w.how.stale = true
	}
	return w.how.stale
}

// The same words, typed by another hand.

// eachText rewrites the texts that rewrite changes. Text in an old encoding is
// left alone: its bytes are no letters.
func (w *rewriting) eachText(rewrite func(string) string) bool {
	done := false
	if w.byLetters() {
		return false
	}
	for _, s := range w.book.Sheets {
		for i := range s.Cells {
			c := &s.Cells[i]
			if c.Kind != sheet.Text || oldEncoding(c) || !w.picks() {
				continue
			}
			if text := rewrite(c.Text); text != c.Text {
				c.Text, done = text, true
			}
		}
	}
	return done
}

func oldEncoding(c *sheet.Cell) bool {
	return strings.HasPrefix(c.Font, ".Vn") || strings.HasPrefix(c.Font, "VNI")
}

// byLetters tells a book in whose sheets only the letters show that they are in
// an old encoding: other letters on the same sheet would change what they show.
func (w *rewriting) byLetters() bool {
	return slices.ContainsFunc(w.reading.Records, func(rec *transforms.Record) bool {
		p, _ := sheet.ParsePos(rec.Cell)
		return rec.Step == "legacy" && slices.ContainsFunc(w.book.Sheets[rec.SheetNo-1].Cells, func(c sheet.Cell) bool { return c.Pos == p && !oldEncoding(&c) })
	})
}

func decomposed(w *rewriting) bool { return w.eachText(norm.NFD.String) }

func respelled(r *strings.Replacer) func(*rewriting) bool {
	return func(w *rewriting) bool { return w.eachText(r.Replace) }
}

var fullWidth = strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９")

func padded(w *rewriting) bool {
	return w.eachText(func(text string) string { return " \t" + text + "\u00a0 " })
}

// brokenHeadings puts line breaks into the headings of tables.
func brokenHeadings(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		return w.eachIn(s, t.Header, func(c *sheet.Cell) bool {
			text := strings.Replace(c.Text, " ", "\n", 1)
			if c.Kind != sheet.Text || oldEncoding(c) || text == c.Text {
				return false
			}
			c.Text = text
			return true
		})
	})
}

// capitals writes headings, names and titles in capitals. Values keep their
// case: they are quoted in findings.
func capitals(w *rewriting) bool {
	observed := w.observed()
	done := false
	for n, s := range w.book.Sheets {
		for i := range s.Cells {
			c := &s.Cells[i]
			if observed[n][c.Pos] == nil && c.Kind == sheet.Text && !oldEncoding(c) && !w.byLetters() && w.picks() {
				c.Text, done = strings.ToUpper(c.Text), true
			}
		}
	}
	return done
}

// eachIn calls for the cells of a block that are picked.
func (w *rewriting) eachIn(s *sheet.Sheet, area sheet.Rect, do func(*sheet.Cell) bool) bool {
	done := false
	for i := range s.Cells {
		if c := &s.Cells[i]; area.Contains(c.Pos) && w.picks() && do(c) {
			done = true
		}
	}
	return done
}

// The same numbers, typed otherwise.

var (
	figure     = regexp.MustCompile(`^[^\d]*\d[\d., ]*[^\d]*$`)
	plainThree = regexp.MustCompile(`^-?\d+\.\d{3}$`)
	typed      = regexp.MustCompile(`^-?\d+(?:[.,]\d+)?%?$`)
)

// values calls for each picked cell that holds a value of a table, but for the
// lists of failing ids, which hold no numbers.
func (w *rewriting) values(do func(c *sheet.Cell, o *transforms.Observation) bool) bool {
	done := false
	for n, cells := range w.observed() {
		s := w.book.Sheets[n]
		for i := range s.Cells {
			c := &s.Cells[i]
			o := cells[c.Pos]
			if o == nil || o.Record.Layout == "L3" && o.Measure == transforms.Claim || !w.picks() {
				continue
			}
			done = do(c, o) || done
		}
	}
	return done
}

func otherMark(w *rewriting) bool {
	swap := strings.NewReplacer(".", ",", ",", ".")
	return w.values(func(c *sheet.Cell, _ *transforms.Observation) bool {
		text := swap.Replace(c.Text)
		if c.Kind != sheet.Text || oldEncoding(c) || text == c.Text || !figure.MatchString(c.Text) {
			return false
		}
		c.Text = text
		return true
	})
}

func numbersAsText(mark string) func(*rewriting) bool {
	return func(w *rewriting) bool {
		return w.values(func(c *sheet.Cell, o *transforms.Observation) bool {
			if c.Kind != sheet.Number || c.Date {
				return false
			}
			text := numberText(c)
			if plainThree.MatchString(text) && !w.percent(o) {
				return false
			}
			*c = sheet.Cell{Pos: c.Pos, Text: strings.Replace(text, ".", mark, 1)}
			return true
		})
	}
}

// percent tells that an observation is of an indicator that is measured so: a
// point before three digits divides no thousands there.
func (w *rewriting) percent(o *transforms.Observation) bool {
	for _, ind := range vocabularies[w.src.Period.String()].Indicators {
		if ind.ID == o.Indicator {
			return ind.Kind == "percent" && o.Measure == transforms.Result
		}
	}
	return false
}

func textAsNumbers(w *rewriting) bool {
	return w.values(func(c *sheet.Cell, o *transforms.Observation) bool {
		text := strings.Replace(c.Text, ",", ".", 1)
		if c.Kind != sheet.Text || !typed.MatchString(c.Text) || plainThree.MatchString(text) && !w.percent(o) {
			return false
		}
		digits, percent := strings.CutSuffix(text, "%")
		n, ok := new(big.Rat).SetString(digits)
		if !ok {
			return false
		}
		if percent {
			n.Quo(n, big.NewRat(100, 1))
		}
		value, err := strconv.ParseFloat(n.FloatString(24), 64)
		if err != nil {
			return false
		}
		*c = sheet.Cell{Pos: c.Pos, Kind: sheet.Number, Num: value, Percent: percent, Text: strconv.FormatFloat(value, 'g', -1, 64)}
		return true
	})
}

// besideValues calls for the cells of tables that are no values: headings and
// keys.
func (w *rewriting) besideValues(do func(c *sheet.Cell) bool) bool {
	observed := w.observed()
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		n, _ := w.sheetOf(t)
		return w.eachIn(s, t.Area, func(c *sheet.Cell) bool { return observed[n][c.Pos] == nil && do(c) })
	})
}

func idsAsText(w *rewriting) bool {
	return w.besideValues(func(c *sheet.Cell) bool {
		if c.Kind != sheet.Number || c.Date || c.Percent {
			return false
		}
		*c = sheet.Cell{Pos: c.Pos, Text: strconv.FormatFloat(c.Num, 'f', -1, 64), Font: c.Font}
		return true
	})
}

var wholeID = regexp.MustCompile(`^\d{1,2}(?:\.[1-9])?$|^\d{5}$`)

func idsAsNumbers(w *rewriting) bool {
	return w.besideValues(func(c *sheet.Cell) bool {
		if c.Kind != sheet.Text || !wholeID.MatchString(c.Text) {
			return false
		}
		value, err := strconv.ParseFloat(c.Text, 64)
		*c = sheet.Cell{Pos: c.Pos, Kind: sheet.Number, Num: value, Text: c.Text}
		return err == nil
	})
}

// The same table, elsewhere on the sheet.

// moved rewrites the places of a sheet within an area (the whole sheet for the
// zero Rect): rows and cols say where a row and a column go, 0 for nowhere. A
// merge goes with what it holds; false, and nothing done, where it would be torn.
func moved(s *sheet.Sheet, area sheet.Rect, rows, cols func(int) int) bool {
	whole := area == sheet.Rect{}
	if rows == nil {
		rows = func(row int) int { return row }
	}
	if cols == nil {
		cols = func(col int) int { return col }
	}
	to := func(p sheet.Pos) (sheet.Pos, bool) {
		if !whole && !area.Contains(p) {
			return p, true
		}
		q := sheet.Pos{Row: rows(p.Row), Col: cols(p.Col)}
		return q, q.Row > 0 && q.Col > 0
	}
	anchors := map[sheet.Pos]sheet.Pos{} // of cells that go nowhere, though their merge stays
	var merges []sheet.Rect
	for _, m := range s.Merges {
		var r sheet.Rect
		n := 0
		if !whole && area.Contains(m.From) != area.Contains(m.To) {
			return false
		}
		for row := m.From.Row; row <= m.To.Row; row++ {
			for col := m.From.Col; col <= m.To.Col; col++ {
				q, stays := to(sheet.Pos{Row: row, Col: col})
				if !stays {
					continue
				}
				if n++; n == 1 {
					r = sheet.Rect{From: q, To: q}
				}
				r.From = sheet.Pos{Row: min(r.From.Row, q.Row), Col: min(r.From.Col, q.Col)}
				r.To = sheet.Pos{Row: max(r.To.Row, q.Row), Col: max(r.To.Col, q.Col)}
			}
		}
		if n == 0 {
			continue
		}
		inserted := whole && r.To.Row-r.From.Row >= m.To.Row-m.From.Row && r.To.Col-r.From.Col >= m.To.Col-m.From.Col
		if size := (r.To.Row - r.From.Row + 1) * (r.To.Col - r.From.Col + 1); size != n && !inserted {
			return false
		}
		if q, stays := to(m.From); !stays || q != r.From {
			if stays {
				return false // turned about
			}
			anchors[m.From] = r.From
		}
		if r.From != r.To {
			merges = append(merges, r)
		}
	}
	var cells []sheet.Cell
	for _, c := range s.Cells {
		q, stays := to(c.Pos)
		if !stays {
			if q, stays = anchors[c.Pos]; !stays {
				continue
			}
		}
		c.Pos = q
		cells = append(cells, c)
	}
	s.Cells, s.Merges = cells, merges
	for _, hidden := range []struct {
		at *map[int]bool
		to func(int) int
	}{{&s.HiddenRows, rows}, {&s.HiddenCols, cols}} {
		left := map[int]bool{}
		for n := range *hidden.at {
			if q := hidden.to(n); q > 0 {
				left[q] = true
			}
		}
		*hidden.at = left
	}
	tidy(s)
	return true
}

// tidy puts the cells back into the order of their places.
func tidy(s *sheet.Sheet) {
	slices.SortFunc(s.Cells, func(a, b sheet.Cell) int {
		if a.Pos.Less(b.Pos) {
			return -1
		}
		return 1
	})
}

// insertRows puts n blank rows before a row.
func insertRows(s *sheet.Sheet, before, n int) {
	moved(s, sheet.Rect{}, func(row int) int {
		if row >= before {
			return row + n
		}
		return row
	}, nil)
}

func insertColumns(s *sheet.Sheet, before, n int) {
	moved(s, sheet.Rect{}, nil, func(col int) int {
		if col >= before {
			return col + n
		}
		return col
	})
}

func writeText(s *sheet.Sheet, row, col int, text string) {
	s.Cells = append(s.Cells, sheet.Cell{Pos: sheet.Pos{Row: row, Col: col}, Text: text})
	tidy(s)
}

func titlesAbove(w *rewriting) bool {
	if w.byLetters() {
		return false
	}
	for _, s := range w.book.Sheets {
		if len(s.Cells) == 0 {
			continue
		}
		insertRows(s, 1, 6)
		writeText(s, 1, 1, "TỈNH AN GIANG")
		writeText(s, 1, 5, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
		writeText(s, 2, 5, "Độc lập - Tự do - Hạnh phúc")
		writeText(s, 4, 1, "(Kèm theo Công văn số 15/UBND ngày 03 tháng 01 năm 2018)")
	}
	return true
}

func blankAbove(w *rewriting) bool {
	for _, s := range w.book.Sheets {
		insertRows(s, 1, 1+w.rng.IntN(9))
	}
	return true
}

func blankLeft(w *rewriting) bool {
	for _, s := range w.book.Sheets {
		insertColumns(s, 1, 1+w.rng.IntN(2))
	}
	return true
}

func unitLine(w *rewriting) bool {
	return !w.byLetters() && w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		insertRows(s, t.Header.From.Row, 2)
		writeText(s, t.Header.From.Row, t.Area.To.Col, "Đơn vị tính: %, triệu đồng")
		return true
	})
}

// blankRows puts blank rows between the rows of tables, below the heading too.
func blankRows(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		for row := t.Area.To.Row; row >= dataTop(t); row-- {
			if w.rng.IntN(4) == 0 {
				insertRows(s, row, 1+w.rng.IntN(2))
			}
		}
		return true
	})
}

// blankColumns puts blank columns between those of tables.
func blankColumns(w *rewriting) bool {
	done := map[*sheet.Sheet]bool{}
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		if done[s] || w.blocked(t) {
			return false
		}
		done[s] = true
		for col := t.Area.To.Col; col > t.Area.From.Col; col-- {
			if w.rng.IntN(4) == 0 && !w.paired(t, col) {
				insertColumns(s, col, 1)
			}
		}
		return true
	})
}

// blocked tells a table with a block of columns for each commune: the blocks
// are merged names of one width.
func (w *rewriting) blocked(t *transforms.Table) bool {
	return t.Transposed && slices.ContainsFunc(w.reading.Observations, func(o transforms.Observation) bool {
		p, _ := sheet.ParsePos(o.Cell)
		name, _ := sheet.ParsePos(o.Record.Cell)
		return o.Record.Table == t.No && p.Col != name.Col
	})
}

// paired tells the second column of Đạt and Chưa đạt, which stands beside the
// first.
func (w *rewriting) paired(t *transforms.Table, col int) bool {
	return slices.ContainsFunc(t.Columns, func(k transforms.Column) bool { return k.Role == "pair" && k.Col == col })
}

// unmerged writes what a merge of a heading shows into each of its cells, and
// what one of a criterion's name shows into each row of it (L2). Other merges
// of the rows say something else when they are repeated.
func unmerged(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		if w.blocked(t) {
			return false
		}
		kept, done := s.Merges[:0:0], false
		for _, m := range s.Merges {
			key := slices.ContainsFunc(t.Columns, func(k transforms.Column) bool { return k.Role == "key" && k.Col == m.From.Col })
			if !t.Header.Contains(m.From) && !(t.Transposed && t.Area.Contains(m.From)) && (t.Layout != "L2" || !t.Area.Contains(m.From) || !key) {
				kept = append(kept, m)
				continue
			}
			at := slices.IndexFunc(s.Cells, func(c sheet.Cell) bool { return c.Pos == m.From })
			if at < 0 {
				continue
			}
			c := s.Cells[at]
			for row := m.From.Row; row <= m.To.Row; row++ {
				for col := m.From.Col; col <= m.To.Col; col++ {
					if c.Pos = (sheet.Pos{Row: row, Col: col}); c.Pos != m.From {
						s.Cells = append(s.Cells, c)
						done = true
					}
				}
			}
		}
		s.Merges = kept
		tidy(s)
		return done
	})
}

// columnNumbers puts (1) (2) (3) below the heading, where there are none.
func columnNumbers(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		if t.Transposed || slices.ContainsFunc(s.Cells, func(c sheet.Cell) bool {
			return c.Pos.Row == t.Header.To.Row && strings.Trim(c.Text, "()-0123456789") == ""
		}) {
			return false
		}
		insertRows(s, dataTop(t), 1)
		for col := t.Area.From.Col; col <= t.Area.To.Col; col++ {
			writeText(s, dataTop(t), col, fmt.Sprintf("(%d)", col-t.Area.From.Col+1))
		}
		return true
	})
}

// headingAgain writes the heading again in the middle, as a printed page does.
func headingAgain(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		rows := w.ownRows(t, s)
		if t.Layout == "L2" || t.Transposed || len(rows) < 2 {
			return false
		}
		at, height := rows[len(rows)/2], t.Header.To.Row-t.Header.From.Row+1
		if slices.ContainsFunc(s.Merges, func(m sheet.Rect) bool { return m.From.Row < at && at <= m.To.Row }) {
			return false
		}
		insertRows(s, at, height)
		by := at - t.Header.From.Row
		for _, c := range slices.Clone(s.Cells) {
			if t.Header.Contains(c.Pos) {
				c.Pos.Row += by
				s.Cells = append(s.Cells, c)
			}
		}
		for _, m := range slices.Clone(s.Merges) {
			if t.Header.Contains(m.From) {
				m.From.Row, m.To.Row = m.From.Row+by, m.To.Row+by
				s.Merges = append(s.Merges, m)
			}
		}
		tidy(s)
		return true
	})
}

// ownRows are the rows of a table that are about a commune each and that no
// merge joins to others.
func (w *rewriting) ownRows(t *transforms.Table, s *sheet.Sheet) []int {
	var rows []int
	if t.Transposed || t.Layout == "L2" {
		return nil
	}
	taken := map[int]bool{}
	for _, m := range s.Merges {
		for row := m.From.Row; row <= m.To.Row && m.From.Row != m.To.Row; row++ {
			taken[row] = true
		}
	}
	for i := range w.reading.Observations {
		o := &w.reading.Observations[i]
		p, _ := sheet.ParsePos(o.Cell)
		if o.Record.Table != t.No || o.Record.Kind != "commune" {
			continue
		}
		if name, _ := sheet.ParsePos(o.Record.Cell); t.Layout == "L2f" && w.grouped(t, s, p.Row, name.Col) {
			return nil
		}
		if !taken[p.Row] && !slices.Contains(rows, p.Row) {
			rows = append(rows, p.Row)
		}
	}
	slices.Sort(rows)
	return rows
}

// grouped tells a row of a flat table (L2f) that takes its commune from a row
// above, or a table that says something twice: its rows do not stand alone.
func (w *rewriting) grouped(t *transforms.Table, s *sheet.Sheet, row, nameCol int) bool {
	return !slices.ContainsFunc(s.Cells, func(c sheet.Cell) bool { return c.Pos == sheet.Pos{Row: row, Col: nameCol} }) ||
		slices.ContainsFunc(w.reading.Issues, func(i issue.Issue) bool { return i.Check == "row_ignored" && i.Sheet == t.Sheet })
}

// The same rows, in another order.

func permutedRows(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		rows := w.ownRows(t, s)
		done := false
		// Rows stay between the totals and the headings of sections around them.
		for from := 0; from < len(rows); {
			to := from + 1
			for to < len(rows) && rows[to] == rows[to-1]+1 {
				to++
			}
			place := map[int]int{}
			for i, j := range w.rng.Perm(to - from) {
				place[rows[from+i]] = rows[from+j]
				done = done || i != j
			}
			moved(s, sheet.Rect{}, func(row int) int {
				if q := place[row]; q != 0 {
					return q
				}
				return row
			}, nil)
			from = to
		}
		return done
	})
}

// permutedColumns moves whole blocks of columns right of the names about:
// what a merge joins, and the halves of a pair, stay together.
func permutedColumns(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		// What is said twice counts where it first stands, and without a heading
		// of the communes only ids that run upwards tell that they are ids.
		if w.saidTwice(t) || !w.headed(t, s) {
			return false
		}
		return w.moveColumns(t, s, func(blocks [][]int) [][]int {
			w.rng.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
			return blocks
		})
	})
}

// saidTwice tells a table with a column that repeats another, or with headings
// written again in each cell instead of merged: their columns belong together.
func (w *rewriting) saidTwice(t *transforms.Table) bool {
	count := map[string]int{}
	for _, k := range t.Columns {
		if k.Indicator != "" {
			count[k.Indicator]++
		}
		if strings.Contains(k.Header, "(đã có ở") {
			return true
		}
	}
	merged := func() bool {
		_, s := w.sheetOf(t)
		return slices.ContainsFunc(s.Merges, func(m sheet.Rect) bool { return t.Header.Contains(m.From) && m.To.Col > m.From.Col })
	}
	return slices.Max(append(slices.Collect(maps.Values(count)), 0)) > 1 && !merged()
}

// headed tells that the column of names says so: "Tên xã", "Xã", "Đơn vị".
func (w *rewriting) headed(t *transforms.Table, s *sheet.Sheet) bool {
	words := vocabularies[w.src.Period.String()].Words["commune_header"]
	return slices.ContainsFunc(s.Cells, func(c sheet.Cell) bool { return t.Header.Contains(c.Pos) && words[transforms.Fold(c.Text)] })
}

// blocks are the columns of a table right of its keys, those together that a
// merge joins.
func (w *rewriting) blocks(t *transforms.Table, s *sheet.Sheet) [][]int {
	first := 0
	for _, k := range t.Columns {
		if k.Role == "key" {
			first = k.Col + 1
		}
	}
	joined := map[int]bool{} // a column that belongs to the one on its left
	for _, m := range s.Merges {
		for col := m.From.Col + 1; col <= m.To.Col && t.Area.Contains(m.From); col++ {
			joined[col] = true
		}
	}
	var blocks [][]int
	for col := first; col <= t.Area.To.Col; col++ {
		if n := len(blocks); n > 0 && (joined[col] || w.paired(t, col)) {
			blocks[n-1] = append(blocks[n-1], col)
		} else {
			blocks = append(blocks, []int{col})
		}
	}
	return blocks
}

func (w *rewriting) moveColumns(t *transforms.Table, s *sheet.Sheet, order func([][]int) [][]int) bool {
	if t.Layout == "L2" || t.Transposed {
		return false
	}
	blocks := w.blocks(t, s)
	if len(blocks) < 2 {
		return false
	}
	at := blocks[0][0]
	place := map[int]int{}
	for _, b := range order(blocks) {
		for _, col := range b {
			place[col] = at
			at++
		}
	}
	return moved(s, t.Area, nil, func(col int) int {
		if q := place[col]; q != 0 {
			return q
		}
		return col
	})
}

func permutedSheets(w *rewriting) bool {
	sheets := w.book.Sheets
	if len(sheets) < 2 {
		return false
	}
	slices.Reverse(sheets)
	if !w.all {
		w.rng.Shuffle(len(sheets), func(i, j int) { sheets[i], sheets[j] = sheets[j], sheets[i] })
	}
	return true
}

// permutedBlocks puts the blocks of communes (L2) that stand below one another
// into another order.
func permutedBlocks(w *rewriting) bool {
	done := false
	for _, s := range w.book.Sheets {
		cuts := w.cuts(s)
		if len(cuts) < 3 || slices.ContainsFunc(w.reading.Tables, func(t transforms.Table) bool { return t.Sheet == s.Name && t.Layout != "L2" }) {
			continue
		}
		// What stands above the first block belongs to the sheet.
		for i := range w.reading.Tables {
			if t := &w.reading.Tables[i]; t.Sheet == s.Name {
				cuts[0] = t.Header.From.Row
				for _, rec := range w.reading.Records {
					if p, ok := sheet.ParsePos(rec.Cell); ok && rec.Table == t.No {
						cuts[0] = min(cuts[0], p.Row)
					}
				}
				break
			}
		}
		if cuts[0] == 1 || !w.named(s) {
			continue // nothing says how much of the first lines is the block's
		}
		type part struct{ from, height int }
		var parts []part
		for i := 0; i+1 < len(cuts); i++ {
			parts = append(parts, part{cuts[i], cuts[i+1] - cuts[i]})
		}
		last := len(parts) - 1
		for _, c := range s.Cells { // the signature stays at the end
			for i := range w.reading.Tables {
				if t := &w.reading.Tables[i]; t.Sheet == s.Name && c.Pos.Row > t.Area.To.Row {
					parts[last].height = t.Area.To.Row - parts[last].from + 1
				}
			}
		}
		at, place := cuts[0], map[int]int{}
		end := parts[last].from + parts[last].height
		slices.Reverse(parts)
		for _, p := range parts {
			for row := range p.height {
				place[p.from+row] = at
				at++
			}
		}
		if at != end {
			continue
		}
		done = moved(s, sheet.Rect{}, func(row int) int {
			if q := place[row]; q != 0 {
				return q
			}
			return row
		}, nil) || done
	}
	return done
}

// named tells that each block of a sheet names its commune in a cell.
func (w *rewriting) named(s *sheet.Sheet) bool {
	for _, rec := range w.reading.Records {
		if rec.Sheet == s.Name && rec.Cell == "" {
			return false
		}
	}
	return true
}

// cuts are the rows at which a sheet can be cut between its tables, from its
// first row to the one after its last.
func (w *rewriting) cuts(s *sheet.Sheet) []int {
	cuts := []int{1}
	bottom := 0
	for i := range w.reading.Tables {
		t := &w.reading.Tables[i]
		if t.Sheet != s.Name {
			continue
		}
		if bottom > 0 && t.Area.From.Row > bottom {
			cuts = append(cuts, bottom+1)
		}
		bottom = max(bottom, t.Area.To.Row)
	}
	last := 0
	for i := range s.Cells {
		last = max(last, s.Cells[i].Pos.Row)
	}
	return append(cuts, last+1)
}

// The same table, cut or turned.

// onlyRows leaves those rows of a sheet for which keep is true.
func onlyRows(s *sheet.Sheet, keep func(int) bool) {
	gone := 0
	place := map[int]int{}
	last := 0
	for i := range s.Cells {
		last = max(last, s.Cells[i].Pos.Row)
	}
	for _, m := range s.Merges {
		last = max(last, m.To.Row)
	}
	for row := 1; row <= last; row++ {
		if !keep(row) {
			gone++
			continue
		}
		place[row] = row - gone
	}
	moved(s, sheet.Rect{}, func(row int) int { return place[row] }, nil)
}

func (w *rewriting) insertSheet(after int, s *sheet.Sheet) {
	names := map[string]bool{}
	for _, other := range w.book.Sheets {
		names[other.Name] = true
	}
	name := s.Name
	for n := 2; names[name]; n++ {
		name = fmt.Sprintf("%.20s tiếp %d", s.Name, n)
	}
	s.Name = name
	w.book.Sheets = slices.Insert(w.book.Sheets, after+1, s)
}

// splitRows puts half of the communes of a sheet's only table on a second
// sheet with the same titles and heading. Totals stay where they are.
func splitRows(w *rewriting) bool {
	done := false
	for n := len(w.book.Sheets) - 1; n >= 0; n-- {
		s := w.book.Sheets[n]
		t := w.onlyTable(s)
		if t == nil {
			continue
		}
		rows := w.ownRows(t, s)
		if len(rows) < 2 || w.byLetters() {
			continue
		}
		second := map[int]bool{}
		for _, row := range rows[len(rows)/2:] {
			second[row] = true
		}
		twin := cloneSheet(s)
		onlyRows(s, func(row int) bool { return !second[row] })
		onlyRows(twin, func(row int) bool { return row < dataTop(t) || second[row] })
		w.insertSheet(n, twin)
		done = true
	}
	return done
}

// onlyTable is the one table of a sheet, nil where it has none or several.
func (w *rewriting) onlyTable(s *sheet.Sheet) *transforms.Table {
	var only *transforms.Table
	for i := range w.reading.Tables {
		if t := &w.reading.Tables[i]; t.Sheet == s.Name {
			if only != nil {
				return nil
			}
			only = t
		}
	}
	return only
}

// splitColumns puts half of the indicators of a sheet's only table on a second
// sheet, beside the same names.
func splitColumns(w *rewriting) bool {
	done := false
	for n := len(w.book.Sheets) - 1; n >= 0; n-- {
		s := w.book.Sheets[n]
		t := w.onlyTable(s)
		if t == nil || t.Layout == "L2" || t.Layout == "L2f" || t.Layout == "L3" || t.Transposed || w.byLetters() {
			continue
		}
		blocks := w.blocks(t, s)
		// A column said twice counts once, and a list of what is not met is only
		// a note beside figures: apart from them each is something else.
		if len(blocks) < 2 || !w.headed(t, s) || w.saidTwice(t) || slices.ContainsFunc(t.Columns, func(k transforms.Column) bool {
			return strings.Contains(k.Header, "(đã có ở") || k.Role == "note" && strings.Contains(transforms.Fold(k.Header), "chưa đạt")
		}) {
			continue
		}
		if t.Layout == "L4" && len(blocks) < 13 {
			continue // fewer than five criteria are not known for a table of them
		}
		cut := blocks[len(blocks)/2][0]
		twin := cloneSheet(s)
		moved(s, sheet.Rect{}, nil, func(col int) int {
			if col >= cut {
				return 0
			}
			return col
		})
		gone := cut - blocks[0][0]
		moved(twin, sheet.Rect{}, nil, func(col int) int {
			switch {
			case col < blocks[0][0]:
				return col
			case col < cut:
				return 0
			}
			return col - gone
		})
		w.insertSheet(n, twin)
		done = true
	}
	return done
}

func tablesApart(w *rewriting) bool {
	done := false
	for n := len(w.book.Sheets) - 1; n >= 0; n-- {
		s := w.book.Sheets[n]
		cuts := w.cuts(s)
		if len(cuts) < 3 || !w.named(s) {
			continue
		}
		for i := len(cuts) - 2; i >= 1; i-- {
			part := cloneSheet(s)
			from, to := cuts[i], cuts[i+1]
			onlyRows(part, func(row int) bool { return from <= row && row < to })
			w.insertSheet(n, part)
		}
		end := cuts[1]
		onlyRows(s, func(row int) bool { return row < end })
		done = true
	}
	return done
}

// sheetsStacked writes all sheets on the first, two blank rows between. A sheet
// without a table would lend its words to the others' titles.
func sheetsStacked(w *rewriting) bool {
	for _, s := range w.book.Sheets {
		if !slices.ContainsFunc(w.reading.Tables, func(t transforms.Table) bool { return t.Sheet == s.Name }) {
			return false
		}
	}
	for i := range w.book.Sheets {
		if !w.named(w.book.Sheets[i]) || i > 0 && w.book.Sheets[i].Hidden != w.book.Sheets[0].Hidden {
			return false
		}
	}
	if len(w.book.Sheets) < 2 {
		return false
	}
	first := w.book.Sheets[0]
	for _, s := range w.book.Sheets[1:] {
		last := 0
		for i := range first.Cells {
			last = max(last, first.Cells[i].Pos.Row)
		}
		by := last + 2
		for _, c := range s.Cells {
			c.Pos.Row += by
			first.Cells = append(first.Cells, c)
		}
		for _, m := range s.Merges {
			m.From.Row, m.To.Row = m.From.Row+by, m.To.Row+by
			first.Merges = append(first.Merges, m)
		}
		for row := range s.HiddenRows {
			first.HiddenRows[row+by] = true
		}
	}
	w.book.Sheets = w.book.Sheets[:1]
	return true
}

// transposed turns each sheet's only table about its first cell, as a person
// would: what heads a total goes to the names.
func transposed(w *rewriting) bool {
	return w.tables(func(t *transforms.Table, s *sheet.Sheet) bool {
		a := t.Area
		height, width := a.To.Row-a.From.Row+1, a.To.Col-a.From.Col+1
		if w.onlyTable(s) == nil || !w.turns(t, s) {
			return false
		}
		turn := func(p sheet.Pos) sheet.Pos {
			switch {
			case a.Contains(p):
				return sheet.Pos{Row: a.From.Row + p.Col - a.From.Col, Col: a.From.Col + p.Row - a.From.Row}
			case p.Row > a.To.Row:
				p.Row += max(0, width-height)
			}
			return p
		}
		for _, m := range s.Merges {
			if a.Contains(m.From) != a.Contains(m.To) {
				return false
			}
		}
		for _, c := range s.Cells {
			if !a.Contains(c.Pos) && a.From.Row <= c.Pos.Row && c.Pos.Row <= a.To.Row {
				return false
			}
		}
		heads := map[sheet.Pos]int{} // the words of totals and the column they go to first
		for _, rec := range w.reading.Records {
			p, _ := sheet.ParsePos(rec.Cell)
			for _, other := range w.reading.Records {
				if q, _ := sheet.ParsePos(other.Cell); rec.Table == t.No && other.Table == t.No && rec.Kind == "total" && other.Kind == "commune" && !t.Transposed {
					heads[p] = q.Col
				}
			}
		}
		for i := range s.Cells {
			p := s.Cells[i].Pos
			if col := heads[p]; col != 0 {
				p.Col = col
			}
			s.Cells[i].Pos = turn(p)
		}
		merges := s.Merges[:0:0]
		for _, m := range s.Merges {
			if heads[m.From] == 0 {
				merges = append(merges, sheet.Rect{From: turn(m.From), To: turn(m.To)})
			}
		}
		s.Merges = merges
		s.HiddenRows, s.HiddenCols = map[int]bool{}, map[int]bool{}
		tidy(s)
		return true
	})
}

// turns tells that a table says the same both ways round. It does not where
// rows stand between the communes' (sections, the heading again), where a code
// and not the name tells the commune, where claims take their id from the row
// above, or where too little is left to see which way the ids run.
func (w *rewriting) turns(t *transforms.Table, s *sheet.Sheet) bool {
	if t.Layout != "L1" && t.Layout != "L1t" || w.blocked(t) {
		return false
	}
	ids, communes := 0, 0
	for _, k := range t.Columns {
		if strings.Contains(k.Indicator, ".") {
			ids++
		}
		if t.Transposed && k.Measure != "" && k.Measure != transforms.Result {
			return false
		}
	}
	of := map[int]bool{}
	for _, rec := range w.reading.Records {
		if rec.Table == t.No {
			p, _ := sheet.ParsePos(rec.Cell)
			of[p.Row] = true
			if rec.Commune != "" && rec.Step != "code" {
				communes++
			}
			if rec.Step == "code" {
				return false
			}
		}
	}
	between := slices.ContainsFunc(s.Cells, func(c sheet.Cell) bool {
		return !t.Transposed && dataTop(t) <= c.Pos.Row && c.Pos.Row <= t.Area.To.Row && !of[c.Pos.Row]
	})
	return ids >= 2 && communes >= 2 && !between
}

// Hidden, renamed, accompanied.

func hiddenRows(w *rewriting) bool {
	for _, s := range w.book.Sheets {
		for i := range s.Cells {
			if w.rng.IntN(3) == 0 {
				s.HiddenRows[s.Cells[i].Pos.Row] = true
			}
		}
	}
	return true
}

func hiddenColumns(w *rewriting) bool {
	for _, s := range w.book.Sheets {
		for i := range s.Cells {
			if w.rng.IntN(3) == 0 {
				s.HiddenCols[s.Cells[i].Pos.Col] = true
			}
		}
	}
	return true
}

func hiddenSheets(w *rewriting) bool {
	for _, s := range w.book.Sheets[1:] {
		s.Hidden = true
	}
	return len(w.book.Sheets) > 1
}

func renamedSheets(w *rewriting) bool {
	done := false
	for i, s := range w.book.Sheets {
		if w.named(s) {
			s.Name, done = fmt.Sprintf("Trang %d", len(w.book.Sheets)-i), true
		}
	}
	return done
}

func renamedFile(w *rewriting) bool {
	if !strings.HasPrefix(w.reading.DistrictWhy, "tiêu đề") || w.reading.Period.Cell == "" {
		return false // nothing else says whose it is
	}
	w.src.File = "bao cao.xlsx"
	return true
}

func coverSheet(w *rewriting) bool {
	letter := &sheet.Sheet{Name: "CV", HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
	writeText(letter, 2, 1, "Kính gửi: Văn phòng Điều phối nông thôn mới tỉnh")
	writeText(letter, 4, 2, "Gửi kèm biểu số liệu, đề nghị Văn phòng tổng hợp.")
	w.book.Sheets = slices.Insert(w.book.Sheets, 0, letter)
	w.book.Sheets = append(w.book.Sheets, &sheet.Sheet{Name: "Trống", HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}})
	return true
}

// asCSV saves a book of one sheet as CSV. What a CSV file cannot say is left
// out of it: dates, formulas without results, fonts, what is hidden.
func asCSV(separator rune) func(*rewriting) bool {
	return func(w *rewriting) bool {
		s := w.book.Sheets[0]
		if len(w.book.Sheets) != 1 || len(w.reading.Tables) == 0 || !w.named(s) || len(s.HiddenRows)+len(s.HiddenCols) > 0 || slices.ContainsFunc(s.Cells, func(c sheet.Cell) bool {
			return c.Date || c.Kind == sheet.NoResult || c.Kind == sheet.Error || c.Kind == sheet.Bool || oldEncoding(&c) || c.Kind == sheet.Number && plainThree.MatchString(numberText(&c))
		}) {
			return false
		}
		unmerged(w)
		s.Merges = nil
		w.how.csv, w.how.points = separator, map[sheet.Pos]bool{}
		observed := w.observed()[0]
		for _, c := range s.Cells { // "13,1" is no id
			if o := observed[c.Pos]; c.Kind == sheet.Number && (o == nil || o.Record.Layout == "L3" && o.Measure == transforms.Claim) {
				w.how.points[c.Pos] = true
			}
		}
		w.src.File = strings.TrimSuffix(w.src.File, ".xlsx") + ".csv"
		return true
	}
}
