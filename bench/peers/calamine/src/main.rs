// Reads every cell of the workbooks named on the command line with calamine and
// prints how many hold something and the sum of the numbers among them.
// "rows" as the first argument takes calamine's own stream of cells.
use calamine::{open_workbook, Data, DataRef, Reader, Xlsx};
use std::{fs::File, io::BufReader, process::ExitCode};

type Book = Xlsx<BufReader<File>>;
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn whole(name: &str) -> Result<(u64, f64)> {
    let mut book: Book = open_workbook(name)?;
    let (mut cells, mut sum) = (0, 0.0);
    for sheet in book.sheet_names() {
        for (_, _, value) in book.worksheet_range(&sheet)?.used_cells() {
            cells += 1;
            match value {
                Data::Float(f) => sum += f,
                Data::Int(n) => sum += *n as f64,
                _ => {}
            }
        }
    }
    Ok((cells, sum))
}

fn stream(name: &str) -> Result<(u64, f64)> {
    let mut book: Book = open_workbook(name)?;
    let (mut cells, mut sum) = (0, 0.0);
    for sheet in book.sheet_names() {
        let mut reader = book.worksheet_cells_reader(&sheet)?;
        while let Some(cell) = reader.next_cell()? {
            match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Float(f) => sum += f,
                DataRef::Int(n) => sum += *n as f64,
                _ => {}
            }
            cells += 1;
        }
    }
    Ok((cells, sum))
}

fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let read = if names.first().is_some_and(|first| first == "rows") {
        names.remove(0);
        stream
    } else {
        whole
    };
    let (mut cells, mut sum) = (0, 0.0);
    for name in names {
        match read(&name) {
            Ok((c, s)) => {
                cells += c;
                sum += s;
            }
            Err(why) => {
                eprintln!("{name}: {why}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{cells} {sum}");
    ExitCode::SUCCESS
}
