// subscriber.mjs <url> <channel>: reports every publication it is given, in the order it is given them.
//
// Events:   {"event":"subscribed","wasRecovering":…,"recovered":…,"offset":…,"epoch":…}
//           {"event":"publications","received":[[offset, id], …]}
//           {"event":"unsubscribed","code":…,"reason":…} · {"event":"failed","code":…,"message":…}
//           {"event":"stopped"}: nothing follows
// Commands: stop
import { client, obey, say } from './client.mjs';

const [url, channel] = process.argv.slice(2);
const centrifuge = client(url);
const subscription = centrifuge.newSubscription(channel);
let received = [];

function tell() {
  if (received.length > 0) {
    say({ event: 'publications', received });
    received = [];
  }
}

subscription.on('subscribed', ({ wasRecovering, recovered, streamPosition }) => {
  tell();
  say({ event: 'subscribed', wasRecovering, recovered, ...streamPosition });
});
subscription.on('publication', ({ offset, data }) => {
  if (received.length === 0) {
    setTimeout(tell, 10);
  }
  received.push([offset, data.id]);
});
subscription.on('unsubscribed', ({ code, reason }) => {
  tell();
  if (code === 0) {
    say({ event: 'stopped' });
  } else {
    say({ event: 'unsubscribed', code, reason });
  }
});
subscription.on('error', ({ error }) => say({ event: 'failed', code: error.code, message: error.message }));

obey({ stop: () => subscription.unsubscribe() });
subscription.subscribe();
centrifuge.connect();
