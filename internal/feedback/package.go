package feedback

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
)

// parcel is the zip container of a workbook: the parts as received, and what
// becomes of some of them. A part that nobody touches is copied with its packed
// bytes.
type parcel struct {
	parts   []*part
	byName  map[string]*part // by folded name
	limit   int64            // bytes of one part, unpacked
	types   *part
	strict  bool
	dropped map[string]bool // kinds of relationships that were taken out
}

// part is one entry of the container.
type part struct {
	name  string // as written
	file  *zip.File
	twice bool   // another entry has this name too
	body  []byte // replaces the contents, or is a new part
	fresh bool
	gone  bool
}

func openParcel(data []byte, limit int64) (*parcel, error) {
	p := &parcel{byName: map[string]*part{}, limit: limit, dropped: map[string]bool{}}
	if len(data) == 0 {
		return p, nil
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue // a folder is not a part
		}
		one := &part{name: f.Name, file: f}
		p.parts = append(p.parts, one)
		key := foldName(f.Name)
		if other := p.byName[key]; other != nil {
			other.twice = true
			continue
		}
		p.byName[key] = one
	}
	if p.types = p.find("[Content_Types].xml"); p.types == nil {
		return nil, fmt.Errorf("%w: no content types", errShape)
	}
	return p, nil
}

// foldName brings a part's name to the form in which names are compared.
func foldName(name string) string {
	return strings.ToLower(strings.TrimLeft(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// find looks a part up; some writers escape blanks in targets, others do not.
func (p *parcel) find(name string) *part {
	if one := p.byName[foldName(name)]; one != nil && !one.gone {
		return one
	}
	if plain, err := url.PathUnescape(name); err == nil {
		if one := p.byName[foldName(plain)]; one != nil && !one.gone {
			return one
		}
	}
	return nil
}

// read returns the contents of a part, as patched so far.
func (p *parcel) read(one *part) ([]byte, error) {
	if one.body != nil {
		return one.body, nil
	}
	if one.twice {
		return nil, fmt.Errorf("%w: part %s is there twice", errShape, one.name)
	}
	r, err := one.file.Open()
	if err != nil {
		return nil, fmt.Errorf("part %s: %w", one.name, err)
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(io.LimitReader(r, p.limit+1))
	if err != nil {
		return nil, fmt.Errorf("part %s: %w", one.name, err)
	}
	if int64(len(data)) > p.limit {
		return nil, fmt.Errorf("%w: part %s is too large", errShape, one.name)
	}
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return nil, fmt.Errorf("%w: part %s is UTF-16", errShape, one.name)
	}
	return data, nil
}

// edit applies a patch to a part.
func (p *parcel) edit(one *part, data []byte, edits patch) error {
	if len(edits) == 0 {
		return nil
	}
	body, err := edits.apply(data)
	if err != nil {
		return fmt.Errorf("part %s: %w", one.name, err)
	}
	one.body = body
	return nil
}

// add makes a new part.
func (p *parcel) add(name string, body []byte) *part {
	one := &part{name: name, body: body, fresh: true}
	p.parts = append(p.parts, one)
	p.byName[foldName(name)] = one
	return one
}

// free finds a name that no part has: dir/stem1.ext, dir/stem2.ext, …
func (p *parcel) free(dir, stem, ext string) string {
	for n := 1; ; n++ {
		name := path.Join(dir, stem+strconv.Itoa(n)+ext)
		if p.byName[foldName(name)] == nil {
			return name
		}
	}
}

// write writes the container: the parts in their order, new ones behind them.
// New contents carry no time, so that the same file always comes out the same.
func (p *parcel) write(w io.Writer) error {
	out := zip.NewWriter(w)
	z, err := flate.NewWriter(io.Discard, flate.DefaultCompression) // one for all parts: it is a megabyte
	if err != nil {
		return err
	}
	for _, one := range p.parts {
		if one.gone {
			continue
		}
		if one.body == nil {
			if err := copyRaw(out, one.file); err != nil {
				return fmt.Errorf("copy part %s: %w", one.name, err)
			}
			continue
		}
		var packed bytes.Buffer
		z.Reset(&packed)
		if _, err := z.Write(one.body); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		to, err := out.CreateRaw(&zip.FileHeader{
			Name: one.name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(one.body),
			CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(one.body)),
		})
		if err == nil {
			_, err = packed.WriteTo(to)
		}
		if err != nil {
			return fmt.Errorf("write part %s: %w", one.name, err)
		}
	}
	return out.Close()
}

// copyRaw copies an entry's packed bytes, not its time. Its sizes stand in front of them,
// also where the sender's program wrote them behind.
func copyRaw(out *zip.Writer, f *zip.File) error {
	from, err := f.OpenRaw()
	if err != nil {
		return err
	}
	to, err := out.CreateRaw(&zip.FileHeader{
		Name: f.Name, NonUTF8: f.NonUTF8, Flags: f.Flags &^ 8, Method: f.Method, CRC32: f.CRC32,
		ExternalAttrs: f.ExternalAttrs, CreatorVersion: f.CreatorVersion,
		CompressedSize64: f.CompressedSize64, UncompressedSize64: f.UncompressedSize64,
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}

// relation is one relationship of a part to another.
type relation struct {
	id, kind, target string // target absolute, without a leading slash
	external         bool
	tag              tag
	to               int // where the element ends
}

// Namespaces of the two forms of the format.
const (
	mainSpace       = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	mainSpaceStrict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	relSpace        = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relSpaceStrict  = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	relPackage      = "http://schemas.openxmlformats.org/package/2006/relationships"
)

func (p *parcel) mainSpace() string {
	if p.strict {
		return mainSpaceStrict
	}
	return mainSpace
}

func (p *parcel) relSpace() string {
	if p.strict {
		return relSpaceStrict
	}
	return relSpace
}

// relationKind is the last word of a relationship's type, which is the same in
// all forms of the format.
func relationKind(uri string) string { return uri[strings.LastIndexByte(uri, '/')+1:] }

// relsName is the name of the part that lists the relationships of a part; ""
// is the package itself.
func relsName(of string) string {
	dir, base := path.Split(of)
	return dir + "_rels/" + base + ".rels"
}

// owner is the part that a list of relationships belongs to, "" for the
// package; ok is false for what is no such list.
func owner(rels string) (of string, ok bool) {
	dir, base := path.Split(strings.TrimLeft(strings.ReplaceAll(rels, `\`, "/"), "/"))
	dir, inRels := strings.CutSuffix(dir, "_rels/")
	base, isList := strings.CutSuffix(base, ".rels")
	if !inRels || !isList {
		return "", false
	}
	return dir + base, true
}

// relations reads a list of relationships; nil where there is no such part.
func (p *parcel) relations(of string) (list []relation, one *part, err error) {
	if one = p.find(relsName(of)); one == nil {
		return nil, nil, nil
	}
	data, err := p.read(one)
	if err != nil {
		return nil, nil, err
	}
	w := walk(data)
	if _, err := w.root("Relationships"); err != nil {
		return nil, nil, fmt.Errorf("part %s: %w", one.name, err)
	}
	for w.next() {
		t := w.tag
		if t.depth != 1 || t.end || t.local() != "Relationship" {
			continue
		}
		r := relation{id: t.text("Id"), kind: relationKind(t.text("Type")), target: t.text("Target"), external: t.text("TargetMode") == "External", tag: t}
		if !r.external {
			r.target = resolve(of, r.target)
		}
		_, r.to = w.finish()
		list = append(list, r)
	}
	if w.err != nil {
		return nil, nil, fmt.Errorf("part %s: %w", one.name, w.err)
	}
	return list, one, nil
}

// resolve makes a target absolute; it is written relative to the part whose
// relationship it is, or from the root.
func resolve(of, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if rooted, ok := strings.CutPrefix(target, "/"); ok {
		return path.Clean(rooted)
	}
	return path.Join(path.Dir(of), target)
}

// relate adds a relationship to a part and returns its id.
func (p *parcel) relate(of, kind, target string) (string, error) {
	list, one, err := p.relations(of)
	if err != nil {
		return "", err
	}
	id := ""
	for n := 1; id == ""; n++ {
		id = "rIdNtm" + strconv.Itoa(n)
		if slices.ContainsFunc(list, func(r relation) bool { return strings.EqualFold(r.id, id) }) {
			id = ""
		}
	}
	// From the root: right wherever the sender's program keeps its parts.
	entry := func(prefix string) string {
		return "<" + prefix + `Relationship Id="` + id + `" Type="` + p.relSpace() + "/" + kind + `" Target="/` + escape((&url.URL{Path: target}).EscapedPath()) + `"/>`
	}
	if one == nil {
		p.add(relsName(of), []byte(xmlHead+`<Relationships xmlns="`+relPackage+`">`+entry("")+`</Relationships>`))
		return id, nil
	}
	data, err := p.read(one)
	if err != nil {
		return "", err
	}
	w := walk(data)
	root, err := w.root("Relationships")
	if err != nil {
		return "", fmt.Errorf("part %s: %w", one.name, err)
	}
	inner, _ := w.finish()
	if w.err != nil {
		return "", fmt.Errorf("part %s: %w", one.name, w.err)
	}
	var edits patch
	edits.fill(root, inner, entry(root.prefix()))
	return id, p.edit(one, data, edits)
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// declare says of new parts what they are, and no more of those that are gone.
// main is the workbook's part, which becomes one without macros.
func (p *parcel) declare(kinds map[string]string, main string) error {
	data, err := p.read(p.types)
	if err != nil {
		return err
	}
	w := walk(data)
	root, err := w.root("Types")
	if err != nil {
		return fmt.Errorf("content types: %w", err)
	}
	var edits patch
	mainSaid := false
	for w.next() {
		t := w.tag
		if t.depth == 0 && t.end {
			break
		}
		if t.depth != 1 || t.end {
			continue
		}
		name, ok := t.get("PartName")
		_, to := w.finish()
		if !ok || t.local() != "Override" {
			continue
		}
		key := foldName(name.value)
		if plain, err := url.PathUnescape(name.value); err == nil && p.byName[key] == nil {
			key = foldName(plain)
		}
		switch one := p.byName[key]; {
		case one != nil && one.gone:
			edits.replace(t.from, to, "")
		case key == foldName(main):
			mainSaid = true
			edits.set(t, "ContentType", typeWorkbook)
		}
	}
	if w.err != nil {
		return fmt.Errorf("content types: %w", w.err)
	}
	if !mainSaid {
		kinds[main] = typeWorkbook
	}
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	var text strings.Builder
	for _, name := range names {
		text.WriteString("<" + root.prefix() + `Override PartName="/` + escape((&url.URL{Path: name}).EscapedPath()) + `" ContentType="` + kinds[name] + `"/>`)
	}
	inner := 0
	if !root.empty {
		inner = w.tag.from
	}
	edits.fill(root, inner, text.String())
	return p.edit(p.types, data, edits)
}

const (
	typeWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	typeSheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeStyles   = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeComments = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeVML      = "application/vnd.openxmlformats-officedocument.vmlDrawing"
)
