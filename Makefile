# make        lists the goals
# make run    from a fresh clone to the published sample
# make test   proves it
.DEFAULT_GOAL := help
.PHONY: help build run test test-all lint bench bench-growth bench-peers corpus fuzz pictures golden history soak vulncheck release clean tools
SHELL := /bin/bash

GO     ?= go
BENCH  ?= ./bench
SAMPLE := build/sample
# The sample province's own seeds: its recognitions, twelve of them made up.
SAMPLE_SEEDS := seeds/sample/office
INPUTS := build/bench

# How long each fuzz target runs, how many mutants each test of them makes, and
# how many reports the laws of reading draw; another SEED makes other mutants.
FUZZTIME ?= 30s
MUTANTS  ?= 100000
DRAWN    ?= 5000
SEED     ?= 2017

help: ## liệt kê các lệnh · list the goals
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# DuckDB is linked through cgo, so a C compiler is needed as well as Go. Said
# here, because the linker says it less plainly.
tools:
	@command -v $(GO) >/dev/null || { echo "Cần Go 1.26 trở lên (https://go.dev/dl) · Go 1.26 or newer is needed" >&2; exit 1; }
	@cc=$$($(GO) env CC); command -v $${cc%% *} >/dev/null || { echo "Cần trình biên dịch C, ví dụ: apt-get install gcc libc6-dev · a C compiler is needed" >&2; exit 1; }

build: tools ## dựng bin/ntm · build bin/ntm
	CGO_ENABLED=1 $(GO) build -buildvcs=auto -o bin/ntm ./cmd/ntm

# Status 3 counts as success here: the sample has planted faults, so that a
# publication without findings would be the failure.
define run_period
	@status=0; \
	NTM_SEEDS_DIR=$(SAMPLE_SEEDS) bin/ntm run --period $(1) --inbox seeds/reports --data $(SAMPLE)/data --out $(SAMPLE)/out || status=$$?; \
	case $$status in \
	0) echo "→ Kỳ $(1): trạng thái 0 — đã công bố, không có gì phải xử lý." ;; \
	3) echo "→ Kỳ $(1): trạng thái 3 — đã công bố, nhưng còn tệp bị trả lại, đơn vị chưa báo cáo hoặc lỗi phải sửa (xem danh sách ở trên)." ;; \
	*) echo "→ Kỳ $(1): trạng thái $$status — không công bố được." >&2; exit $$status ;; \
	esac
endef

run: build ## tổng hợp tỉnh mẫu, hai kỳ · consolidate the sample province, two periods
	$(call run_period,2017-Q3)
	$(call run_period,2017-Q4)

HISTORY := build/history
HISTORY_PERIODS := 2016-Q4 2017-Q1 2017-Q2 2017-Q3 2017-Q4 2018-Q1 2018-Q2 2018-Q3 2018-Q4
HISTORY_NTM := --config $(HISTORY)/ntm.yaml --data $(HISTORY)/data --out $(HISTORY)/out

# 2017-Q4 is closed once published, so that what follows leaves it alone.
history: build ## chín quý của tỉnh mẫu, 2016–2018 · nine quarters of the sample province
	@rm -rf $(HISTORY) && $(GO) run ./seeds/sample -history $(CURDIR)/$(HISTORY)
	@for period in $(HISTORY_PERIODS); do \
		status=0; \
		bin/ntm run --period $$period --inbox $(HISTORY)/inbox $(HISTORY_NTM) >$(HISTORY)/$$period.log 2>&1 || status=$$?; \
		case $$status in 0|3) echo "→ $$period: trạng thái $$status" ;; *) cat $(HISTORY)/$$period.log >&2; exit $$status ;; esac; \
		if [ $$period = 2017-Q4 ]; then bin/ntm close $$period --decision "Số 01/QĐ minh họa" --date 2018-01-20 --data $(HISTORY)/data --out $(HISTORY)/out; fi; \
	done
	@bin/ntm query --out $(HISTORY)/out "select period as \"kỳ\", set_id as \"bộ\", communes_reported || '/' || communes as \"có số liệu\", round(avg_criteria_met, 1) as \"bình quân\", recognised as \"công nhận\", retained_earlier || '/' || recognised_earlier as \"giữ vững (bộ trước)\", retained || '/' || recognised as \"giữ vững\" from mart.province_summary"
	@bin/ntm verify --data $(HISTORY)/data --out $(HISTORY)/out

# What runs whole periods hundreds of times, kills them, or starts other programs
# is left to test-all; a test holds that each name here is one of a test.
LONG := ^Test(ProvincesShareAWarehouse|NineQuartersTellThePlansStory|ARunPublishesIntoTheCommonWarehouse|KilledAtAnyInstant|DiskFull|Soak|SparkGivesTheSameRows|TheSnapshotOpensInOtherClients)$$

test: tools ## chạy các phép thử · run the tests
	CGO_ENABLED=1 $(GO) test -timeout 40m -skip 'Mutants$$|$(LONG)' ./...

# Under the race detector, which slows them threefold, go the rooms that begin
# goroutines, and of the command those tests that go through every stage once.
RACED := ^Test(Publication|ListsGoOutToEveryUnit|OneRunAtATime|HostileInbox)$$
RACED_ROOMS := . ./config ./internal/... ./pipeline ./transforms

test-all: tools ## phần thử lâu: tranh chấp, ngắt giữa chừng, chín quý, chương trình khác · what takes long: races, kills, nine quarters, other programs
	CGO_ENABLED=1 $(GO) test -race -timeout 40m -skip 'Mutants$$' $(RACED_ROOMS)
	CGO_ENABLED=1 $(GO) test -race -timeout 40m -run '$(RACED)' ./cmd/ntm
	CGO_ENABLED=1 $(GO) test -timeout 20m -run 'Mutants$$' ./internal/excel
	CGO_ENABLED=1 $(GO) test -timeout 40m -run '$(LONG)' ./cmd/ntm

lint: tools ## kiểm tra mã nguồn và báo cáo mẫu · check the sources and the sample reports
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt -w:" $$files >&2; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@rm -rf build/reports && mkdir -p build
	$(GO) run ./seeds/sample -out build/reports
	@diff -r build/reports seeds/reports || { echo "seeds/reports không còn đúng với chương trình tạo ra nó: go run ./seeds/sample -out seeds/reports" >&2; exit 1; }

bench: tools ## đo tốc độ · measure
	CGO_ENABLED=1 $(GO) test -run '^$$' -bench . -benchmem $(BENCH)
	$(GO) run ./bench/inputs -out $(INPUTS) -million
	$(GO) run ./bench/read -in $(INPUTS)

# How many districts the inbox of the whole job has (the country: 700), and how
# often each program runs.
DISTRICTS ?= 700
ROUNDS    ?= 7

# A peer that cannot be had is left out, and the comparison says why: each Python
# package is installed by itself, so that one does not keep away the others.
bench-peers: build ## so với chương trình khác: đọc tệp, và toàn bộ việc · measure beside others: reading, and the whole job
	$(GO) run ./bench/inputs -out $(INPUTS)
	-cargo build --quiet --release --locked --manifest-path bench/peers/calamine/Cargo.toml --target-dir $(INPUTS)/calamine
	-test -x $(INPUTS)/venv/bin/python || python3 -m venv $(INPUTS)/venv
	-xargs -n 1 $(INPUTS)/venv/bin/pip install --quiet --disable-pip-version-check -c bench/peers/requirements.txt <bench/peers/requirements.txt
	-mkdir -p $(INPUTS)/node && cp bench/peers/package.json bench/peers/package-lock.json bench/peers/sheetjs.mjs $(INPUTS)/node/ && npm ci --silent --no-audit --no-fund --prefix $(INPUTS)/node
	$(GO) build -o $(INPUTS)/read ./bench/read
	$(GO) build -o $(INPUTS)/whole ./bench/whole
	$(INPUTS)/read -peers -in $(INPUTS) -python $(INPUTS)/venv/bin/python -rounds $(ROUNDS)
	@if $(INPUTS)/venv/bin/python -c 'import xlsxwriter'; then \
		set -ex; rm -rf $(INPUTS)/country; \
		$(INPUTS)/venv/bin/python bench/country/make.py --out $(INPUTS)/country --districts $(DISTRICTS); \
		$(INPUTS)/whole -in $(INPUTS)/country -python $(INPUTS)/venv/bin/python -node $(INPUTS)/node -rounds $(ROUNDS); \
	else echo "the whole job: skipped, because nothing can write its workbooks without XlsxWriter"; fi

# Curves: the cost of a run against the files of a period, and against the periods held.
FILES  ?= 10 30 100 300 700
MONTHS ?= 40
bench-growth: build ## đo chi phí theo số tệp và số kỳ · the cost against files and periods
	@test -x $(INPUTS)/venv/bin/python || python3 -m venv $(INPUTS)/venv
	@$(INPUTS)/venv/bin/pip install --quiet --disable-pip-version-check XlsxWriter==3.2.9
	$(INPUTS)/venv/bin/python bench/growth/growth.py --ntm bin/ntm --work $(INPUTS)/growth --files $(FILES) --months $(MONTHS)

pictures: run ## dựng ảnh của mọi tệp công bố để xem lại · render what is published, to be looked at
	@rm -rf build/forms && mkdir -p build/forms
	NTM_SEEDS_DIR=$(SAMPLE_SEEDS) bin/ntm template --period 2018-Q1 --sender 894 --data $(SAMPLE)/data --out build/forms
	.ci/pictures $(SAMPLE)/out/2017-Q4/latest build/pictures build/forms/*.xlsx

# Without NTM_CORPUS it says what it needs, and ends with status 2.
corpus: tools ## so với trình đọc khác trên thư mục NTM_CORPUS · hold against other readers
	@mkdir -p bin
	@CGO_ENABLED=1 $(GO) build -o bin/corpus ./bench/corpus
	@bin/corpus "$(NTM_CORPUS)"

fuzz: tools ## bóp méo tệp mẫu, dò lỗi lâu hơn make test · mutants and fuzzing, for longer than make test
	NTM_MUTANTS=$(MUTANTS) NTM_SEED=$(SEED) CGO_ENABLED=1 $(GO) test -timeout 0 -v -run 'Mutants$$' ./internal/excel/
	NTM_GEN=$(DRAWN) CGO_ENABLED=1 $(GO) test -timeout 0 -v -run '^TestLaw' ./transforms/gen/
	@set -e; for place in $$(grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9]+' . | sed 's/:func /:/'); do \
		target=$${place##*:}; room=$$(dirname "$${place%%:*}"); \
		echo "→ $$room $$target"; \
		CGO_ENABLED=1 $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$room"; \
	done

# Only the packages that know -update are asked: the others would refuse it.
golden: tools ## ghi lại kết quả mẫu; xem lại bằng git diff · rewrite the goldens; review with git diff
	CGO_ENABLED=1 $(GO) test $$(grep -rlF --include='*_test.go' 'flag.Bool("update"' . | xargs -r -n1 dirname | sort -u) -update

# NTM_SEED=… makes another office.
soak: tools ## bốn mươi tháng của một văn phòng, và ngắt ở 200 thời điểm · forty months of an office, and 200 kills
	NTM_SOAK=$${NTM_SOAK:-40} NTM_INSTANTS=200 CGO_ENABLED=1 $(GO) test -timeout 0 -v -run 'TestSoak|TestKilledAtAnyInstant' ./cmd/ntm

# Asks the Go vulnerability database, so it needs the network and stays out of CI.
vulncheck: tools ## tra lỗ hổng đã công bố của các thư viện (cần mạng) · known vulnerabilities (needs the network)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

# What cannot be made on this machine is left out, and said.
release: tools ## dựng bản cài đặt cho Linux và Windows · make what offices install
	deploy/release/build.sh

clean: ## xóa bin/ và build/ · remove bin/ and build/
	rm -rf bin build
