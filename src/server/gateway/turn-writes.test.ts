import { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { TurnWrites } from "./turn-writes.ts";

/** Remembers what each write to the system would have held. */
class FakeTransport extends Duplex {
  readonly written: string[][] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push([chunk.toString()]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.written.push(chunks.map(({ chunk }) => chunk.toString()));
    done();
  }
}

test("GW10 what a socket writes in one turn of the event loop leaves in one write, in order", async () => {
  const turnWrites = new TurnWrites();
  const [busy, quiet] = [new FakeTransport(), new FakeTransport()];
  const write = (transport: Duplex, text: string): void => {
    turnWrites.hold(transport);
    transport.write(text);
  };
  for (const text of ["a", "b"]) write(busy, text);
  write(quiet, "x");
  await Promise.resolve();
  write(busy, "c");
  expect([busy.written, quiet.written]).toEqual([[], []]);
  await setImmediate();
  expect([busy.written, quiet.written]).toEqual([[["a", "b", "c"]], [["x"]]]);
  write(busy, "d");
  await setImmediate();
  expect(busy.written.at(-1)).toEqual(["d"]);
});

test("GW10 what was held leaves before a socket's end, and a socket that is gone disturbs nobody", async () => {
  const turnWrites = new TurnWrites();
  const [ending, gone, other] = [new FakeTransport(), new FakeTransport(), new FakeTransport()];
  for (const transport of [ending, gone, other]) {
    turnWrites.hold(transport);
    transport.write("a");
  }
  ending.end("b");
  gone.destroy();
  await setImmediate();
  expect(ending.written.flat()).toEqual(["a", "b"]);
  expect(gone.written).toEqual([]);
  expect(other.written).toEqual([["a"]]);
});
