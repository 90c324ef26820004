package excel

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf16"
)

// rec is one record: the fields of its body in their own sizes, texts as the
// bytes that they are.
func rec(id int, fields ...any) string {
	var body []byte
	for _, f := range fields {
		switch f := f.(type) {
		case int: // most fields have two bytes
			body = binary.LittleEndian.AppendUint16(body, uint16(f))
		case byte:
			body = append(body, f)
		case uint32:
			body = binary.LittleEndian.AppendUint32(body, f)
		case float64:
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(f))
		case string:
			body = append(body, f...)
		default:
			panic(fmt.Sprintf("a field of type %T", f))
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, uint16(id))
	return string(binary.LittleEndian.AppendUint16(head, uint16(len(body)))) + string(body)
}

// narrow and wide are the flags and the units of a text; long adds the number
// of units that goes before them.
func narrow(s string) string { return "\x00" + s }
func wide(s string) string   { return "\x01" + units(s) }

func units(s string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return string(out)
}

func long(n int, text string) string {
	return string(binary.LittleEndian.AppendUint16(nil, uint16(n))) + text
}

func bof(kind int) string { return rec(recBOF, biff8, kind, 0, 0, uint32(0), uint32(0)) }

var eof = rec(recEOF)

// xlsBook is a workbook of hand-made records.
type xlsBook struct {
	globals string
	sheets  []xlsPart
}

type xlsPart struct {
	name        string
	state, kind byte
	records     string // all of them, with BOF and EOF
}

// formats are the fonts and cell formats of the test books: 0 is General in
// Arial, 1 a percentage, 2 a date, 3 of the file's own making, 4 in .VnTime.
var formats = rec(recFont, strings.Repeat("\x00", 14), "\x05", narrow("Arial")) +
	rec(recFont, strings.Repeat("\x00", 14), "\x07", narrow(".VnTime")) +
	rec(recFormat, 164, long(4, narrow("0.0%"))) +
	rec(recXF, 0, 0, strings.Repeat("\x00", 16)) + rec(recXF, 0, 10, strings.Repeat("\x00", 16)) +
	rec(recXF, 0, 14, strings.Repeat("\x00", 16)) + rec(recXF, 0, 164, strings.Repeat("\x00", 16)) +
	rec(recXF, 1, 0, strings.Repeat("\x00", 16))

// sst is a table of two strings: Đạt, and Phú Thạnh in .VnTime.
var sst = rec(recSST, uint32(2), uint32(2), long(3, wide("Đạt")),
	long(9, "\x09\x01\x00"), units("Phú Thạnh"), 0, 1)

// oneSheet is a workbook of one sheet that holds the given records.
func oneSheet(records ...string) xlsBook {
	return xlsBook{formats + sst, []xlsPart{{name: "Biểu 1", records: bof(listSheet) + strings.Join(records, "") + eof}}}
}

// stream is the workbook's records, as a file that has no container.
func (b xlsBook) stream() []byte {
	place := len(bof(listWorkbook)) + len(b.globals) + len(eof)
	for _, s := range b.sheets {
		place += len(s.entry(0))
	}
	out := bof(listWorkbook) + b.globals
	for _, s := range b.sheets {
		out += s.entry(place)
		place += len(s.records)
	}
	out += eof
	for _, s := range b.sheets {
		out += s.records
	}
	return []byte(out)
}

func (s xlsPart) entry(place int) string {
	return rec(recBoundSheet, uint32(place), s.state, s.kind, byte(len(utf16.Encode([]rune(s.name)))), wide(s.name))
}

// entry is a stream of an OLE2 file, or a storage with what is in it.
type ole2Entry struct {
	name    string
	data    []byte
	storage bool
	inside  []ole2Entry
}

// ole2Container makes an OLE2 file. All streams are made 4096 bytes long at
// least, so that none goes into the extra file for short ones.
func ole2Container(entries ...ole2Entry) []byte {
	const sector, free, end, fatMark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
	var fat []uint32
	var sectors []byte
	add := func(data []byte) uint32 {
		first := len(fat)
		for i := 0; i < len(data); i += sector {
			fat = append(fat, uint32(len(fat)+1))
			sectors = append(sectors, data[i:min(i+sector, len(data))]...)
			sectors = append(sectors, make([]byte, (sector-len(sectors)%sector)%sector)...)
		}
		fat[len(fat)-1] = end
		return uint32(first)
	}
	var dir []byte
	record := func(name string, kind byte) int {
		i := len(dir)
		dir = append(dir, make([]byte, 128)...)
		copy(dir[i:], units(name))
		binary.LittleEndian.PutUint16(dir[i+64:], uint16(len(units(name))+2))
		dir[i+66] = kind
		for k := 68; k < 80; k += 4 {
			binary.LittleEndian.PutUint32(dir[i+k:], free)
		}
		return i
	}
	var list func(parent int, entries []ole2Entry)
	list = func(parent int, entries []ole2Entry) {
		link := parent + 76 // the first is the parent's child, each other its brother's
		for _, e := range entries {
			kind := byte(2)
			if e.storage {
				kind = 1
			}
			i := record(e.name, kind)
			binary.LittleEndian.PutUint32(dir[link:], uint32(i/128))
			link = i + 72
			if e.storage {
				list(i, e.inside)
				continue
			}
			data := append([]byte(nil), e.data...)
			data = append(data, make([]byte, max(0, 4096-len(data)))...)
			binary.LittleEndian.PutUint32(dir[i+116:], add(data))
			binary.LittleEndian.PutUint32(dir[i+120:], uint32(len(data)))
		}
	}
	root := record("Root Entry", 5)
	binary.LittleEndian.PutUint32(dir[root+116:], end)
	list(root, entries)
	for len(dir)%sector != 0 {
		record("", 0)
	}
	start := add(dir)

	tables := 1
	for (len(fat)+tables)*4 > tables*sector {
		tables++
	}
	header := make([]byte, sector)
	copy(header, sigOLE2)
	copy(header[24:], "\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00")
	binary.LittleEndian.PutUint32(header[44:], uint32(tables))
	binary.LittleEndian.PutUint32(header[48:], start)
	binary.LittleEndian.PutUint32(header[56:], 4096)
	binary.LittleEndian.PutUint32(header[60:], end)
	binary.LittleEndian.PutUint32(header[68:], end)
	for i := range 109 {
		n := uint32(free)
		if i < tables {
			n = uint32(len(fat) + i)
		}
		binary.LittleEndian.PutUint32(header[76+4*i:], n)
	}
	for range tables {
		fat = append(fat, fatMark)
	}
	for len(fat)*4 < tables*sector {
		fat = append(fat, free)
	}
	for _, next := range fat {
		sectors = binary.LittleEndian.AppendUint32(sectors, next)
	}
	return append(header, sectors...)
}
