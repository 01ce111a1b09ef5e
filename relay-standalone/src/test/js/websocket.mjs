// What browsers and Node since 22 have by themselves.
import WebSocket from 'ws';

globalThis.WebSocket ??= WebSocket;
