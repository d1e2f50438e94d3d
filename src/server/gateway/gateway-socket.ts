/**
 * A socket that knows who listens to it, so that all sockets share their listeners: five closures for each would be a sixth
 * of what an idle connection holds.
 */
import { type RawData, WebSocket } from "ws";

export interface SocketListener {
  hear(data: RawData, isBinary: boolean): void;
  /** A ping or a pong. */
  beat(): void;
  end(): void;
}

export class GatewaySocket extends WebSocket {
  listener: SocketListener | undefined;
}

/** As `ws` calls it: with the socket as `this`. */
const listenerOf = (socket: WebSocket): SocketListener | undefined =>
  socket instanceof GatewaySocket ? socket.listener : undefined;

function hear(this: WebSocket, data: RawData, isBinary: boolean): void {
  listenerOf(this)?.hear(data, isBinary);
}

function beat(this: WebSocket): void {
  listenerOf(this)?.beat();
}

function end(this: WebSocket): void {
  listenerOf(this)?.end();
}

const ignore = (): void => undefined;

/** Before whoever else listens to messages. */
export const listenToMessages = (socket: GatewaySocket): void => void socket.prependListener("message", hear);

export const listen = (socket: GatewaySocket, listener: SocketListener): void => {
  socket.listener = listener;
  listenToMessages(socket);
  socket.on("ping", beat).on("pong", beat).on("close", end);
  // What is no WebSocket frame, or too long a one: ws closes the socket by itself.
  socket.on("error", ignore);
};
