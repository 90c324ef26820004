package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// setID is the criteria set that all sample reports are about.
const setID = "AG-3379"

// officeSeeds is where, among the seeds, the sample office keeps its own: what
// is made up belongs to it alone.
const officeSeeds = "sample/office"

// year is the year of the sample periods; thresholds may differ by year.
const year = "2017"

type commune struct {
	code, name, district string
}

type district struct {
	code, name, kind string // kind as written before a name: huyện, thị xã, thành phố
	communes         []commune
}

type indicator struct {
	id, name    string
	criterion   int
	kind        string // boolean, percent or number
	comparator  string // ">=" or "<=" for percent and number
	threshold   float64
	inverted    bool // the required answer is "Không"
	mayNotApply bool
	part        string // label of the secondary value, if any
}

type criterion struct {
	no         int
	name       string
	indicators []indicator
}

// province is what the generator needs of the seed tables.
type province struct {
	districts  []district
	criteria   []criterion
	recognised map[string]string // commune → year
	newest     []string          // recognised in the sample's year, in order
	tcvn3      map[rune]rune
}

func (p *province) district(code string) (district, bool) {
	for _, d := range p.districts {
		if d.code == code {
			return d, true
		}
	}
	return district{}, false
}

func (p *province) indicators() []indicator {
	var all []indicator
	for _, c := range p.criteria {
		all = append(all, c.indicators...)
	}
	return all
}

// readProvince reads the seed tables by column name.
func readProvince(dir string) (*province, error) {
	p := &province{recognised: map[string]string{}, tcvn3: map[rune]rune{}}
	tables := map[string][]map[string]string{}
	for _, name := range []string{"districts", "communes", "criteria", "indicators", "threshold_overrides", "recognitions", "legacy_encodings"} {
		folder := dir
		if name == "recognitions" { // those of the sample province, the illustrative ones among them
			folder = filepath.Join(dir, officeSeeds)
		}
		rows, err := readTable(filepath.Join(folder, name+".csv"))
		if err != nil {
			return nil, err
		}
		tables[name] = rows
	}

	communes := map[string][]commune{}
	bySort := func(a, b map[string]string) int {
		x, _ := strconv.Atoi(a["sort_order"])
		y, _ := strconv.Atoi(b["sort_order"])
		return cmp.Compare(x, y)
	}
	slices.SortStableFunc(tables["communes"], bySort)
	for _, r := range tables["communes"] {
		if r["kind"] == "xã" && (r["valid_from"] == "" || r["valid_from"] <= year+"-09-30") && (r["valid_to"] == "" || r["valid_to"] >= year+"-12-31") {
			communes[r["district_code"]] = append(communes[r["district_code"]], commune{r["commune_code"], r["name"], r["district_code"]})
		}
	}
	slices.SortStableFunc(tables["districts"], bySort)
	for _, r := range tables["districts"] {
		if r["valid_to"] != "" && r["valid_to"] < year+"-12-31" {
			continue
		}
		if cs := communes[r["district_code"]]; len(cs) > 0 && (r["valid_from"] == "" || r["valid_from"] <= year+"-09-30") {
			p.districts = append(p.districts, district{r["district_code"], r["name"], r["kind"], cs})
		}
	}

	for _, r := range tables["criteria"] {
		if r["set_id"] == setID {
			no, err := strconv.Atoi(r["criterion_no"])
			if err != nil {
				return nil, fmt.Errorf("criteria.csv: criterion %q: %w", r["criterion_no"], err)
			}
			p.criteria = append(p.criteria, criterion{no: no, name: r["name"]})
		}
	}
	thresholds := map[string]string{}
	for _, r := range tables["threshold_overrides"] {
		if r["set_id"] == setID && r["scope_kind"] == "year" && r["scope_value"] == year && r["threshold"] != "" {
			thresholds[r["indicator_id"]] = r["threshold"]
		}
	}
	slices.SortStableFunc(tables["indicators"], bySort)
	for _, r := range tables["indicators"] {
		if r["set_id"] != setID {
			continue
		}
		ind := indicator{
			id: r["indicator_id"], name: r["name"], kind: r["value_kind"], comparator: r["comparator"],
			inverted: r["required_answer"] == "Không", mayNotApply: r["not_applicable_allowed"] == "yes", part: r["sub_label"],
		}
		no, err := strconv.Atoi(r["criterion_no"])
		if err != nil {
			return nil, fmt.Errorf("indicators.csv: indicator %s: %w", ind.id, err)
		}
		ind.criterion = no
		if ind.kind != "boolean" {
			text := r["threshold"]
			if t, ok := thresholds[ind.id]; ok {
				text = t
			}
			if ind.threshold, err = strconv.ParseFloat(text, 64); err != nil {
				return nil, fmt.Errorf("indicators.csv: indicator %s: threshold %q", ind.id, text)
			}
		}
		i := slices.IndexFunc(p.criteria, func(c criterion) bool { return c.no == no })
		if i < 0 {
			return nil, fmt.Errorf("indicators.csv: indicator %s belongs to no criterion", ind.id)
		}
		p.criteria[i].indicators = append(p.criteria[i].indicators, ind)
	}

	for _, r := range tables["recognitions"] {
		p.recognised[r["commune_code"]] = r["recognised_year"]
		if r["set_id"] == setID && r["recognised_year"] == year {
			p.newest = append(p.newest, r["commune_code"])
		}
	}
	for _, r := range tables["legacy_encodings"] {
		u, t := []rune(r["unicode_char"]), []rune(r["tcvn3_char"])
		if len(u) == 1 && len(t) == 1 {
			p.tcvn3[u[0]] = t[0]
		}
	}
	return p, nil
}

func readTable(name string) ([]map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: no header row", name)
	}
	var table []map[string]string
	for _, row := range rows[1:] {
		r := map[string]string{}
		for i, head := range rows[0] {
			r[strings.TrimSpace(head)] = row[i]
		}
		table = append(table, r)
	}
	return table, nil
}
