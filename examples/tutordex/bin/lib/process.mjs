import { spawn } from 'node:child_process';
import { Refusal } from './args.mjs';

/** Runs a program to its end; a failure carries its last words. */
export function runProgram(file, args, { cwd, input, env = process.env, accept = [0] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    child.on('error', (error) => reject(new Refusal(`cannot run "${file}": ${error.message}`)));
    child.on('close', (code) => {
      if (accept.includes(code)) return resolve({ code, stdout, stderr });
      const shown = [file, ...args].join(' ');
      const words = (stderr || stdout).trim().split('\n').slice(-15).join('\n');
      return reject(new Refusal(`"${shown}" ended with ${code}\n${words}`));
    });
    // A program that ends early closes its end first; its exit code says more than EPIPE.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
