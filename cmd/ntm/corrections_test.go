package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// A correction is data: it counts instead of what the report says, is listed
// with who decided it and by which document, and changes neither the report nor
// raw.observation. One that does not fit what the report says now is an error,
// so that it never changes something else.
func TestCorrectionsAreDataAndNeverEdits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017", ids("11", "15.1", "15.2"),
		commune("Vĩnh Châu", 3, 84.2, "Đạt"), commune("Vĩnh Tế", 2, 90, "Đạt")))
	head := "period,file_name,sheet,cell,commune_code,indicator_id,was,is,who,why,document_no,date\n"
	o.put("2017-Q4/corrections.csv", []byte("\ufeff"+head+
		"2017-Q4,,,,30334,15.1,\"84,2\",\"86,4\",Phòng Nông nghiệp,gõ nhầm,Công văn 12/PNN,20/01/2018\n"+ // by commune and indicator
		"2017-Q4,Châu Đốc.xlsx,,E6,,,Đạt,Chưa đạt,Sở Y tế,chưa có quyết định công nhận,Công văn 13/SYT,2018-01-21\n"+ // by cell
		"2017-Q4,,,,30331,11,7,3,Phòng Nông nghiệp,gõ nhầm,Công văn 14/PNN,2018-01-21\n"+ // the report says 2
		"2017-Q4,,,,30331,15.1,90,chín mươi,Phòng Nông nghiệp,gõ nhầm,Công văn 15/PNN,2018-01-21\n"+
		"2017-Q4,,,,30331,15.1,90,91,Phòng Nông nghiệp,,Công văn 16/PNN,2018-01-21\n"+
		"2017-Q3,,,,30331,15.1,90,10,Phòng Nông nghiệp,của kỳ khác,Công văn 17/PNN,2018-01-21\n"))
	o.run("2017-Q4", 3)
	results := []string{"Vĩnh Châu | 15.1 | 86.4 | 86,4 | true | true", "Vĩnh Tế | 11 | 2 | 2 | true | false", "Vĩnh Tế | 15.1 | 90 | 90 | true | false", "Vĩnh Tế | 15.2 | NULL | Chưa đạt | false | true"}
	const sql = `select commune_name, indicator_id, value, raw_text, met, correction_id is not null from mart.indicator_result
		where (commune_name, indicator_id) in (('Vĩnh Châu', '15.1'), ('Vĩnh Tế', '11'), ('Vĩnh Tế', '15.1'), ('Vĩnh Tế', '15.2')) order by 1, 2`
	o.says(sql, results...)
	o.says("select raw_text, value from raw.observation where commune_code = '30334' and indicator_id = '15.1'", "84.2 | 84.2")
	o.says("select line, status, said from mart.correction order by line",
		"2 | applied | NULL", "3 | applied | NULL", "4 | was_differs | báo cáo ghi “2”, không phải “7”",
		"5 | invalid | không hiểu số liệu mới “chín mươi”: không phải số: “chín mươi”", "6 | invalid | thiếu why")
	o.says("select message from ops.finding where check_id = 'correction_not_applied' order by 1",
		"Đính chính ở dòng 4 của corrections.csv (Công văn 14/PNN) không áp dụng được: báo cáo ghi “2”, không phải “7”",
		"Đính chính ở dòng 5 của corrections.csv (Công văn 15/PNN) không áp dụng được: không hiểu số liệu mới “chín mươi”: không phải số: “chín mươi”",
		"Đính chính ở dòng 6 của corrections.csv (Công văn 16/PNN) không áp dụng được: thiếu why")

	// Gone from the inbox, it still counts; so it does in a warehouse made again.
	before := o.contents(o.data)
	if err := removeAll(o.inbox, "2017-Q4/corrections.csv"); err != nil {
		t.Fatal(err)
	}
	if said := o.run("2017-Q4", 3); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("without the file in the inbox:\n%s", said)
	}
	if status, _, stderr := o.ntm(o.folders("rebuild")...); status != pipeline.OK {
		t.Fatalf("ntm rebuild: status %d\n%s", status, stderr)
	}
	after := o.contents(o.data)
	for _, table := range []string{"raw.correction", "store.indicator_result", "store.correction"} {
		if before[table] != after[table] {
			t.Errorf("%s made again differs", table)
		}
	}

	// The report comes again, put right: the old correction fits no more, and
	// is said to, instead of being laid over the new figure.
	o.receives("2017-Q4", "Châu Đốc lần 2.xlsx", wide("TP. Châu Đốc", "Quý IV/2017", ids("11", "15.1", "15.2"),
		commune("Vĩnh Châu", 3, 88, "Đạt"), commune("Vĩnh Tế", 2, 90, "Đạt")))
	o.run("2017-Q4", 3)
	o.says("select value from mart.indicator_result where commune_name = 'Vĩnh Châu' and indicator_id = '15.1'", "88")
	o.says("select line, status from mart.correction order by line", "2 | was_differs", "3 | no_match", "4 | was_differs", "5 | invalid", "6 | invalid")

	// An empty file takes all of them back.
	o.put("2017-Q4/Corrections.CSV", []byte(head))
	o.run("2017-Q4", 3)
	o.says("select count(*) from mart.correction", "0")
}

func removeAll(dir string, names ...string) error {
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}
