import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

// The package stands in a folder of its own, which the test names.
const { DuckDBInstance } = createRequire(process.env.NTM_NODE_MODULES + "/")("@duckdb/node-api");
const db = await DuckDBInstance.create(process.argv[2], { access_mode: "READ_ONLY" });
const connection = await db.connect();
for (const question of readFileSync(0, "utf8").split("\n;\n")) {
  const reader = await connection.runAndReadAll(question);
  console.log(reader.getRows()[0].map(String).join(" | "));
}
