// Clients of deploy/verify, with the official SDK:
//
//   exchange <publisher's URL> <subscriber's URL>        one publishes, the other gets it; prints how long it took
//   stay <URL> <count> <file>                            publishes to chat:stay and follows it until <count> are acknowledged,
//                                                        whatever happens to the server; prints what was acknowledged and seen
//
// The token comes from RELAY_TOKEN, a certificate authority from NODE_EXTRA_CA_CERTS.
import { appendFileSync } from 'node:fs';
import WebSocket from 'ws';
import { Centrifuge } from 'centrifuge';

const [what, ...args] = process.argv.slice(2);
const seconds = Number(process.env.SECONDS_AT_MOST ?? 60);
setTimeout(() => fail(`${what}: not done within ${seconds} s`), seconds * 1000).unref();

function fail(why) {
  console.error(why);
  process.exit(1);
}

function connect(url) {
  const client = new Centrifuge(url, {
    websocket: WebSocket, token: process.env.RELAY_TOKEN, minReconnectDelay: 100, maxReconnectDelay: 1000, timeout: 10000,
  });
  client.on('disconnected', ({ code, reason }) => { if (code !== 0) fail(`disconnected for good: ${code} ${reason}`); });
  client.connect();
  return client;
}

function subscribed(client, channel, onPublication) {
  return new Promise((resolve) => {
    const subscription = client.newSubscription(channel, { recoverable: true, positioned: true });
    subscription.on('publication', onPublication);
    subscription.on('subscribed', (context) => resolve([subscription, context]));
    subscription.on('unsubscribed', ({ code, reason }) => fail(`unsubscribed: ${code} ${reason}`));
    subscription.subscribe();
  });
}

if (what === 'exchange') {
  const [from, to] = args;
  const wanted = `hello ${process.pid} ${Date.now()}`;
  const subscriber = connect(to);
  let begun;
  await new Promise((resolve) => {
    subscribed(subscriber, 'chat:verify', ({ data }) => { if (data.text === wanted) resolve(); }).then(async () => {
      const publisher = connect(from);
      await subscribed(publisher, 'chat:verify', () => {});
      begun = performance.now();
      await publisher.publish('chat:verify', { text: wanted });
    });
  });
  console.log(`${(performance.now() - begun).toFixed(1)} ms`);
  process.exit(0);
}

if (what === 'stay') {
  const [url, count, file] = args;
  const seen = new Set();
  const offsets = [];
  const follower = connect(url);
  const gaps = [];
  const [subscription] = await subscribed(follower, 'chat:stay', ({ data, offset }) => {
    seen.add(data.id);
    offsets.push(offset);
  });
  subscription.on('subscribed', ({ wasRecovering, recovered }) => {
    if (wasRecovering && !recovered) gaps.push('recovered: false');
  });
  const publisher = connect(url);
  await subscribed(publisher, 'chat:stay', () => {});
  const acknowledged = [];
  for (let id = 1; acknowledged.length < Number(count); id++) {
    try {
      await publisher.ready(30000);
      await publisher.publish('chat:stay', { id });
      acknowledged.push(id);
      appendFileSync(file, `${id}\n`);
    } catch {
      // not acknowledged: it may be there or not. The next id, a little later
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  while (!acknowledged.every((id) => seen.has(id))) await new Promise((resolve) => setTimeout(resolve, 100));
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i] !== offsets[i - 1] + 1) gaps.push(`offset ${offsets[i]} after ${offsets[i - 1]}`);
  }
  if (gaps.length > 0) fail(gaps.join('; '));
  console.log(`${acknowledged.length} acknowledged, all seen, ${offsets.length} offsets without a gap`);
  process.exit(0);
}
fail(`what? ${what}`);
