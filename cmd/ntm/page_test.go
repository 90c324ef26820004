package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// browser is headless Chromium with no network to reach.
func browser(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		absent(t, "no Chromium, so the page is not opened")
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + t.TempDir(),
		"--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
	}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, errs.String())
	}
	return out.String(), errs.String()
}

// absent skips a test for want of a program, except in continuous integration,
// which installs all of them.
func absent(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("NTM_CI") != "" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// The page as its readers use it: opened in a browser without any network,
// searched, printed on A4.
func TestThePageInABrowser(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.inbox = filepath.Join("..", "..", "seeds", "reports")
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	file, err := filepath.Abs(filepath.Join(o.out, "2017-Q4", "latest", "bao-cao-ntm-2017-Q4.html"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if at := regexp.MustCompile(`(?i)\b(src|href|action|data|poster)\s*=\s*"[^#"][^"]*"|url\((?:'|")?[^#]|@import`).FindString(string(source)); at != "" {
		t.Errorf("the page points outside itself: %s", at)
	}
	page := "file://" + filepath.ToSlash(file)

	shown := func(t *testing.T, asked string) (communes []string) {
		t.Helper()
		dom, errs := browser(t, "--dump-dom", page+"#tim="+asked)
		// The browser logs whatever the page's policy forbids and whatever its
		// script throws.
		if strings.Contains(errs, "CONSOLE") {
			t.Errorf("the console says:\n%s", errs)
		}
		_, dom, found := strings.Cut(dom, `<table id="xa"`)
		if !found {
			t.Fatal("the page has no list of communes")
		}
		dom, _, _ = strings.Cut(dom, "</table>")
		for _, m := range regexp.MustCompile(`<tr><th scope="row">([^<]*)</th>`).FindAllStringSubmatch(dom, -1) {
			communes = append(communes, m[1])
		}
		return communes
	}
	for asked, want := range map[string]string{
		"phu thanh":   "Phú Thạnh, Phú Thành",
		"PHÚ  THẠNH":  "Phú Thạnh",
		"phu thạnh":   "Phú Thạnh, Phú Thành", // spelt so by no commune: both are offered
		"Phú Thành":   "Phú Thành",
		"thoai giang": "Thoại Giang",
		"dinh my":     "Định Mỹ",
		"khong co":    "",
	} {
		t.Run(asked, func(t *testing.T) {
			got := shown(t, strings.ReplaceAll(asked, " ", "%20"))
			if strings.Join(got, ", ") != want {
				t.Errorf("the finder shows %q, want %q", strings.Join(got, ", "), want)
			}
		})
	}
	t.Run("everything", func(t *testing.T) {
		if got := shown(t, ""); len(got) != 119 {
			t.Errorf("%d communes are listed, want 119", len(got))
		}
	})

	t.Run("charts speak", func(t *testing.T) {
		images := regexp.MustCompile(`(?s)<svg [^>]*role="img"[^>]*aria-labelledby="(\S+) (\S+)".*?</svg>`).FindAllStringSubmatch(string(source), -1)
		if len(images) < 3 {
			t.Fatalf("%d charts, want bands, districts and the trend", len(images))
		}
		for _, m := range images {
			title := regexp.MustCompile(`<title id="` + m[1] + `">([^<]+)</title>`).FindStringSubmatch(m[0])
			told := regexp.MustCompile(`<desc id="` + m[2] + `">([^<]+)</desc>`).FindStringSubmatch(m[0])
			if title == nil || told == nil {
				t.Errorf("the chart %s has no text alternative", m[1])
				continue
			}
			// Every figure drawn is told as well.
			for _, drawn := range regexp.MustCompile(`class="value[^"]*">([^<]+)<`).FindAllStringSubmatch(m[0], -1) {
				if !strings.Contains(told[1], drawn[1]) {
					t.Errorf("the chart %s draws %q and does not tell it: %s", m[1], drawn[1], told[1])
				}
			}
		}
		for n, svg := range strings.Split(string(source), "<svg ")[1:] {
			if head, _, _ := strings.Cut(svg, ">"); !strings.Contains(head, `role="img"`) && !strings.Contains(head, `aria-hidden="true"`) {
				t.Errorf("drawing %d is neither named nor hidden from screen readers: <svg %s>", n+1, head)
			}
		}
	})

	t.Run("print", func(t *testing.T) {
		bbox, err := exec.LookPath("pdftotext")
		if err != nil {
			absent(t, "no pdftotext, so the printed page is not measured")
		}
		pdf := filepath.Join(t.TempDir(), "page.pdf")
		browser(t, "--no-pdf-header-footer", "--print-to-pdf="+pdf, page)
		words, err := exec.CommandContext(t.Context(), bbox, "-bbox", pdf, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		number := func(s string) float64 {
			x, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		const mm = 72 / 25.4
		pages := regexp.MustCompile(`<page width="([\d.]+)" height="([\d.]+)">`).FindAllStringSubmatch(string(words), -1)
		if len(pages) == 0 || len(pages) > 14 && asWideAsTimes() {
			t.Errorf("%d printed pages", len(pages))
		}
		for _, p := range pages {
			if w, h := number(p[1]), number(p[2]); w < 594 || w > 596 || h < 841 || h > 843 {
				t.Errorf("a page of %s × %s points is not A4", p[1], p[2])
			}
		}
		for _, m := range regexp.MustCompile(`<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"[^>]*>([^<]*)<`).FindAllStringSubmatch(string(words), -1) {
			if number(m[1]) < 29*mm || number(m[2]) > (210-14)*mm {
				t.Errorf("%q is printed in the margin (from %s to %s points)", m[3], m[1], m[2])
			}
		}
	})
}
