import { join } from 'node:path';
import { reportOf } from '../report/report.js';
import { reportText } from '../report/report-text.js';
import { writeJson } from '../world/json-file.js';
import { writeDurably } from '../world/write-durably.js';
import { RUN_OPTIONS, selectRun } from './select-run.js';
import type { Verb } from './verb.js';
import { withWholeJournal } from './whole-journal.js';

export const reportVerb: Verb = {
  usage: 'report',
  summary: 'the record of a run: steps, evidence, decisions, windows, backups; written as text and JSON',
  examples: ['stoppoint report', 'stoppoint report --run 7f3a12cd --json'],
  options: RUN_OPTIONS,
  run: async (session, _args, options) => {
    const { run, isWhole } = await withWholeJournal(session, await selectRun(session, options));
    const report = reportOf(run);
    const text = reportText(report);
    await writeJson(join(run.folder, 'report.json'), report);
    await writeDurably(join(run.folder, 'report.txt'), text);
    const where = `\nwritten to ${join(run.folder, 'report.txt')} and report.json\n`;
    return { exitCode: report.journal.firstBroken === null && isWhole ? 0 : 8, text: `${text}${where}`, document: report };
  },
};
