// What every scenario shares: an SDK client, events as JSON lines on stdout, commands as lines on stdin.
import readline from 'node:readline';
import WebSocket from 'ws';
import { Centrifuge } from 'centrifuge';

/** Tells the test what happened. */
export function say(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** Reports errors nobody catches, so that the test sees them and not only a missing event. */
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`unhandled rejection: ${reason?.stack ?? JSON.stringify(reason)}\n`);
  process.exit(1);
});

/** An SDK client that reports how its connection fares. Reconnects sooner than by default: tests wait for it. */
export function client(url) {
  const centrifuge = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 100, maxReconnectDelay: 1000 });
  centrifuge.on('connecting', ({ code, reason }) => say({ event: 'connecting', code, reason }));
  centrifuge.on('connected', (context) => say({ event: 'connected', client: context.client }));
  centrifuge.on('disconnected', ({ code, reason }) => say({ event: 'disconnected', code, reason }));
  centrifuge.on('error', ({ type, error }) => say({ event: 'trouble', type, ...error }));
  return centrifuge;
}

/** Runs `handlers[word](argument)` for each line `word argument`; the end of stdin ends the process. */
export function obey(handlers) {
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const [word, argument] = line.split(' ');
    handlers[word](argument);
  });
  lines.on('close', () => process.exit(0));
}
