package main

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// The outcomes that are none: everything else is "read" or a code.
const (
	outcomeRead    = "read"
	outcomeTimeOut = "TIME-OUT"
	outcomeCrash   = "CRASH"
	codeOurFault   = "NTM-049" // a panic, turned into a refusal
)

// cost is what reading one file took, in a process that did nothing else.
type cost struct {
	Outcome string // "read", or the code of the refusal
	Message string `json:",omitempty"`
	Cells   int
	Bytes   int64
	Took    time.Duration
	// Peak is the most memory that the whole process held at any time, the
	// program itself included; 0 where the system does not tell.
	Peak int64
}

// read reads a file as a run does.
func read(name string) (*sheet.Book, cost) {
	start := time.Now()
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, cost{Outcome: outcomeCrash, Message: err.Error()}
	}
	book, issues, err := excel.Read(context.Background(), name, data, excel.DefaultLimits())
	c := cost{Outcome: outcomeRead, Bytes: int64(len(data)), Took: time.Since(start)}
	switch {
	case err != nil:
		c.Outcome, c.Message = outcomeCrash, err.Error()
	case book == nil:
		c.Outcome, c.Message = issues[0].Code, issues[0].Message
		if place := issues[0].Sheet + "!" + issues[0].Cell; place != "!" {
			c.Message = place + ": " + c.Message
		}
	default:
		for _, s := range book.Sheets {
			c.Cells += len(s.Cells)
		}
	}
	return book, c
}

func measure(name string) cost {
	_, c := read(name)
	c.Peak = peakMemory()
	return c
}

// peakMemory is this process's own high-water mark. That which its parent is
// told when it ends would not do: a child begins with its parent's mark.
func peakMemory() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if field := strings.Fields(lines.Text()); len(field) == 3 && field[0] == "VmHWM:" {
			if kilobytes, err := strconv.ParseInt(field[1], 10, 64); err == nil {
				return kilobytes << 10
			}
		}
	}
	return 0
}
