package words

import (
	"github.com/angiang-ntm/ntm/transforms/grid"
	"regexp"
	"slices"
	"strings"
)

// nameIndex finds communes by name among those of one district, or of the
// whole province. A key that two communes share leads to neither.
type nameIndex struct {
	communes []*Commune
	exact    map[string]*Commune
	tone     map[string]*Commune
	plain    map[string]*Commune
	alias    map[string]*Commune
}

func newNameIndex() *nameIndex {
	return &nameIndex{
		exact: map[string]*Commune{}, tone: map[string]*Commune{},
		plain: map[string]*Commune{}, alias: map[string]*Commune{},
	}
}

func put(m map[string]*Commune, key string, c *Commune) {
	have, taken := m[key]
	switch {
	case !taken:
		m[key] = c
	case have == nil || have.Code == c.Code:
	case have.Kind == "xã" && c.Kind != "xã": // the xã is meant where a ward has its name
	case have.Kind != "xã" && c.Kind == "xã":
		m[key] = c
	default:
		m[key] = nil
	}
}

func (ix *nameIndex) add(c *Commune) {
	ix.communes = append(ix.communes, c)
	name := grid.Fold(c.Name)
	put(ix.exact, name, c)
	put(ix.tone, syllables(name), c)
	plain := Plain(name)
	if have, taken := ix.plain[plain]; taken && (have == nil || grid.Fold(have.Name) != name) {
		ix.plain[plain] = nil // two names in one district look alike
	} else {
		put(ix.plain, plain, c)
	}
	for _, a := range c.Aliases {
		put(ix.alias, grid.Fold(a), c)
	}
}

// kinds are the words before a commune's name that say what it is, or whose
// office it is.
var kinds = []string{
	"ủy ban nhân dân ", "uỷ ban nhân dân ", "ubnd ", "bql ntm ", "ban quản lý ntm ", "xã ", "xa ", "phường ", "thị trấn ", "x. ", "x.", "tt. ", "tt.", "tt ", "p. ", "xã: ", "xã:",
}

// numbering is what may stand before a name: "1.", "01)", "1/", "a)".
var numbering = regexp.MustCompile(`^(?:\(?\d{1,3}\s*[.)/\-–]\s*)+|^\d{1,3}\s+|^[a-eđ]\)\s*`)

// coded is a name beside its code in one cell: "30634 Kiến An", "Kiến An (30634)".
var coded = regexp.MustCompile(`^(?:(\d{5})\s*[-–.:/]?\s*(\D.*)|(\D.*?)\s*[-–(\[:]*\s*(\d{5})\s*[)\]]?)$`)

// CodeAndName are the communes that the code and the name of one cell mean;
// each nil where there is none.
func (v *Vocabulary) CodeAndName(text string) (code, name *Commune) {
	m := coded.FindStringSubmatch(grid.Fold(text))
	if m == nil {
		return nil, nil
	}
	code = v.byCode[m[1]+m[4]]
	if code != nil {
		name, _ = v.MatchCommune(m[2]+m[3], code.District)
	}
	if name == nil {
		name, _ = v.MatchCommune(m[2]+m[3], "")
	}
	return code, name
}

// annotation is what may stand behind a name: a note in brackets, a star, the
// raised digit of a footnote.
var annotation = regexp.MustCompile(`\s*(?:\([^()]*\)?|\[[^\[\]]*\]?|[*†‡¹²³⁴⁵⁶⁷⁸⁹⁰]+)\s*$`)

// former tells a commune of before a merger, anew the one that came of it.
var (
	former = regexp.MustCompile(`\(cũ\)|\scũ$|trước (?:khi )?(?:sắp xếp|sáp nhập)|trước ngày 1/7`)
	anew   = regexp.MustCompile(`\s*\(?(?:sau (?:khi )?(?:sắp xếp|sáp nhập)|mới)\)?$`)
)

// Anew tells the name of a commune as one that came of a merger: "Xã Tân An
// (mới)"; Chợ Mới is called so.
func (v *Vocabulary) Anew(text string) bool {
	folded := grid.Fold(text)
	return anew.MatchString(folded) && !v.known[strip(folded)]
}

// bareName folds a commune's name and takes away numbering, notes and the word
// for its kind: "1. Xã  VĨNH PHÚ (xã điểm)" becomes "vĩnh phú".
func bareName(text string) string { return bareNames(text)[0] }

// bareNames are the names that a text may be: without its annotations, and
// with those whose brackets are part of a name.
func bareNames(text string) []string {
	folded := grid.Fold(text)
	if m := coded.FindStringSubmatch(folded); m != nil {
		folded = m[2] + m[3] // the code is another matter: see CodeAndName
	}
	if former.MatchString(folded) {
		return []string{""} // a unit that has gone, whatever bears its name now
	}
	// "Chợ Mới" is a name: what ends so may be one.
	if t := anew.ReplaceAllString(folded, ""); t != folded {
		return append(bareNamesOf(t), strip(folded))
	}
	return bareNamesOf(folded)
}

func bareNamesOf(folded string) []string {
	whole := strip(folded)
	s := whole
	for {
		t := annotation.ReplaceAllString(s, "")
		if t == s || t == "" {
			break
		}
		s = t
	}
	if i := strings.Index(s, " - "); i > 0 { // "Tây Phú - huyện Thoại Sơn"
		if tail := s[i+3:]; strings.HasPrefix(tail, "huyện") || strings.HasPrefix(tail, "h.") || strings.HasPrefix(tail, "tx") || strings.HasPrefix(tail, "tp") || strings.HasPrefix(tail, "thị xã") || strings.HasPrefix(tail, "thành phố") || strings.HasPrefix(tail, "xã ") {
			s = s[:i]
		}
	}
	if s = strip(s); s == whole {
		return []string{s}
	}
	return []string{s, whole}
}

func strip(s string) string {
	s = strings.Trim(s, " .:;,*-–")
	s = numbering.ReplaceAllString(s, "")
	for again := true; again; {
		again = false
		for _, k := range kinds {
			if t, ok := strings.CutPrefix(s, k); ok && strings.TrimLeft(t, " :") != "" {
				s, again = strings.TrimLeft(t, " :"), true
			}
		}
	}
	return strings.Trim(s, " .:;,*-–")
}

// MatchCommune finds the commune that text names, within the stated district
// ("" for the whole province), and the step that decided: code, exact, tone,
// legacy, ascii or alias. The steps are tried in this order and none is fuzzy:
// Phú Thạnh and Phú Thành are two communes of one district.
func (v *Vocabulary) MatchCommune(text, district string) (*Commune, string) {
	ix := v.names[district]
	if ix == nil {
		return nil, ""
	}
	for _, name := range bareNames(text) {
		if c, step := v.matchName(ix, name, text, district); c != nil {
			return c, step
		}
	}
	return nil, ""
}

func (v *Vocabulary) matchName(ix *nameIndex, name, text, district string) (*Commune, string) {
	if name == "" {
		return nil, ""
	}
	if len(name) == 5 && strings.Trim(name, "0123456789") == "" {
		if c := v.byCode[name]; c != nil && (district == "" || c.District == district) {
			return c, "code"
		}
		return nil, ""
	}
	if c, step := ix.match(name); c != nil && (step != "ascii" || district != "") {
		return c, step
	}
	// A single cell in an old encoding, in a sheet that is otherwise Unicode.
	for _, repaired := range v.Legacy.readings(text) {
		if c, step := ix.match(bareName(repaired)); c != nil && step != "ascii" {
			return c, "legacy"
		}
	}
	return nil, ""
}

func (ix *nameIndex) match(name string) (*Commune, string) {
	if c := ix.exact[name]; c != nil {
		return c, "exact"
	}
	if c := ix.tone[syllables(name)]; c != nil {
		return c, "tone"
	}
	if !hasDiacritics(name) {
		if c := ix.plain[name]; c != nil {
			return c, "ascii"
		}
	}
	if c := ix.alias[name]; c != nil {
		return c, "alias"
	}
	return nil, ""
}

// Suggest returns up to three communes that an unmatched name may mean, for a
// person to choose from: first one of that very name elsewhere in the
// province, then those of the district that look alike.
func (v *Vocabulary) Suggest(text, district string) []string {
	name := bareName(text)
	var out []string
	if c, _ := v.names[""].match(name); c != nil && c.District != district {
		if d := v.district[c.District]; d != nil {
			out = append(out, c.Name+" ("+d.Display+")")
		}
	}
	type near struct {
		name string
		d    int
	}
	var all []near
	if ix := v.names[district]; ix != nil {
		for _, c := range ix.communes {
			if d := distance(Plain(name), Plain(grid.Fold(c.Name))); d <= 2 && d*3 <= len([]rune(name)) {
				all = append(all, near{c.Name, d*10 + distance(name, grid.Fold(c.Name))})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return a.d - b.d })
	for _, n := range all {
		if len(out) == 3 {
			break
		}
		out = append(out, n.name)
	}
	return out
}

// districtKinds are the words that announce a district's name.
var districtKinds = []string{"huyện", "h.", "thị xã", "tx.", "tx", "thành phố", "tp.", "tp", "quận"}

// districtForm is one way of writing a district with its kind, folded, and
// without diacritics.
type districtForm struct{ code, text, plain string }

func districtForms(districts []District) []districtForm {
	var out []districtForm
	have := map[districtForm]bool{}
	for _, d := range districts {
		for _, name := range append([]string{d.Name}, d.Aliases...) {
			name = grid.Fold(name)
			bare := name
			for _, k := range districtKinds {
				if t, ok := strings.CutPrefix(name, k); ok {
					bare = strings.TrimSpace(t)
				}
			}
			var forms []string
			if bare != name || len([]rune(name)) <= 5 { // an alias that carries its kind, or an abbreviation
				forms = append(forms, name)
			}
			for _, k := range districtKinds {
				forms = append(forms, k+" "+bare, k+bare)
			}
			for _, f := range forms {
				form := districtForm{d.Code, f, Plain(f)}
				if !have[form] {
					have[form] = true
					out = append(out, form)
				}
			}
		}
	}
	return out
}

// DistrictsIn returns the codes of the districts that a line of text names
// with their kind ("huyện Thoại Sơn", "TP. Long Xuyên"), in order of place.
func (v *Vocabulary) DistrictsIn(text string) []string {
	s := grid.Fold(text)
	ascii := !hasDiacritics(s)
	type hit struct {
		at   int
		code string
	}
	var hits []hit
	for _, i := range startingIn(s, v.formsBy) {
		f := v.forms[i]
		form := f.text
		if ascii {
			form = f.plain
		}
		if at := wordIndex(s, form); at >= 0 {
			hits = append(hits, hit{at, f.code})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.at - b.at })
	var codes []string
	for _, h := range hits {
		if !slices.Contains(codes, h.code) {
			codes = append(codes, h.code)
		}
	}
	return codes
}

// startingIn returns, in their own order, the forms whose first word occurs in a
// text: a country has some two thousand forms, and a text has some twenty words.
func startingIn(s string, byFirst map[string][]int) []int {
	var list []int
	for _, word := range strings.FieldsFunc(s, notWord) {
		list = append(list, byFirst[word]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func notWord(r rune) bool { return r < 0x80 && !wordByte(byte(r)) }

func firstWord(s string) string {
	words := strings.FieldsFunc(s, notWord)
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// SenderInName returns the code of the one district that a file's name, or
// else its folder's, carries: all that tells whose a file is that cannot be
// read.
func (v *Vocabulary) SenderInName(file, folder string) string {
	if code := v.districtInName(strings.TrimSuffix(file, Extension(file))); code != "" {
		return code
	}
	return v.districtInName(folder)
}

// districtInName returns the one district that a file's or folder's name
// carries, with or without diacritics and kind, "" when none or several.
func (v *Vocabulary) districtInName(name string) string {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-.,()[]+", r) {
			return ' '
		}
		return r
	}, grid.Fold(name))
	s = " " + strings.Join(strings.Fields(Plain(s)), " ") + " "
	found, at := "", -1
	for _, form := range startingIn(s, v.inNamesBy) {
		f := v.inNames[form]
		i := wordIndex(s, f.plain)
		if i < 0 {
			continue
		}
		if found != "" && found != f.code {
			// "An Phú" inside "Tân An Phú…" is decided by the longer
			// name only when one holds the other; else nobody knows.
			if at != i {
				return ""
			}
		}
		found, at = f.code, i
	}
	return found
}

// formsInNames are the ways in which districts stand in the names of files: by
// name, code or alias, without diacritics, in words or run together.
func formsInNames(districts []District) []districtForm {
	var out []districtForm
	for _, d := range districts {
		names := []string{d.Name, d.Code}
		for _, a := range d.Aliases {
			names = append(names, strings.ReplaceAll(a, ".", " "))
		}
		for _, n := range names {
			n = strings.Join(strings.Fields(Plain(grid.Fold(n))), " ")
			out = append(out, districtForm{code: d.Code, plain: n})
			if joined := strings.ReplaceAll(n, " ", ""); joined != n {
				out = append(out, districtForm{code: d.Code, plain: joined})
			}
		}
	}
	return out
}

// wordIndex finds sub in s between characters that are no letters or digits.
func wordIndex(s, sub string) int {
	if sub == "" {
		return -1
	}
	for from := 0; ; {
		i := strings.Index(s[from:], sub)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(sub)
		if (i == 0 || !wordByte(s[i-1])) && (end == len(s) || !wordByte(s[end])) {
			return i
		}
		from = i + 1
	}
}

func wordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// Extension is what a file's name ends in, with its point.
func Extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[i:]
	}
	return ""
}
