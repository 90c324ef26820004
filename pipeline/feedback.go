package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/feedback"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
)

// feedbackDir is the folder of a publication in which the senders' files lie.
const feedbackDir = "phan-hoi"

// sent is a submission, as far as feedback needs it.
type sent struct {
	id, sender, name, sha, status, reason string
}

// feedback writes what goes back to every sender of a period: each received
// file with its problems marked, one at a time. A file that another one
// replaced, or that came twice, is only mentioned in the list of the one that
// counts: nobody has to mend it.
func (r *Run) feedback(ctx context.Context, pub *publication, meta report.Meta) error {
	period := pub.Period.String()
	files, err := r.sent(ctx, period)
	if err != nil {
		return err
	}
	byFile, bySender, refused, err := r.problems(ctx, period)
	if err != nil {
		return err
	}
	communes, err := r.counted(ctx, period)
	if err != nil {
		return err
	}
	senders, err := r.senders(ctx, period)
	if err != nil {
		return err
	}
	names := feedback.Names{}
	for n, f := range files {
		if f.status == superseded || f.status == duplicate {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		r.tell(Progress{Stage: "publish", Item: feedbackDir + "/" + f.name, Done: n, Total: len(files)})
		rep := feedback.Report{
			Office: meta.Office, Period: meta.Label, Sender: senders[f.sender].name, Average: senders[f.sender].average,
			File: f.name, Status: f.status, Reason: f.reason, Illustrative: meta.Illustrative,
			Problems: slices.Concat(byFile[f.id], bySender[f.sender]), SetID: senders[f.sender].set, Communes: communes[f.sender],
		}
		if f.sender == "" {
			rep.Problems = byFile[f.id]
		}
		for _, o := range files {
			if o.id != f.id && o.sender == f.sender && f.sender != "" {
				rep.Others = append(rep.Others, feedback.Other{File: o.name, Status: o.status, Reason: o.reason})
			}
		}
		source, why, err := r.source(ctx, f, refused[f.id])
		if err != nil {
			return err
		}
		rep.ListOnly = why
		book, trouble, err := feedback.Make(source, rep)
		if err != nil {
			return err
		}
		if trouble != nil {
			r.Log.Warn("a file could not be marked; its feedback holds the list only",
				"code", feedback.CodeListOnly, "file", f.name, "sha256", f.sha, "reason", trouble.Error())
		}
		path := filepath.Join(pub.aside, feedbackDir, filepath.FromSlash(names.Take(f.sender, f.name)))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := writeSynced(path, book, 0o644); err != nil {
			return err
		}
	}
	return nil
}

var archivedName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// source fetches a file from the archive in the form that feedback needs: a
// workbook as its bytes, anything else as it was read. why says, where the file
// does not come back, the reason.
func (r *Run) source(ctx context.Context, f sent, refused bool) (src feedback.Source, why string, err error) {
	src.PartBytes = int64(r.Config.Reader.Limits.PartMB) << 20
	if refused {
		return src, "Tệp không đọc được nên chỉ gửi danh sách này, không gửi lại bản sao của tệp.", nil
	}
	if !archivedName.MatchString(f.sha) { // was never kept
		return src, "Tệp không được lưu lại nên chỉ gửi danh sách này.", nil
	}
	data, err := r.ledger.fetch(f.sha)
	if err != nil {
		return src, "", err
	}
	if feedback.IsWorkbook(data) {
		src.Workbook = data
		return src, "", nil
	}
	// Without the passwords: what a sender protected does not leave the office
	// unprotected.
	options := excelOptions(r.Config.Reader)
	options.Passwords = nil
	if src.Book, _, err = excel.ReadWith(ctx, f.name, data, options); err != nil {
		return src, "", err
	}
	if src.Book == nil {
		return src, "Tệp có mật khẩu nên chỉ gửi danh sách này, không gửi lại bản sao không có mật khẩu.", nil
	}
	return src, "", nil
}

func (r *Run) sent(ctx context.Context, period string) ([]sent, error) {
	_, rows, err := r.db.All(ctx, `
		select submission_id, coalesce(sender_code, ''), file_name, sha256, status, coalesce(reason, '')
		from ops.submission where period = ? order by folder, file_name, sha256, submission_id`, period)
	if err != nil {
		return nil, err
	}
	var files []sent
	for _, v := range rows {
		files = append(files, sent{v[0].(string), v[1].(string), v[2].(string), v[3].(string), v[4].(string), v[5].(string)})
	}
	return files, nil
}

// problems are the findings of a period, by the file that they lie in, or by
// the sender where they lie in none. refused are the files that could not be
// read at all.
func (r *Run) problems(ctx context.Context, period string) (byFile, bySender map[string][]feedback.Problem, refused map[string]bool, err error) {
	_, rows, err := r.db.All(ctx, `
		select f.submission_id, coalesce(f.district_code, ''), f.severity, f.code, coalesce(f.sheet, ''), coalesce(f.cell, ''),
			f.message, coalesce(f.remedy, ''), f.check_id = 'file_refused', s.status in ('accepted', 'rejected')
		from ops.finding f
		left join ops.submission s on s.period = f.period and s.submission_id = f.submission_id
		where f.period = ?
		order by f.code, f.check_id, f.finding_id`, period)
	if err != nil {
		return nil, nil, nil, err
	}
	byFile, bySender, refused = map[string][]feedback.Problem{}, map[string][]feedback.Problem{}, map[string]bool{}
	for _, v := range rows {
		p := feedback.Problem{
			Severity: issue.Severity(v[2].(string)), Code: v[3].(string), Sheet: v[4].(string), Cell: v[5].(string),
			Message: v[6].(string), Remedy: v[7].(string),
		}
		file, known := v[0].(string)
		if stands, _ := v[9].(bool); known && stands {
			byFile[file] = append(byFile[file], p)
			refused[file] = refused[file] || v[8].(bool)
			continue
		}
		if district := v[1].(string); district != "" {
			p.Sheet, p.Cell = "", "" // of no file that comes back
			bySender[district] = append(bySender[district], p)
		}
	}
	return byFile, bySender, refused, nil
}

// counted says of every commune, by district, how it was counted and by which
// file; in the administrative order.
func (r *Run) counted(ctx context.Context, period string) (map[string][]feedback.Commune, error) {
	_, rows, err := r.db.All(ctx, `
		select s.district_code, s.commune_name, s.reported, coalesce(s.criteria_met, 0), s.criteria_total, s.failing_indicators,
			coalesce(s.criteria_unknown, 0), coalesce(c.file_name, '')
		from mart.commune_summary s
		join staging.commune t on t.period = s.period and t.commune_code = s.commune_code
		left join staging.counted c on c.period = s.period and c.commune_code = s.commune_code and c.standing = 1
		where s.period = ? and s.district_code is not null
		order by t.sort_district, t.sort_commune, s.commune_code`, period)
	if err != nil {
		return nil, err
	}
	communes := map[string][]feedback.Commune{}
	for _, v := range rows {
		reported, _ := v[2].(bool)
		communes[v[0].(string)] = append(communes[v[0].(string)], feedback.Commune{
			Name: v[1].(string), Reported: reported, Met: count(v[3]), Total: count(v[4]), Failing: v[5].(string), Unknown: count(v[6]), File: v[7].(string),
		})
	}
	return communes, nil
}

// district is a sender as its feedback names it.
type district struct {
	name, set string
	average   *float64
}

func (r *Run) senders(ctx context.Context, period string) (map[string]district, error) {
	_, rows, err := r.db.All(ctx, `
		select d.district_code, d.display_name, coalesce(p.set_id, ''), s.avg_criteria_met
		from ref.district d
		join staging.period p on p.period = ?
		left join mart.district_summary s on s.period = p.period and s.district_code = d.district_code
		order by d.district_code, d.valid_from`, period)
	if err != nil {
		return nil, err
	}
	_, others, err := r.db.All(ctx, `
		select d.department_code, d.name, coalesce(p.set_id, ''), null from ref.department d join staging.period p on p.period = ?
		union all
		select e.sender_code, e.name, coalesce(p.set_id, ''), null from mart.expected_sender e join staging.period p using (period)
		where e.period = ? and e.sender_kind = 'commune'
		order by 1`, period, period)
	if err != nil {
		return nil, err
	}
	rows = append(others, rows...)
	senders := map[string]district{}
	for _, v := range rows {
		d := district{name: v[1].(string), set: v[2].(string)}
		if f, ok := v[3].(float64); ok {
			d.average = &f
		}
		senders[v[0].(string)] = d
	}
	return senders, nil
}

// withoutList leaves out of a book the list that an earlier feedback put in
// front of it, and says so.
func withoutList(name string, book *sheet.Book) (issues issue.List) {
	k := transforms.KindOf("sheet_ignored")
	for _, s := range feedback.WithoutList(book) {
		issues = append(issues, issue.Issue{
			Check: "sheet_ignored", Code: k.Code, Severity: k.Severity, File: name, Sheet: s,
			Message: "trang “" + s + "” là danh sách phản hồi đã gửi cho đơn vị; bỏ qua", Remedy: k.Remedy,
		})
	}
	return issues
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
