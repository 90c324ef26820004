package feedback

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// What is never sent back with a workbook, by the last word of the kind of
// relationship that leads to it, and how the list sheet says so.
var unwanted = map[string]string{
	"vbaProject": dropMacros, "xlMacrosheet": dropMacros, "xlIntlMacrosheet": dropMacros, "attachedToolbars": dropMacros,
	"extensibility": dropMacros, "userCustomization": dropMacros,
	"externalLink": dropLinks, "volatileDependencies": dropLinks,
	"connections": dropConnections, "queryTable": dropConnections, "powerPivotData": dropConnections,
	"webextensiontaskpanes": dropAddins,
	"origin":                dropSignature, // of digital signatures, which a changed file breaks
}

const (
	dropMacros      = "macro"
	dropLinks       = "liên kết tới tệp khác (ô có công thức liên kết giữ giá trị đã lưu)"
	dropConnections = "kết nối tới nguồn dữ liệu bên ngoài"
	dropAddins      = "tiện ích mạng kèm theo tệp"
	dropSignature   = "chữ ký số (không còn đúng khi tệp có thêm chú thích)"
	dropOutside     = "nội dung lấy từ bên ngoài tệp"
)

// tab is one sheet of the workbook's list.
type tab struct {
	name, state, kind string
	tag               tag
	to                int
	part              *part
	gone              bool
	list              bool // the list of an earlier feedback
}

// listMark is a hidden name on the list sheet, by which it is known when the
// file comes back mended, also after another program has saved it.
const listMark = "NTM_Can_chinh_sua"

func (t *tab) hidden() bool { return t.state == "hidden" || t.state == "veryHidden" }

// workbook is a workbook being patched.
type workbook struct {
	*parcel
	name     string // of the workbook's part
	data     []byte
	root     tag
	tabs     []*tab
	drops    []string // what is not sent back, in words
	external bool     // formulas may point to links that are gone
	outside  map[string]bool
	noChain  bool // the order of calculation no longer holds
	styles   *stylesheet
	stylesAt string
	declared map[string]string
}

func openWorkbook(data []byte, limit int64) (*workbook, error) {
	p, err := openParcel(data, limit)
	if err != nil {
		return nil, err
	}
	b := &workbook{parcel: p, declared: map[string]string{}, outside: map[string]bool{}}
	rels, _, err := p.relations("")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rels, func(r relation) bool { return r.kind == "officeDocument" && !r.external })
	if i < 0 {
		return nil, fmt.Errorf("%w: no workbook", errShape)
	}
	main := p.find(rels[i].target)
	if main == nil {
		return nil, fmt.Errorf("%w: no part %s", errShape, rels[i].target)
	}
	b.name = strings.TrimLeft(strings.ReplaceAll(main.name, `\`, "/"), "/")
	if b.data, err = p.read(main); err != nil {
		return nil, err
	}
	if err := b.readTabs(); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return b, nil
}

// readTabs reads the list of sheets.
func (b *workbook) readTabs() error {
	w := walk(b.data)
	var err error
	if b.root, err = w.root("workbook"); err != nil {
		return err
	}
	for _, a := range b.root.attributes() {
		b.strict = b.strict || strings.HasPrefix(a.name, "xmlns") && a.value == mainSpaceStrict
	}
	rels, _, err := b.relations(b.name)
	if err != nil {
		return err
	}
	inside := false
	for w.next() {
		t := w.tag
		if t.depth == 1 && t.local() == "sheets" {
			inside = !t.end
		}
		if t.depth == 2 && !t.end && t.local() == "definedName" && strings.EqualFold(t.text("name"), listMark) {
			if i := t.number("localSheetId", -1); i >= 0 && i < len(b.tabs) && strings.HasPrefix(b.tabs[i].name, listName) {
				b.tabs[i].list, b.tabs[i].gone = true, true
			}
		}
		if !inside || t.depth != 2 || t.end || t.local() != "sheet" {
			continue
		}
		one := &tab{name: t.text("name"), state: t.text("state"), tag: t}
		if id, ok := t.relation(); ok {
			if i := slices.IndexFunc(rels, func(r relation) bool { return r.id == id.value }); i >= 0 {
				one.kind = rels[i].kind
				if !rels[i].external {
					one.part = b.find(rels[i].target)
				}
			}
		}
		one.gone = unwanted[one.kind] != ""
		_, one.to = w.finish()
		b.tabs = append(b.tabs, one)
	}
	return w.err
}

// clean takes out what is not to be sent back: the relationship, the part that
// it leads to, and what only that part leads to. What a part fetches from
// outside leads nowhere instead, as Excel writes of pictures it cannot find.
func (b *workbook) clean() error {
	type list struct {
		of   string
		one  *part
		rels []relation
	}
	var lists []list
	for _, one := range slices.Clone(b.parts) {
		of, ok := owner(one.name)
		if !ok {
			continue
		}
		rels, at, err := b.relations(of)
		if err != nil {
			return err
		}
		if at == one {
			lists = append(lists, list{of, one, rels})
		}
	}
	cut := map[*part]bool{}
	said := map[string]bool{}
	edits := map[*part]patch{}
	for _, l := range lists {
		var p patch
		for _, r := range l.rels {
			switch why := unwanted[r.kind]; {
			case why != "":
				said[why] = true
				b.external = b.external || why == dropLinks
				b.dropped[r.kind] = true
				p.replace(r.tag.from, r.to, "")
				if to := b.find(r.target); to != nil && !r.external {
					cut[to] = true
				}
			case r.external && r.kind != "hyperlink":
				if !cut[b.find(l.of)] && r.target != "NULL" {
					said[dropOutside] = true
					p.set(r.tag, "Target", "NULL")
				}
			}
		}
		edits[l.one] = p
	}
	// What a part that goes leads to goes as well, unless another leads there.
	for again := true; again; {
		again = false
		for _, l := range lists {
			if of := b.find(l.of); of == nil || !cut[of] || cut[l.one] {
				continue
			}
			cut[l.one], again = true, true
			for _, r := range l.rels {
				if to := b.find(r.target); to != nil && !r.external && !b.reached(to, cut, func(visit func(string, []relation)) {
					for _, l := range lists {
						visit(l.of, l.rels)
					}
				}) {
					cut[to] = true
				}
			}
		}
	}
	for _, l := range lists {
		if cut[l.one] || len(edits[l.one]) == 0 {
			continue
		}
		data, err := b.read(l.one)
		if err != nil {
			return err
		}
		if err := b.edit(l.one, data, edits[l.one]); err != nil {
			return err
		}
	}
	for one := range cut {
		one.gone = true
	}
	for _, why := range []string{dropMacros, dropLinks, dropConnections, dropOutside, dropAddins, dropSignature} {
		if said[why] {
			b.drops = append(b.drops, why)
		}
	}
	return b.detach(func(visit func(string, []relation)) {
		for _, l := range lists {
			visit(l.of, l.rels)
		}
	})
}

// reached tells whether a part that stays leads to this one.
func (b *workbook) reached(to *part, cut map[*part]bool, each func(func(string, []relation))) bool {
	found := false
	each(func(of string, rels []relation) {
		if from := b.find(of); of != "" && (from == nil || cut[from]) {
			return
		}
		for _, r := range rels {
			if !r.external && unwanted[r.kind] == "" && b.find(r.target) == to {
				found = true
			}
		}
	})
	return found
}

// detach mends the parts that spoke of connections and links that are gone.
func (b *workbook) detach(each func(func(string, []relation))) error {
	var tables, pivots, charts []*part
	seen := map[*part]bool{}
	each(func(of string, rels []relation) {
		if from := b.find(of); from != nil && slices.ContainsFunc(rels, func(r relation) bool { return r.kind == "queryTable" }) {
			tables = append(tables, from)
		}
		for _, r := range rels {
			one := b.find(r.target)
			if one == nil || r.external || seen[one] {
				continue
			}
			switch r.kind {
			case "pivotCacheDefinition":
				seen[one] = true
				pivots = append(pivots, one)
			case "chart", "chartEx":
				seen[one] = true
				charts = append(charts, one)
			}
		}
	})
	if b.dropped["connections"] || b.dropped["queryTable"] {
		strip := func(one *part, names ...string) error {
			data, err := b.read(one)
			if err != nil {
				return err
			}
			var edits patch
			w := walk(data)
			for w.next() {
				if w.tag.end {
					continue
				}
				for _, name := range names {
					if name == "tableType" && w.tag.text(name) != "queryTable" {
						continue
					}
					edits.unset(w.tag, name)
				}
			}
			if w.err != nil {
				return fmt.Errorf("part %s: %w", one.name, w.err)
			}
			return b.edit(one, data, edits)
		}
		for _, one := range tables {
			if err := strip(one, "tableType", "connectionId", "queryTableFieldId"); err != nil {
				return err
			}
		}
		for _, one := range pivots {
			if err := strip(one, "connectionId", "refreshOnLoad"); err != nil {
				return err
			}
		}
	}
	if b.external {
		for _, one := range charts {
			data, err := b.read(one)
			if err != nil {
				return err
			}
			var edits patch
			if _, err := cutExternal(data, nil, &edits); err != nil {
				return fmt.Errorf("part %s: %w", one.name, err)
			}
			if err := b.edit(one, data, edits); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropLists takes out the lists of earlier feedback.
func (b *workbook) dropLists() error {
	for _, t := range b.tabs {
		if !t.list || t.part == nil {
			continue
		}
		rels, one, err := b.relations(b.name)
		if err != nil {
			return err
		}
		data, err := b.read(one)
		if err != nil {
			return err
		}
		var edits patch
		for _, r := range rels {
			if !r.external && b.find(r.target) == t.part {
				edits.replace(r.tag.from, r.to, "")
			}
		}
		if err := b.edit(one, data, edits); err != nil {
			return err
		}
		if own := b.find(relsName(t.part.name)); own != nil {
			own.gone = true
		}
		t.part.gone = true
	}
	return nil
}

// openStyles reads styles.xml, or begins one where there is none.
func (b *workbook) openStyles() error {
	rels, _, err := b.relations(b.name)
	if err != nil {
		return err
	}
	for _, r := range rels {
		if r.kind != "styles" || r.external {
			continue
		}
		if one := b.find(r.target); one != nil {
			b.stylesAt = one.name
			data, err := b.read(one)
			if err == nil {
				b.styles, err = readStyles(data)
			}
			return err
		}
	}
	// Under its usual name if that is free: some programs look nowhere else.
	if b.stylesAt = path.Join(path.Dir(b.name), "styles.xml"); b.byName[foldName(b.stylesAt)] != nil {
		b.stylesAt = b.free(path.Dir(b.name), "styles", ".xml")
	}
	data := emptyStyles(b.mainSpace())
	b.add(b.stylesAt, data)
	b.declared[b.stylesAt] = typeStyles
	if _, err := b.relate(b.name, "styles", b.stylesAt); err != nil {
		return err
	}
	b.styles, err = readStyles(data)
	return err
}

// markSheet patches one sheet: the formats of the marked cells, their comments,
// and that the list is now the sheet in front.
func (b *workbook) markSheet(number int, one *tab, marks []mark, author string) error {
	if one.part == nil || one.gone {
		if len(marks) > 0 {
			return fmt.Errorf("%w: no part", errShape)
		}
		return nil
	}
	name := strings.TrimLeft(strings.ReplaceAll(one.part.name, `\`, "/"), "/")
	data, err := b.read(one.part)
	if err != nil {
		return err
	}
	v, err := lookOver(data, marks)
	if err != nil {
		return err
	}
	marks = v.uncover(marks)
	var edits patch
	for _, t := range v.selected {
		// Two selected sheets are a group: what is typed into one goes into all.
		edits.unset(t, "tabSelected")
	}
	if b.external {
		cells, err := cutExternal(data, b.outside, &edits)
		if err != nil {
			return err
		}
		b.noChain = b.noChain || cells
	}
	id, stale, err := b.comment(number, name, v, marks, author)
	if err != nil {
		return err
	}
	if err := v.paint(data, append(marks, worn(stale, marks)...), b.styles, &edits); err != nil {
		return err
	}
	if id != "" {
		text := "<" + v.root.prefix() + `legacyDrawing xmlns:ntm="` + b.relSpace() + `" ntm:id="` + id + `"/>`
		switch {
		case v.hasLegacy && v.legacyID.name != "":
			edits.replace(v.legacyID.from, v.legacyID.to, id)
		case v.hasLegacy:
			edits.replace(v.legacy.from, v.legacy.to, text)
		default:
			edits.put(v.behind, text)
		}
	}
	return b.edit(one.part, data, edits)
}

// worn are the cells that an earlier feedback marked and this one does not.
func worn(stale []sheet.Pos, marks []mark) []mark {
	var list []mark
	for _, p := range stale {
		if !slices.ContainsFunc(marks, func(m mark) bool { return m.pos == p }) {
			list = append(list, mark{pos: p, worn: true})
		}
	}
	return list
}

// comment writes the comments of a sheet and the boxes they are shown in. It
// returns the id of a drawing that the sheet does not name yet, "" for none,
// and the cells that an earlier feedback has marked.
func (b *workbook) comment(number int, name string, v *survey, marks []mark, author string) (id string, stale []sheet.Pos, err error) {
	rels, _, err := b.relations(name)
	if err != nil {
		return "", nil, err
	}
	boxes := marks
	var said *part
	for _, r := range rels {
		if r.kind == "comments" && !r.external && said == nil {
			said = b.find(r.target)
		}
	}
	var empty []sheet.Pos
	switch {
	case said != nil:
		data, err := b.read(said)
		if err != nil {
			if len(marks) == 0 {
				err = nil // as it is: there is nothing to say
			}
			return "", nil, err
		}
		if len(marks) == 0 && !bytes.Contains(data, []byte("NTM-")) {
			return "", nil, nil
		}
		to, err := addComments(data, author, marks)
		if err != nil {
			return "", nil, err
		}
		boxes, stale, empty = to.boxes, to.stale, to.empty
		if err := b.edit(said, data, to.edits); err != nil {
			return "", nil, err
		}
	case len(marks) == 0:
		return "", nil, nil
	default:
		at := b.free(path.Dir(path.Dir(name)), "comments", ".xml")
		b.add(at, newComments(b.mainSpace(), author, marks))
		b.declared[at] = typeComments
		if _, err := b.relate(name, "comments", at); err != nil {
			return "", nil, err
		}
	}
	if err := b.reply(rels, marks, author); err != nil {
		return "", nil, err
	}
	if len(boxes)+len(empty) == 0 {
		return "", stale, nil
	}
	if v.hasLegacy {
		i := slices.IndexFunc(rels, func(r relation) bool { return r.id == v.legacyID.value && !r.external })
		if i >= 0 {
			if drawing := b.find(rels[i].target); drawing != nil {
				data, err := b.read(drawing)
				if err == nil {
					drawing.body, err = addBoxes(dropBoxes(data, empty), boxes, v)
				}
				return "", stale, err
			}
		}
	}
	if len(boxes) == 0 {
		return "", stale, nil
	}
	at := b.free(path.Join(path.Dir(path.Dir(name)), "drawings"), "vmlDrawing", ".vml")
	b.add(at, newDrawing(number, boxes, v))
	b.declared[at] = typeVML
	id, err = b.relate(name, "vmlDrawing", at)
	return id, stale, err
}

// front is the name of the list sheet: the plain one, or numbered where the
// sender has a sheet of that name.
func (b *workbook) front(name string) string {
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try += " (" + strconv.Itoa(n) + ")"
		}
		if !slices.ContainsFunc(b.tabs, func(t *tab) bool { return !t.gone && strings.EqualFold(t.name, try) }) {
			return try
		}
	}
}

// behindNames are the elements of a workbook that stand before its names.
var behindNames = map[string]bool{
	"fileVersion": true, "fileSharing": true, "workbookPr": true, "workbookProtection": true, "bookViews": true, "sheets": true,
	"functionGroups": true, "externalReferences": true,
}

// list puts the list sheet in front of the others.
func (b *workbook) list(name, titles, rel string) error {
	place := map[int]int{} // of the sheets: where they stand from now on
	next, ids := 1, 0
	for i, t := range b.tabs {
		ids = max(ids, t.tag.number("sheetId", 0))
		if place[i] = -1; !t.gone {
			place[i] = next
			next++
		}
	}
	var edits patch
	p := b.root.prefix()
	ours := fmt.Sprintf(`<%ssheet name="%s" sheetId="%d" xmlns:ntm="%s" ntm:id="%s"/>`, p, escape(name), ids+1, b.relSpace(), rel)
	printed := fmt.Sprintf(`<%sdefinedName name="_xlnm.Print_Titles" localSheetId="0">%s!%s</%sdefinedName><%sdefinedName name="%s" localSheetId="0" hidden="1">%s!$A$1</%sdefinedName>`,
		p, escape(quoted(name)), titles, p, p, listMark, escape(quoted(name)), p)
	gone := map[string]bool{}
	for _, t := range b.tabs {
		if t.gone {
			edits.replace(t.tag.from, t.to, "")
			gone[strings.ToLower(t.name)] = true
			b.noChain = b.noChain || !t.list
		}
	}
	w := walk(b.data)
	w.next()
	behind, named, listed := b.root.to, false, false
	top := ""
	for w.next() {
		t := w.tag
		if t.depth == 0 {
			break
		}
		if t.depth == 1 && !t.end {
			top = t.local()
			switch top {
			case "sheets":
				listed = true
				if t.empty {
					edits.fill(t, t.to, ours)
				} else {
					edits.put(t.to, ours)
				}
			case "externalReferences":
				_, to := w.finish()
				if b.dropped["externalLink"] {
					edits.replace(t.from, to, "")
				}
				behind = max(behind, to)
				continue
			case "definedNames":
				named = true
				if t.empty {
					edits.fill(t, t.to, printed)
				} else {
					edits.put(t.to, printed)
				}
			}
		}
		if t.depth == 1 && (t.end || t.empty) && behindNames[t.local()] {
			behind = t.to
		}
		if t.end || t.depth != 2 {
			continue
		}
		switch {
		case top == "bookViews" && t.local() == "workbookView":
			edits.unset(t, "activeTab")
			edits.unset(t, "firstSheet")
		case top == "definedNames" && t.local() == "definedName":
			inner, to := w.finish()
			text := b.data[t.to:max(t.to, inner)]
			old := t.number("localSheetId", -1)
			_, local := t.get("localSheetId")
			switch moved, known := place[old]; {
			case local && (!known || moved < 0):
				edits.replace(t.from, to, "")
				continue
			case local:
				edits.set(t, "localSheetId", strconv.Itoa(moved))
			}
			if b.external && pointsOutside(text, nil) || speaksOf(text, gone) {
				edits.replace(t.to, inner, "#REF!")
			}
		}
	}
	if w.err != nil {
		return fmt.Errorf("workbook: %w", w.err)
	}
	if !listed {
		return fmt.Errorf("workbook: %w: no list of sheets", errShape)
	}
	if !named {
		edits.put(behind, "<"+p+"definedNames>"+printed+"</"+p+"definedNames>")
	}
	return b.edit(b.find(b.name), b.data, edits)
}

// speaksOf tells whether a formula names one of these sheets.
func speaksOf(formula []byte, sheets map[string]bool) bool {
	if len(sheets) == 0 {
		return false
	}
	s := strings.ToLower(unescape(formula))
	for name := range sheets {
		if strings.Contains(s, name+"!") || strings.Contains(s, strings.ReplaceAll(name, "'", "''")+"'!") {
			return true
		}
	}
	return false
}

// findOutside collects the names that point to other files, because formulas
// that use them do so too.
func (b *workbook) findOutside() error {
	if !b.external {
		return nil
	}
	w := walk(b.data)
	for w.next() {
		t := w.tag
		if t.end || t.local() != "definedName" {
			continue
		}
		inner, _ := w.finish()
		if pointsOutside(b.data[t.to:max(t.to, inner)], nil) {
			b.outside[strings.ToLower(t.text("name"))] = true
		}
	}
	return w.err
}

// forget drops the order of calculation where formulas are gone; programs make
// it anew.
func (b *workbook) forget() error {
	if !b.noChain {
		return nil
	}
	rels, one, err := b.relations(b.name)
	if err != nil || one == nil {
		return err
	}
	data, err := b.read(one)
	if err != nil {
		return err
	}
	var edits patch
	for _, r := range rels {
		if r.kind != "calcChain" {
			continue
		}
		edits.replace(r.tag.from, r.to, "")
		if chain := b.find(r.target); chain != nil && !r.external {
			chain.gone = true
		}
	}
	return b.edit(one, data, edits)
}

// quoted is a sheet's name as formulas and links write it.
func quoted(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// patchWorkbook writes the sender's workbook with its problems marked.
func patchWorkbook(w io.Writer, data []byte, r Report, limit int64) error {
	b, err := openWorkbook(data, limit)
	if err != nil {
		return err
	}
	if err := b.clean(); err != nil {
		return err
	}
	if err := b.dropLists(); err != nil {
		return err
	}
	if err := b.findOutside(); err != nil {
		return err
	}
	if err := b.openStyles(); err != nil {
		return err
	}
	name := b.front(listName)
	order(r.Problems, b.tabOf)
	marks := b.place(r.Problems)
	seen := map[*part]bool{}
	for i, t := range b.tabs {
		if seen[t.part] || t.gone {
			continue
		}
		seen[t.part] = true
		if err := b.markSheet(i+1, t, marks[i], r.Office); err != nil {
			return fmt.Errorf("sheet %s: %w", clip(t.name, 40), err)
		}
	}
	r.Dropped = b.drops
	body, titles := writeList(r, b.styles, b.mainSpace(), b.links(r.Problems))
	at := b.free(path.Join(path.Dir(b.name), "worksheets"), "sheet", ".xml")
	b.add(at, body)
	b.declared[at] = typeSheet
	rel, err := b.relate(b.name, "worksheet", at)
	if err != nil {
		return err
	}
	if err := b.list(name, titles, rel); err != nil {
		return err
	}
	if err := b.forget(); err != nil {
		return err
	}
	if b.find(b.stylesAt).body, err = b.styles.write(); err != nil {
		return err
	}
	if err := b.declare(b.declared, b.name); err != nil {
		return err
	}
	return b.write(w)
}

// tabOf finds the sheet that a problem names, -1 where there is none.
func (b *workbook) tabOf(name string) int {
	same := func(equal func(a, b string) bool) int {
		return slices.IndexFunc(b.tabs, func(t *tab) bool {
			return !t.gone && t.part != nil && t.kind == "worksheet" && equal(t.name, name)
		})
	}
	if i := same(func(a, b string) bool { return a == b }); i >= 0 {
		return i
	}
	if name == "" && len(b.tabs) == 1 { // a file without sheets, such as CSV
		return 0
	}
	return same(strings.EqualFold)
}

// place gathers the problems of each cell, by sheet; each sheet's marks are in
// the order of their cells.
func (b *workbook) place(problems []Problem) map[int][]mark {
	type key struct {
		tab int
		pos sheet.Pos
	}
	at := map[key]int{}
	marks := map[int][]mark{}
	for _, p := range problems {
		pos, ok := sheet.ParsePos(p.Cell)
		i := b.tabOf(p.Sheet)
		if !ok || i < 0 || pos.Row > 1<<20 || pos.Col > 1<<14 {
			continue
		}
		k := key{i, pos}
		n, known := at[k]
		if !known {
			at[k] = len(marks[i])
			marks[i] = append(marks[i], mark{pos: pos, severity: p.Severity, text: p.text()})
			continue
		}
		m := &marks[i][n]
		m.text += "\n\n" + p.text()
		if rank[p.Severity] < rank[m.severity] {
			m.severity = p.Severity
		}
	}
	for _, list := range marks {
		slices.SortFunc(list, func(a, b mark) int {
			if a.pos.Less(b.pos) {
				return -1
			}
			return 1
		})
	}
	return marks
}

// links are the places in the book that the problems of the list lead to, ""
// for none: a hidden sheet cannot be gone to.
func (b *workbook) links(problems []Problem) []string {
	list := make([]string, len(problems))
	for n, p := range problems {
		i := b.tabOf(p.Sheet)
		if i < 0 || p.Sheet == "" && p.Cell == "" || b.tabs[i].hidden() {
			continue
		}
		cell := "A1"
		if pos, ok := sheet.ParsePos(p.Cell); ok {
			cell = pos.String()
		}
		list[n] = quoted(b.tabs[i].name) + "!" + cell
	}
	return list
}
