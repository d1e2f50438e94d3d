/**
 * A socket that tells its connection what it hears before it tells its listeners, who are tRPC's. Listeners of the
 * connection's own, and the table that they stand in, would be a sixth of what an idle connection holds.
 */
import { WebSocket } from "ws";

export interface SocketListener {
  hear(message: unknown): void;
  /** A ping or a pong. */
  beat(): void;
  end(code: number): void;
}

/** No more answers wait for a client that does not read. */
const maxUnreadBytes = 1024 * 1024;

export class GatewaySocket extends WebSocket {
  listener: SocketListener | undefined;

  override emit(name: string | symbol, ...args: unknown[]): boolean {
    switch (name) {
      case "message":
        this.listener?.hear(args[0]);
        break;
      case "ping":
        this.listener?.beat();
        this.#answer(args[0]);
        break;
      case "pong":
        this.listener?.beat();
        break;
      case "close":
        this.listener?.end(Number(args[0]));
        break;
      case "error":
        // What is no WebSocket frame, or too long a one: ws closes the socket by itself.
        return true;
      default:
    }
    // Whoever began to listen just now hears this too.
    return super.emit(name, ...args);
  }

  /** Instead of ws, which keeps a closure for each socket to do so. */
  #answer(ping: unknown): void {
    const isOpen = this.readyState === this.OPEN && this.bufferedAmount <= maxUnreadBytes;
    if (isOpen && Buffer.isBuffer(ping)) this.pong(ping);
  }
}
