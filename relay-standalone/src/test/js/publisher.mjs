// publisher.mjs <url> <channel> <window>: publishes {"id":1}, {"id":2}, … with at most <window> unanswered.
//
// An id is published once and never again, so an unanswered one may be in the journal or not, but never twice.
// When the connection is lost it waits to be told to go on.
//
// Events:   {"event":"acknowledged","id":…}: the server said "stored"
//           {"event":"unacknowledged","id":…,"code":…,"message":…}
//           {"event":"paused"}: something went wrong and nothing is in flight any more
//           {"event":"done","acknowledged":…}: as many were acknowledged as were asked for
// Commands: publish <count> (until that many more are acknowledged) · resume
import { client, obey, say } from './client.mjs';

const [url, channel, window] = process.argv.slice(2);
const centrifuge = client(url);
let nextId = 1;
let target = 0;
let acknowledged = 0;
let inFlight = 0;
let paused = false;

function publishOne() {
  const id = nextId++;
  inFlight++;
  centrifuge.publish(channel, { id }).then(
    () => {
      acknowledged++;
      say({ event: 'acknowledged', id });
    },
    ({ code, message }) => {
      paused = true;
      say({ event: 'unacknowledged', id, code, message });
    },
  ).then(() => {
    inFlight--;
    goOn();
  });
}

function goOn() {
  while (!paused && inFlight < Number(window) && acknowledged + inFlight < target) {
    publishOne();
  }
  if (inFlight === 0) {
    if (acknowledged === target) {
      say({ event: 'done', acknowledged });
    } else if (paused) {
      say({ event: 'paused' });
    }
  }
}

centrifuge.on('connecting', ({ code }) => {
  if (code !== 0 && acknowledged < target && !paused) {
    paused = true;
    if (inFlight === 0) {
      say({ event: 'paused' });
    }
  }
});

obey({
  publish: (count) => {
    target += Number(count);
    goOn();
  },
  resume: async () => {
    await centrifuge.ready(60_000);
    paused = false;
    goOn();
  },
});
centrifuge.connect();
