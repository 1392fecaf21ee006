// Reads JSON Lines {id, text} from standard input, writes {id, spans: [[start, end], …]} in code points.
// Run from a folder where `npm install harper.js` was done: node harper.mjs < articles.jsonl
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const dist = pathToFileURL(`${process.cwd()}/node_modules/harper.js/dist/`);
const harper = await import(new URL("index.js", dist).href);
const { binary, binaryInlined } = await import(new URL("binaryInlined.js", dist).href);
const linter = new harper.LocalLinter({ binary: binaryInlined ?? binary, dialect: harper.Dialect.American });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line);
  const lints = await linter.lint(text, { language: "plaintext" });
  const spans = lints.map((lint) => [lint.span().start, lint.span().end]);
  console.log(JSON.stringify({ id, spans }));
}
