package pipeline

// Exit statuses of the program, as scripts rely on them.
const (
	OK         = 0 // published or unchanged, nothing wrong
	Failed     = 1 // nothing published; the previous publication stands
	Usage      = 2 // wrong usage or configuration
	Incomplete = 3 // published, but files were rejected, senders are missing, or error findings exist
	Strict     = 4 // --strict and error findings exist: loaded, nothing published
	Locked     = 5 // another run holds the lock
)

// Fault is an error that a person can mend: what happened and what to do, in
// both languages, and the exit status it leads to.
type Fault struct {
	Status         int
	VI, EN         string
	HintVI, HintEN string
	Err            error
}

// Error says it in English.
func (f *Fault) Error() string {
	if f.Err != nil {
		return f.EN + ": " + f.Err.Error()
	}
	return f.EN
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// In says what happened and what to do, in one of the terminal's languages.
func (f *Fault) In(lang string) (what, hint string) {
	what, hint = f.VI, f.HintVI
	if lang == "en" {
		what, hint = f.EN, f.HintEN
	}
	if f.Err != nil {
		what += ": " + f.Err.Error()
	}
	return what, hint
}
