// sdk.mjs <url> <json|protobuf> <options>: an SDK client that does what it is told and tells what happens.
//
// A line of stdin is a JSON array of acts, carried out one after the other without waiting for anything in between:
// [{"verb":"connect"},{"verb":"subscribe","channel":"news"}]. An act with "ask" is answered by an event "answer" with the
// same "ask". Payloads travel as base64, since Protobuf carries any bytes; the JSON SDK is given the value they spell.
import readline from 'node:readline';
import WebSocket from 'ws';
import { say } from './client.mjs';

const [url, encoding, given] = process.argv.slice(2);
const json = encoding === 'json';
const { Centrifuge, UnauthorizedError } = await import(json ? 'centrifuge' : 'centrifuge/build/protobuf');
const { token, asksForTokens } = JSON.parse(given);

const fromTest = (text) => {
  const bytes = Buffer.from(text, 'base64');
  return json ? JSON.parse(bytes.toString('utf8')) : new Uint8Array(bytes);
};
const toTest = (data) =>
  data === undefined || data === null
    ? undefined
    : Buffer.from(json ? JSON.stringify(data) : data).toString('base64');
const personToTest = (info) =>
  info && { client: info.client, user: info.user, connInfo: toTest(info.connInfo), chanInfo: toTest(info.chanInfo) };

// what getToken waits for, by the number of the question
const wanted = new Map();
let questions = 0;

function getToken(channel) {
  return new Promise((resolve, reject) => {
    const question = ++questions;
    wanted.set(question, ({ token, unauthorized }) => {
      wanted.delete(question);
      if (token !== undefined) {
        resolve(token);
      } else {
        reject(unauthorized ? new UnauthorizedError('no token for you') : new Error('no token at the moment'));
      }
    });
    say({ event: 'token wanted', question, channel });
  });
}

/** Tells what was agreed on beside the protocol. */
class TellingSocket extends WebSocket {
  constructor(...given) {
    super(...given);
    this.once('open', () => say({ event: 'socket', extensions: this.extensions }));
  }
}

const options = { websocket: TellingSocket, minReconnectDelay: 100, maxReconnectDelay: 500, networkEventTarget: new EventTarget() };
if (token) {
  options.token = token;
}
if (asksForTokens) {
  options.getToken = () => getToken('');
}
const centrifuge = new Centrifuge(url, options);

function publicationToTest({ channel, data, offset, tags, info }) {
  return { channel, data: toTest(data), offset, tags, info: personToTest(info) };
}

function subscribedToTest({ channel, recoverable, positioned, wasRecovering, recovered, streamPosition, data }) {
  return { channel, recoverable, positioned, wasRecovering, recovered, ...streamPosition, data: toTest(data) };
}

centrifuge.on('connecting', ({ code, reason }) => say({ event: 'connecting', code, reason }));
centrifuge.on('connected', ({ client, data }) => say({ event: 'connected', client, data: toTest(data) }));
centrifuge.on('disconnected', ({ code, reason }) => say({ event: 'disconnected', code, reason }));
centrifuge.on('error', ({ type, error }) => say({ event: 'error', type, code: error.code, message: error.message }));
centrifuge.on('message', ({ data }) => say({ event: 'message', data: toTest(data) }));
centrifuge.on('subscribed', (context) => say({ event: 'server subscribed', ...subscribedToTest(context) }));
centrifuge.on('unsubscribed', ({ channel }) => say({ event: 'server unsubscribed', channel }));
centrifuge.on('publication', (context) => say({ event: 'server publication', ...publicationToTest(context) }));

function subscription({ channel, wishes }) {
  const existing = centrifuge.getSubscription(channel);
  if (existing) {
    return existing;
  }
  const { asksForToken, ...others } = wishes ?? {};
  const wished = { minResubscribeDelay: 100, maxResubscribeDelay: 500, ...others };
  if (asksForToken) {
    wished.getToken = () => getToken(channel);
  }
  const made = centrifuge.newSubscription(channel, wished);
  made.on('subscribing', ({ code, reason }) => say({ event: 'subscribing', channel, code, reason }));
  made.on('subscribed', (context) => say({ event: 'subscribed', ...subscribedToTest(context), channel }));
  made.on('unsubscribed', ({ code, reason }) => say({ event: 'unsubscribed', channel, code, reason }));
  made.on('error', ({ type, error }) => say({ event: 'failed', channel, type, code: error.code, message: error.message }));
  made.on('publication', (context) => say({ event: 'publication', ...publicationToTest(context), on: channel }));
  made.on('join', ({ info }) => say({ event: 'join', channel, info: personToTest(info) }));
  made.on('leave', ({ info }) => say({ event: 'leave', channel, info: personToTest(info) }));
  return made;
}

const verbs = {
  connect: () => centrifuge.connect(),
  disconnect: () => centrifuge.disconnect(),
  subscribe: (act) => subscription(act).subscribe(),
  unsubscribe: (act) => subscription(act).unsubscribe(),
  'unsubscribe once connect is sent': (act) =>
    centrifuge.once('__centrifuge_debug:connect_frame_sent', () => subscription(act).unsubscribe()),
  'lose the connection': () => options.networkEventTarget.dispatchEvent(new Event('offline')),
  'find the network again': () => options.networkEventTarget.dispatchEvent(new Event('online')),
  'start batching': () => centrifuge.startBatching(),
  'stop batching': () => centrifuge.stopBatching(),
  token: (act) => wanted.get(act.question)(act),
  send: ({ data }) => centrifuge.send(fromTest(data)),
  publish: ({ channel, data }) => centrifuge.publish(channel, fromTest(data)),
  rpc: async ({ method, data }) => ({ data: toTest((await centrifuge.rpc(method, fromTest(data))).data) }),
  history: async ({ channel, limit, reverse, since }) => {
    const { publications, offset, epoch } = await centrifuge.history(channel, { limit, reverse, since });
    return { publications: publications.map(publicationToTest), offset, epoch };
  },
  presence: async ({ channel }) => ({
    people: Object.values((await centrifuge.presence(channel)).clients).map(personToTest),
  }),
  'presence stats': ({ channel }) => centrifuge.presenceStats(channel),
};

function carryOut(act) {
  const outcome = verbs[act.verb](act);
  if (act.ask !== undefined) {
    Promise.resolve(outcome).then(
      (result) => say({ event: 'answer', ask: act.ask, ...result }),
      ({ code, message }) => say({ event: 'answer', ask: act.ask, code, message }),
    );
  }
}

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => JSON.parse(line).forEach(carryOut));
lines.on('close', () => process.exit(0));
