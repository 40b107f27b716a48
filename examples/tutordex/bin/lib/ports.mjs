import { createServer } from 'node:net';

/** Those of `ports` on which this machine can no longer listen. */
export async function takenPorts(ports) {
  const taken = [];
  for (const port of ports) {
    // Docker publishes on both families, and a service may hold only one of them.
    if (!(await canListen(port, '0.0.0.0')) || !(await canListen(port, '::'))) taken.push(port);
  }
  return taken;
}

function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      // A machine without IPv6 cannot have the port taken there.
      resolve(['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(error.code));
    });
    server.listen({ port, host, ipv6Only: host === '::', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
