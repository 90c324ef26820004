// The whole job with SheetJS and DuckDB. The npm registry serves SheetJS 0.18.5; later ones are had from its maker alone.
//
// Node finds packages from where a program stands, so that this one is copied, with evaluate.sql and the lists that it
// reads, to where they were installed:
//
//   node sheetjs.mjs --root REPOSITORY --in DIR --out DIR [--period 2017-Q4] [--observations]

import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { BOOLEAN, DOUBLE, DuckDBDataChunk, DuckDBInstance, VARCHAR } from '@duckdb/node-api'
import XLSX from 'xlsx'

const { values: a } = parseArgs({
  options: {
    root: { type: 'string' },
    in: { type: 'string' },
    out: { type: 'string' },
    period: { type: 'string', default: '2017-Q4' },
    observations: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const WORDS = { Đạt: true, Có: true, 'Chưa đạt': false, Không: false }
const TYPES = [VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, DOUBLE, BOOLEAN]
const CHUNK = 2048 // rows of a DuckDB vector

const stages = {}
let last = [performance.now(), process.cpuUsage()]
function done (name) {
  const cpu = process.cpuUsage(last[1])
  stages[name] = { wall: (performance.now() - last[0]) / 1000, cpu: (cpu.user + cpu.system) / 1e6 }
  last = [performance.now(), process.cpuUsage()]
}

// understood says what a cell says: [number, word].
function understood (cell, indicator) {
  let value = cell.v
  if (typeof value === 'string') {
    if (value in WORDS) return [null, WORDS[value]]
    value = Number(value.replace(',', '.'))
  } else if (cell.z?.endsWith('%')) {
    return [hundredfold(value), null]
  }
  if (indicator.unit === '%' && value > 0 && value <= 1 && indicator.threshold >= 25) {
    return [hundredfold(value), null] // a fraction whose format was lost
  }
  return [value, null]
}

const hundredfold = value => Math.round(value * 1e10) / 1e8

// readBook yields the observations of one workbook.
function * readBook (file, name, indicators) {
  const book = XLSX.readFile(file, { dense: true, cellNF: true, cellText: false, cellHTML: false, cellFormula: false })
  const district = name.replace(/\.xlsx$/, '')
  for (const sheetName of book.SheetNames) {
    const sheet = book.Sheets[sheetName]
    let names = -1
    let columns
    for (let r = 0; r < sheet.length; r++) {
      const row = sheet[r] ?? []
      if (!columns) {
        const found = []
        row.forEach((cell, c) => {
          if (cell.v === 'Tên xã') names = c
          const indicator = indicators.get(String(cell.v))
          if (indicator) found.push([c, indicator])
        })
        if (found.length > 0) columns = found
        continue
      }
      const commune = row[names]?.v
      if (!commune) continue
      for (const [c, indicator] of columns) {
        const cell = row[c]
        const blank = cell?.v === undefined
        const [number, word] = blank ? [null, null] : understood(cell, indicator)
        yield [name, sheetName, XLSX.utils.encode_cell({ r, c }), district, commune, indicator.indicator_id, blank ? null : String(cell.v), number, word]
      }
    }
  }
}

const objects = async (db, sql) => (await db.runAndReadAll(sql)).getRowObjectsJS()
const rows = async (db, sql) => (await db.runAndReadAll(sql)).getRowsJS().map(row => row.map(v => typeof v === 'bigint' ? Number(v) : v))

async function main () {
  fs.mkdirSync(a.out, { recursive: true })
  const instance = await DuckDBInstance.create(path.join(a.out, 'peer.duckdb'))
  const db = await instance.connect()
  const lists = {
    indicator: ['criteria.csv', "indicator_id, cast(criterion_no as integer) as criterion_no, cast(sort_order as integer) as sort_order, name, unit, comparator, cast(nullif(threshold, '') as double) as threshold, required_answer, legal_basis, confidence"],
    district: ['seeds/districts.csv', 'district_code, name, display_name, cast(sort_order as integer) as sort_order'],
    commune: ['seeds/communes.csv', 'commune_code, district_code, name, cast(sort_order as integer) as sort_order'],
  }
  for (const [name, [file, columns]] of Object.entries(lists)) {
    await db.run(`create table ${name} as select ${columns} from read_csv('${path.join(a.in, file)}', all_varchar = true)`)
  }
  const indicators = new Map((await objects(db, 'from indicator')).map(i => [i.indicator_id, i]))

  const folder = path.join(a.in, 'inbox', a.period)
  const observations = []
  for (const name of fs.readdirSync(folder).filter(n => n.endsWith('.xlsx')).sort()) {
    for (const o of readBook(path.join(folder, name), name, indicators)) observations.push(o)
  }
  done('read')

  await db.run('create table observation (file varchar, sheet varchar, cell varchar, district varchar, commune varchar, indicator_id varchar, raw_text varchar, value double, word boolean)')
  const appender = await db.createAppender('observation')
  for (let n = 0; n < observations.length; n += CHUNK) {
    const chunk = DuckDBDataChunk.create(TYPES)
    chunk.setRows(observations.slice(n, n + CHUNK))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  done('load')

  for (const statement of fs.readFileSync(path.join(a.root, 'bench/peers/evaluate.sql'), 'utf8').split(';\n')) await db.run(statement)
  done('evaluate')

  for (const name of ['criterion', 'commune', 'district', 'country']) {
    await db.run(`copy (from result_${name}) to '${path.join(a.out, name)}.csv' (header)`)
  }
  if (a.observations) {
    await db.run(`copy (
      select file, sheet, cell, indicator_id, printf('%.6f', value) as value, word
      from observation order by file, sheet, indicator_id, length(cell), cell
    ) to '${path.join(a.out, 'observation.csv')}' (header)`)
  }
  const named = await rows(db, `select criterion_no || '. ' || name from read_csv('${path.join(a.root, 'seeds/criteria.csv')}', all_varchar = true)
    where set_id = 'AG-3379' order by cast(criterion_no as integer)`)
  const ids = await rows(db, 'select indicator_id from indicator order by sort_order')
  const book = XLSX.utils.book_new()
  // add appends what a view has as a sheet; cells says what stands in the cells for a row of the view.
  const add = async (name, view, head, cells = row => row) => {
    const table = await rows(db, `from ${view}`)
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([head, ...table.map(cells)], { dense: true }), name)
  }
  const columns = async view => (await db.run(`from ${view} limit 0`)).columnNames()
  await add('Theo huyện', 'sheet_district', await columns('sheet_district'))
  await add('Theo xã', 'sheet_commune', ['STT', 'Huyện', 'Xã', ...named.flat(), 'Số tiêu chí đạt', 'Nhóm'],
    ([no, district, commune, letters, met, band]) => [no, district, commune, ...letters, met, band])
  await add('Chỉ tiêu chưa đạt', 'sheet_unmet', (await columns('sheet_unmet')).filter(c => c !== 'Ghi trong báo cáo'),
    row => row.toSpliced(5, 2, row[5] ?? row[6]))
  await add('Kết quả chỉ tiêu', 'sheet_result', ['STT', 'Huyện', 'Xã', ...ids.flat()],
    ([no, district, commune, values, letters]) => [no, district, commune, ...values.map((value, n) => value ?? letters[n])])
  await add('Nguồn số liệu', 'sheet_source', await columns('sheet_source'))
  // A sheet's XML is made as one string. Shared strings keep that of the sources a quarter shorter, and well below the
  // longest string there is (2²⁹ characters); they cost the same time.
  XLSX.writeFile(book, path.join(a.out, 'tong-hop.xlsx'), { compression: true, bookSST: true })
  db.closeSync()
  instance.closeSync()
  done('publish')
  console.log(JSON.stringify(stages))
}

if (!a.help) await main()
