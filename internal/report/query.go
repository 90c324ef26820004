package report

import (
	"context"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// collect runs a query and fills one T for each row. A field of T is filled
// from the column named in its `col` tag; a column that is not there is an
// error, so that a misspelt name cannot print an empty table. NULL leaves a
// field at its zero value: where NULL means something the field is a pointer.
func collect[T any](ctx context.Context, q Query, sql string, args ...any) ([]T, error) {
	columns, rows, err := q(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	typ := reflect.TypeFor[T]()
	at := make([]int, typ.NumField())
	for i := range at {
		name := typ.Field(i).Tag.Get("col")
		at[i] = -1
		for c, column := range columns {
			if column == name {
				at[i] = c
			}
		}
		if name != "" && at[i] < 0 {
			return nil, fmt.Errorf("the query gives no column %q", name)
		}
	}
	list := make([]T, len(rows))
	for r, row := range rows {
		v := reflect.ValueOf(&list[r]).Elem()
		for i, c := range at {
			if c < 0 || c >= len(row) || row[c] == nil {
				continue
			}
			if err := fill(v.Field(i), row[c]); err != nil {
				return nil, fmt.Errorf("column %s: %w", columns[c], err)
			}
		}
	}
	return list, nil
}

// columns lists the columns that a T is filled from, for a query's select.
func columns[T any]() string {
	var names []string
	for f := range reflect.TypeFor[T]().Fields() {
		names = append(names, f.Tag.Get("col"))
	}
	return strings.Join(names, ", ")
}

// first is collect for a query that gives one row; none gives a zero T.
func first[T any](ctx context.Context, q Query, sql string, args ...any) (T, error) {
	list, err := collect[T](ctx, q, sql, args...)
	if err != nil || len(list) == 0 {
		var zero T
		return zero, err
	}
	return list[0], nil
}

// fill sets a field from a value of the driver.
func fill(f reflect.Value, v any) error {
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(text(v))
		return nil
	case reflect.Int:
		if x, ok := number(v); ok {
			f.SetInt(int64(x))
			return nil
		}
	case reflect.Float64:
		if x, ok := number(v); ok {
			f.SetFloat(x)
			return nil
		}
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			f.SetBool(b)
			return nil
		}
	}
	return fmt.Errorf("%T does not fit a %s", v, f.Kind())
}

// number reads any of the driver's number types.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case *big.Int: // sums of integers are hugeint
		x, _ := new(big.Float).SetInt(v).Float64()
		return x, true
	case interface{ Float64() float64 }: // decimals
		return v.Float64(), true
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	}
	return 0, false
}

// text writes a value of the driver as plain text, numbers at full precision.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return isoDate(v)
	}
	return fmt.Sprint(v)
}

// isoDate writes a date as 2017-12-31, with the time where there is one.
func isoDate(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}
