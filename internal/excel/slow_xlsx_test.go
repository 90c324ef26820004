package excel

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// oracleCell is what slowCells says about one cell.
type oracleCell struct {
	kind, value string // the t attribute and the raw text of <v> or <is>
	formula     bool
}

// slowCells reads a sheet's XML by other means, encoding/xml and a map, to hold
// the reader against: slow, simple, and sharing none of its code. It reads
// what it can and judges nothing: repeated addresses overwrite.
func slowCells(body string) (map[sheet.Pos]oracleCell, []sheet.Rect, error) {
	cells := make(map[sheet.Pos]oracleCell)
	var merges []sheet.Rect
	var path []string
	row, col := 0, 0
	var pos sheet.Pos
	var cell oracleCell
	phonetic := 0
	dec := xml.NewDecoder(strings.NewReader(body))
	// "UTF8" without its hyphen is UTF-8 all the same.
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return cells, merges, nil
		}
		if err != nil {
			return nil, nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			path = append(path, tok.Name.Local)
			attrs := make(map[string]string)
			for _, a := range tok.Attr {
				if a.Name.Space == "" {
					attrs[a.Name.Local] = a.Value
				}
			}
			switch strings.Join(path, "/") {
			case "worksheet/sheetData/row":
				row, col = row+1, 0
				if r, ok := attrs["r"]; ok {
					p, _ := sheet.ParsePos("A" + strings.TrimLeft(r, "0"))
					row = p.Row
				}
			case "worksheet/sheetData/row/c":
				pos = sheet.Pos{Row: row, Col: col + 1}
				if r, ok := attrs["r"]; ok {
					pos, _ = sheet.ParsePos(r)
				}
				row, col = pos.Row, pos.Col
				cell = oracleCell{kind: attrs["t"]}
			case "worksheet/sheetData/row/c/f":
				cell.formula = true
			case "worksheet/mergeCells/mergeCell":
				if m, ok := sheet.ParseRect(attrs["ref"]); ok {
					merges = append(merges, m)
				}
			}
			if tok.Name.Local == "rPh" {
				phonetic++
			}
		case xml.EndElement:
			if strings.Join(path, "/") == "worksheet/sheetData/row/c" {
				if cell.value != "" || cell.formula {
					cells[pos] = cell
				}
			}
			if tok.Name.Local == "rPh" {
				phonetic--
			}
			path = path[:len(path)-1]
		case xml.CharData:
			switch strings.Join(path, "/") {
			case "worksheet/sheetData/row/c/v":
				cell.value += string(tok)
			case "worksheet/sheetData/row/c/is/t", "worksheet/sheetData/row/c/is/r/t":
				if phonetic == 0 {
					cell.value += string(tok)
				}
			}
		}
	}
}
