package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"time"
)

// Stats writes thong-ke-ntm-P.json. Its objects are rows of the views as they
// stand, in the order of their columns; a number has its full precision in the
// fewest digits that say it, and never an exponent.
func Stats(ctx context.Context, q Query, m Meta, w io.Writer) error {
	o := &overview{Meta: m}
	if err := o.readPeriod(ctx, q); err != nil {
		return fmt.Errorf("statistics: read period: %w", err)
	}
	if err := o.readFindings(ctx, q); err != nil {
		return fmt.Errorf("statistics: read findings: %w", err)
	}
	rows := func(sql string) (json.RawMessage, error) {
		columns, rows, err := q(ctx, sql, m.Period)
		if err != nil {
			return nil, err
		}
		return objects(columns, rows)
	}
	view := func(name, order string) string {
		return "select v.* from mart." + name + " v where v.period = ? order by " + order
	}
	bandOrder := `(select min(try_cast(b.sort_order as integer)) from ref.band b
		where b.band = v.band and b.set_id = (select p.set_id from staging.period p where p.period = v.period)), v.band`
	indicatorOrder := `(select min(try_cast(i.sort_order as integer)) from ref.indicator i
		where i.indicator_id = v.indicator_id and i.set_id = (select p.set_id from staging.period p where p.period = v.period)), v.indicator_id`

	var out bytes.Buffer
	key := func(name string) {
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		out.WriteString(quoted(name) + ":")
	}
	out.WriteByte('{')
	key("period")
	out.WriteString(quoted(m.Period))
	key("set_id")
	out.WriteString(quoted(o.Set.ID))
	for _, part := range []struct{ name, sql string }{
		{"province", view("province_summary", "v.period")},
		{"bands", view("band_summary", bandOrder)},
		{"districts", view("district_summary", orderOf("district", "district_code", "v")+", v.district_code")},
		{"criteria", view("criterion_summary", "v.criterion_no")},
		{"indicators", view("indicator_summary", indicatorOrder)},
		{"retention", view("retention", "v.stt")},
		// When a file came in is the clock's business, not the period's.
		{"submissions", `select v.* exclude (received_at) from ops.submission v where v.period = ?
			order by v.sender_kind, v.sender_code, v.file_name, v.submission_id`},
	} {
		list, err := rows(part.sql)
		if err != nil {
			return fmt.Errorf("statistics: %s: %w", part.name, err)
		}
		if part.name == "province" {
			list = only(list)
		}
		key(part.name)
		out.Write(list)
	}
	key("findings")
	fmt.Fprintf(&out, `{"error":%d,"warning":%d,"info":%d}}`, o.Findings.Error, o.Findings.Warning, o.Findings.Info)

	var pretty bytes.Buffer
	if err := json.Indent(&pretty, out.Bytes(), "", "  "); err != nil {
		return fmt.Errorf("statistics: %w", err)
	}
	pretty.WriteByte('\n')
	_, err := w.Write(pretty.Bytes())
	return err
}

// objects writes rows as a JSON array of objects, keys in the columns' order.
func objects(columns []string, rows [][]any) (json.RawMessage, error) {
	var out bytes.Buffer
	out.WriteByte('[')
	for r, row := range rows {
		if r > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('{')
		for c, name := range columns {
			if c > 0 {
				out.WriteByte(',')
			}
			v, err := jsonValue(row[c])
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", name, err)
			}
			out.WriteString(quoted(name) + ":" + v)
		}
		out.WriteByte('}')
	}
	out.WriteByte(']')
	return out.Bytes(), nil
}

// only takes the one object out of a list of one; an empty list is {}.
func only(list json.RawMessage) json.RawMessage {
	if len(list) <= len("[]") {
		return json.RawMessage("{}")
	}
	return list[1 : len(list)-1]
}

// jsonValue writes a value of the driver. A number that JSON cannot write, such
// as an infinity, is null.
func jsonValue(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "null", nil
	case bool:
		return strconv.FormatBool(v), nil
	case string:
		return quoted(v), nil
	case []byte:
		return quoted(string(v)), nil
	case time.Time:
		return quoted(isoDate(v)), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "null", nil
		}
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case float32:
		return jsonValue(float64(v))
	case *big.Int:
		return v.String(), nil
	case []any:
		s := "["
		for i, e := range v {
			x, err := jsonValue(e)
			if err != nil {
				return "", err
			}
			if i > 0 {
				s += ","
			}
			s += x
		}
		return s + "]", nil
	case interface{ Float64() float64 }: // decimals
		return jsonValue(v.Float64())
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return strconv.FormatInt(r.Int(), 10), nil
	case r.CanUint():
		return strconv.FormatUint(r.Uint(), 10), nil
	}
	return "", fmt.Errorf("cannot write a %T", v)
}

// quoted writes a JSON string as people would, without escaping < and &.
func quoted(s string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	// Encoding a string cannot fail; bytes that are not UTF-8 are replaced.
	_ = enc.Encode(s)
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n")))
}
