package main

import (
	"testing"
)

// Evaluation rules

func TestThresholdsHoldAtTheirBoundary(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := wide("huyện Thoại Sơn", "Quý IV/2017", ids("10", "11", "15.1"),
		commune("Vĩnh Phú", 36.99, 4, 84.999),
		commune("Vĩnh Trạch", 37, 4.001, 85),
		commune("Thoại Giang", 37.01, 3.999, 85.001),
		commune("Định Mỹ", 50, 0, 84.6), // shown as 85
	)
	report.formats = map[string]string{"E8": "0"}
	o.receives("2017-Q4", "Thoại Sơn.xlsx", report)
	o.evaluate("2017-Q4")

	o.results("Vĩnh Phú", "15.1 | 84.999 | NULL | false | reported", "11 | 4 | NULL | true | reported", "10 | 36.99 | NULL | false | reported")
	o.results("Vĩnh Trạch", "15.1 | 85 | NULL | true | reported", "11 | 4.001 | NULL | false | reported", "10 | 37 | NULL | true | reported")
	o.results("Thoại Giang", "15.1 | 85.001 | NULL | true | reported", "11 | 3.999 | NULL | true | reported")
	o.results("Định Mỹ", "15.1 | 84.6 | NULL | false | reported")

	// The level of income is the year's, assumed, and says so (ruling 18).
	o.says(`select distinct comparator, threshold, threshold_source, threshold_confidence
		from mart.indicator_result where indicator_id = '10'`,
		">= | 37 | Quyết định 3379/QĐ-UBND ngày 28/11/2016 của UBND tỉnh An Giang (mức từng năm: giả định, chưa tìm thấy văn bản) | assumed")
}
