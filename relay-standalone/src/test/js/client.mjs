// What every scenario shares: an SDK client, events as JSON lines on stdout, commands as lines on stdin.
import readline from 'node:readline';
import WebSocket from 'ws';
import { Centrifuge as JsonCentrifuge } from 'centrifuge';
import { Centrifuge as ProtobufCentrifuge } from 'centrifuge/build/protobuf';

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
export function client(url, encoding) {
  const Centrifuge = encoding === 'protobuf' ? ProtobufCentrifuge : JsonCentrifuge;
  const centrifuge = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 100, maxReconnectDelay: 1000 });
  centrifuge.on('connecting', ({ code, reason }) => say({ event: 'connecting', code, reason }));
  centrifuge.on('connected', (context) => say({ event: 'connected', client: context.client }));
  centrifuge.on('disconnected', ({ code, reason }) => say({ event: 'disconnected', code, reason }));
  return centrifuge;
}

/** A publication's data as the publisher wrote it; the Protobuf client hands out bytes. */
export function decoded(data) {
  return data instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(data)) : data;
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
