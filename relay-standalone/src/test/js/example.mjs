// example.mjs <url>: what docs/sdks.md shows of the JavaScript SDK. It runs until it is ended.
const url = process.argv[2];

// snippet: javascript
import { Centrifuge } from 'centrifuge';

const client = new Centrifuge(url);
const chat = client.newSubscription('chat');

chat.on('publication', ({ offset, data }) => console.log('received', offset, data.text));
chat.on('subscribed', async () => {
  await chat.publish({ text: 'hello' });
  const { publications } = await chat.history({ limit: 10 });
  const { clients } = await chat.presence();
  console.log('kept', publications.length, 'present', Object.keys(clients).length);
});
chat.subscribe();
client.connect();
// end of snippet
