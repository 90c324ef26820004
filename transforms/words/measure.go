package words

// Measure is what a cell says about its record. The words are those of the
// warehouse.
type Measure string

// The measures.
const (
	Result         Measure = "result"           // the reported value or word of an indicator
	Claim          Measure = "claim"            // the sender's own verdict on an indicator
	Secondary      Measure = "secondary"        // the second value of 2.3 and 17.1
	CriterionClaim Measure = "criterion_claim"  // the sender's own verdict on a whole criterion
	AllCriteria    Measure = "criteria_total"   // "Tổng số tiêu chí đạt"
	AllIndicators  Measure = "indicators_total" // "Tổng số chỉ tiêu đạt"
	Evidence       Measure = "evidence"         // "Hồ sơ minh chứng": đủ or chưa đủ
	Numerator      Measure = "numerator"        // the counts behind a rate
	Denominator    Measure = "denominator"

	// Those that only the program's own forms have.
	CauseKind    Measure = "cause_kind"    // khách quan or chủ quan
	Cause        Measure = "cause"         // why it is not met, in words
	Solution     Measure = "solution"      // what will be done
	ExpectedDate Measure = "expected_date" // by when
	Statement    Measure = "statement"     // nothing to report: no change, or no data
)
