// Decides the tables and the chain with feelin, cell by cell, and times each call.
// node feelin.mjs MODELS ROWS CALLS: MODELS is JSON of decisions, ROWS a file of one applicant a line.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modelsFile, rowsFile, calls, home] = process.argv.slice(2);
const found = createRequire(`${home}/package.json`).resolve('feelin');
const { evaluate, unaryTest } = await import(pathToFileURL(found));

const models = JSON.parse(readFileSync(modelsFile, 'utf8'));
const rows = readFileSync(rowsFile, 'utf8').trim().split('\n').map((line) => {
  const row = JSON.parse(line);
  return { ...row, application_date: evaluate(`date("${row.application_date}")`).value };
});

function value(text, context) {
  return evaluate(text, context).value;
}

function table({ policy, inputs, rules }, context) {
  const asked = inputs.map((text) => value(text, context));
  const hits = [];
  for (const { cells, output } of rules) {
    if (cells.every((cell, i) => cell === '-' || unaryTest(cell, { ...context, '?': asked[i] }).value === true)) {
      hits.push(value(output, context));
      if (policy !== 'COLLECT') {
        return hits[0];
      }
    }
  }
  return policy === 'COLLECT' ? hits : null;
}

function decide(steps, row) {
  const context = { ...row };
  let last = null;
  for (const step of steps) {
    last = step.rules ? table(step, context) : value(step.text, context);
    context[step.name] = last;
  }
  return last;
}

const results = {};
for (const [goal, { steps, asks }] of Object.entries(models)) {
  const before = process.memoryUsage().rss;
  const answers = rows.slice(0, asks).map((row) => decide(steps, row));
  const times = [];
  const cpu = process.cpuUsage();
  for (let i = 0; i < Number(calls); i++) {
    const begun = process.hrtime.bigint();
    decide(steps, rows[i % rows.length]);
    times.push(Number(process.hrtime.bigint() - begun));
  }
  const used = process.cpuUsage(cpu);
  const kib = (process.memoryUsage().rss - before) / 1024;
  results[goal] = { answers, times, cpu_us: (used.user + used.system) / Number(calls), memory_kib: Math.max(kib, 0) };
}
console.log(JSON.stringify(results));
