import { expect, test } from "vitest";
import { startSfu } from "#tests/support/voice-sfu.ts";
import { type Arrival, Ear, type Inlet, Mouth, sentAtMs, WireMedia } from "#tests/support/wire-media.ts";
import { type WireMember, WireRoom } from "#tests/support/wire-room.ts";

const unmutedCount = 50;
const forwardedCount = 8;
/** Listened to at the wire is one in four: all of them would keep this process too busy to be exact about time. */
const isListenedTo = (index: number): boolean => index % 4 === 0;
const loudDbov = -20;
/** A room with a fan: sent all the time, and not speech. */
const murmurDbov = -60;
/** Fifteen packets of whoever is forwarded. */
const momentMs = 300;
/** A packet takes less than a millisecond from socket to socket; where one takes longer the machine was busy. */
const undisturbedMs = 40;
const maxSwitches = 10;

/** Those with these numbers, one that is listened to among them. */
const eightFrom = (first: number): ReadonlySet<number> =>
  new Set(Array.from({ length: forwardedCount }, (_, index) => first + index));

interface Receiver {
  index: number;
  member: WireMember;
  arrivals: Arrival[];
}

const startRoom = async () => {
  const stack = new AsyncDisposableStack();
  const wire = new WireMedia();
  const { sfu } = stack.use(await startSfu({ createTransport: wire.createTransport }));
  const room = stack.use(new WireRoom({ sfu, wire }));
  const members: WireMember[] = [];
  const receivers: Receiver[] = [];
  for (let index = 0; index < unmutedCount; index += 1) {
    const arrivals: Arrival[] = [];
    const ear = isListenedTo(index)
      ? stack.use(await Ear.open((arrival) => void arrivals.push(arrival)))
      : undefined;
    const member = await room.join({ ssrc: 1_000 + index, earPort: ear?.port });
    members.push(member);
    if (ear) receivers.push({ index, member, arrivals });
  }
  await room.hearAll();
  return {
    members,
    receivers,
    mouth: stack.use(new Mouth()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

type Made = Awaited<ReturnType<typeof startRoom>>;

/** Everyone talks at once, those that are chosen loudly. */
const talk = (made: Made, first: ReadonlySet<number>) => {
  let loud = first;
  let awaited = new Set<Inlet>();
  let switchedAtMs = 0;
  const until = new AbortController();
  const numberOf = new Map<Inlet, number>(made.members.map((member, index) => [member, index]));
  const levelDbov = (inlet: Inlet): number => {
    const isLoud = loud.has(numberOf.get(inlet) ?? -1);
    // The moment of the last one's first loud packet: none can be heard before it has spoken.
    if (isLoud && awaited.delete(inlet)) switchedAtMs = performance.now();
    return isLoud ? loudDbov : murmurDbov;
  };
  const spoken = made.mouth.speak({ inlets: made.members, levelDbov }, until.signal);
  return {
    turnUp: (next: ReadonlySet<number>): void => {
      loud = next;
      awaited = new Set(made.members.filter((_, index) => next.has(index)));
    },
    get switchedAtMs(): number {
      return switchedAtMs;
    },
    stop: (): Promise<number> => {
      until.abort();
      return spoken;
    },
  };
};

/** By the SSRC of each stream to this receiver, the number of who speaks in it. */
const speakersTo = ({ members }: Made, { member: { peer } }: Receiver) => {
  const numberOf = new Map(members.map((member, index) => [member.peer, index]));
  return new Map(
    [...peer.subscriptions.values()].map(({ from, consumer }) => [
      consumer.rtpParameters.encodings?.[0]?.ssrc,
      numberOf.get(from),
    ]),
  );
};

/** Whom the receiver heard from then on, by the times at which packets arrived. */
const heardFrom = (made: Made, receiver: Receiver, fromMs: number): number[] => {
  const speakers = speakersTo(made, receiver);
  const heard = new Set(
    receiver.arrivals.filter(({ atMs }) => atMs >= fromMs).map(({ ssrc }) => speakers.get(ssrc)),
  );
  return [...heard].filter((number) => number !== undefined).toSorted((a, b) => a - b);
};

/** Whom each hears, of those who were heard a moment before the last packet came. */
const heardNow = (made: Made): number[][] =>
  made.receivers.map((receiver) =>
    heardFrom(made, receiver, (receiver.arrivals.at(-1)?.atMs ?? 0) - momentMs),
  );

/** All of them, and nobody hears themselves. */
const everyoneHears = (made: Made, loud: ReadonlySet<number>): number[][] =>
  made.receivers.map(({ index }) => [...loud].filter((number) => number !== index));

interface Switch {
  /** From the last one's first loud packet until all listeners had heard all of the new, and until they last heard one of the old. */
  tookMs: number;
  /** The longest that a packet was on its way meanwhile. */
  transitMs: number;
}

const measureSwitch = (
  made: Made,
  sets: { before: ReadonlySet<number>; after: ReadonlySet<number> },
  atMs: number,
): Switch => {
  const since = made.receivers.flatMap((receiver) => {
    const speakers = speakersTo(made, receiver);
    const late = receiver.arrivals.filter((arrival) => arrival.atMs >= atMs);
    const firsts = [...sets.after]
      .filter((number) => number !== receiver.index)
      .map((number) => late.find(({ ssrc }) => speakers.get(ssrc) === number));
    return [...firsts, late.findLast(({ ssrc }) => sets.before.has(speakers.get(ssrc) ?? -1))];
  });
  const doneAtMs = Math.max(...since.map((arrival) => arrival?.atMs ?? atMs));
  const meanwhile = made.receivers
    .flatMap(({ arrivals }) => arrivals)
    .filter((arrival) => arrival.atMs >= atMs && arrival.atMs <= doneAtMs);
  const transitMs = Math.max(...meanwhile.map((arrival) => arrival.atMs - sentAtMs(arrival)));
  return { tookMs: doneAtMs - atMs, transitMs };
};

test("VO5 of 50 unmuted each receives the loudest 8 alone, and others within 500 ms", async () => {
  await using made = await startRoom();
  let [before, after] = [eightFrom(18), eightFrom(34)];
  const talking = talk(made, before);
  await expect.poll(() => heardNow(made)).toEqual(everyoneHears(made, before));

  const switches: Switch[] = [];
  // Of a time in which the machine was at something else the figure says nothing: then they switch once more.
  while (!switches.some(({ transitMs }) => transitMs < undisturbedMs) && switches.length < maxSwitches) {
    talking.turnUp(after);
    await expect.poll(() => heardNow(made)).toEqual(everyoneHears(made, after));
    switches.push(measureSwitch(made, { before, after }, talking.switchedAtMs));
    [before, after] = [after, before];
  }
  await talking.stop();
  const quickest = Math.min(...switches.map(({ tookMs }) => tookMs));
  expect(quickest, JSON.stringify(switches)).toBeLessThan(500);
});
