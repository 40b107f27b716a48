// The name server of a private daemon: every name of the world outside "does not exist", at once.
// Without an answer Docker's own resolver waits ten seconds for each name that no container has,
// and a stopped service would look slow instead of absent.
import { createSocket } from 'node:dgram';

const ANSWER_NO_SUCH_NAME = 0x8183; // response, recursion asked for and available, NXDOMAIN

const server = createSocket('udp4');
server.on('message', (query, client) => {
  if (query.length < 12) return;
  const answer = Buffer.from(endOfQuestion(query));
  answer.writeUInt16BE(ANSWER_NO_SUCH_NAME, 2);
  answer.writeUInt16BE(1, 4); // one question, and nothing after it
  answer.fill(0, 6, 12);
  server.send(answer, client.port, client.address);
});
server.bind(53, process.argv[2]);

function endOfQuestion(query) {
  let at = 12;
  while (at < query.length && query[at] !== 0) at += query[at] + 1;
  return query.subarray(0, at + 5); // the closing zero, type, class
}
