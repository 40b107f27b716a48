// A client from outside: asks a URL every 20 ms and writes what it saw to a file when it is told to end.
//   node measure-downtime.mjs URL RESULT_FILE
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';

const [url, file] = process.argv.slice(2);
const seen = { requests: 0, failed: 0, longestOutageMs: 0, firstFailureAt: null, lastFailureAt: null };
let lastSuccess = performance.now();
let stopped = false;

process.on('SIGTERM', () => {
  stopped = true;
});
while (!stopped) {
  const started = performance.now();
  const ok = await ask(url);
  const now = performance.now();
  seen.requests += 1;
  if (ok) {
    // An outage is the gap between two good answers in which at least one request failed.
    if (seen.pending) seen.longestOutageMs = Math.max(seen.longestOutageMs, Math.round(now - lastSuccess));
    seen.pending = false;
    lastSuccess = now;
  } else {
    seen.failed += 1;
    seen.pending = true;
    seen.firstFailureAt ??= new Date().toISOString();
    seen.lastFailureAt = new Date().toISOString();
  }
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, 20 - (now - started))));
}
delete seen.pending;
writeFileSync(file, JSON.stringify(seen));

function ask(target) {
  return new Promise((resolve) => {
    const request = get(target, { agent: false, timeout: 2000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        body += part;
      });
      // A body that says "not ok" is a failure, whatever the status says.
      response.on('end', () => resolve(response.statusCode === 200 && !/"ok":\s*false/.test(body)));
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', () => resolve(false));
  });
}
