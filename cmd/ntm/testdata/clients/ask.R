library(duckdb)
db <- dbConnect(duckdb(), commandArgs(trailingOnly = TRUE)[1], read_only = TRUE)
questions <- strsplit(paste(readLines(file("stdin"), encoding = "UTF-8"), collapse = "\n"), "\n;\n", fixed = TRUE)[[1]]
for (question in questions) {
  cat(paste(vapply(dbGetQuery(db, question)[1, ], format, ""), collapse = " | "), "\n", sep = "")
}
dbDisconnect(db)
