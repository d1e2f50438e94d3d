/** A thread with a socket that it never reads: what is sent there costs the sender all that it costs, and nobody else. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parentPort } from "node:worker_threads";

const socket = createSocket("udp4");
socket.bind(0, "127.0.0.1");
await once(socket, "listening");
parentPort?.postMessage(socket.address().port);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
