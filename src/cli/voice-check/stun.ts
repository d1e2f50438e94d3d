/**
 * As much of STUN (RFC 8489) as ICE's connectivity check (RFC 8445) needs: a Binding request with short-term credentials,
 * and its answer. An answer counts when its integrity was made with the password: then it is the server's own, and no
 * middle box has made it up.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

const magicCookie = 0x2112_a442;
const headerBytes = 20;
const attributeHeaderBytes = 4;
const integrityBytes = 20;
const fingerprintBytes = 4;
/** "STUN" in ASCII: tells the sum from one of another protocol on the same port. */
const fingerprintMask = 0x5354_554e;

const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;

const attributeTypes = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlling: 0x802a,
} as const;

export const transactionIdBytes = 12;

/** A host candidate's of one component, with the highest local preference (RFC 8445, 5.1.2.1). */
const hostPriority = 0x7eff_ffff;

interface Attribute {
  type: number;
  value: Buffer;
}

const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value >>> 0);
  return buffer;
};

const padTo4 = (length: number): number => (length + 3) & ~3;

const encodeAttribute = ({ type, value }: Attribute): Buffer => {
  const buffer = Buffer.alloc(attributeHeaderBytes + padTo4(value.length));
  buffer.writeUInt16BE(type, 0);
  buffer.writeUInt16BE(value.length, 2);
  value.copy(buffer, attributeHeaderBytes);
  return buffer;
};

/** The message as it is, but said to be this long behind its header: what integrity and fingerprint are made over. */
const withLength = (message: Buffer, length: number): Buffer => {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(length, 2);
  return copy;
};

const integrityOf = (before: Buffer, password: string): Buffer => {
  const length = before.length - headerBytes + attributeHeaderBytes + integrityBytes;
  return createHmac("sha1", password).update(withLength(before, length)).digest();
};

const fingerprintOf = (before: Buffer): Buffer => {
  const length = before.length - headerBytes + attributeHeaderBytes + fingerprintBytes;
  return uint32(crc32(withLength(before, length)) ^ fingerprintMask);
};

/** What the request says of the caller, and the password that seals it. */
export interface BindingRequest {
  transactionId: Buffer;
  /** The server's user name fragment, a colon, the caller's own. */
  username: string;
  password: string;
  /** Any number: it decides between two ends that both want to control. */
  tieBreaker: Buffer;
}

export const encodeBindingRequest = (request: BindingRequest): Buffer => {
  const { transactionId, username, password, tieBreaker } = request;
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(bindingRequest, 0);
  header.writeUInt32BE(magicCookie, 4);
  transactionId.copy(header, 8);
  const plain = Buffer.concat([
    header,
    encodeAttribute({ type: attributeTypes.username, value: Buffer.from(username) }),
    encodeAttribute({ type: attributeTypes.priority, value: uint32(hostPriority) }),
    encodeAttribute({ type: attributeTypes.iceControlling, value: tieBreaker }),
    encodeAttribute({ type: attributeTypes.useCandidate, value: Buffer.alloc(0) }),
  ]);
  const integrity = integrityOf(plain, password);
  const sealed = Buffer.concat([
    plain,
    encodeAttribute({ type: attributeTypes.messageIntegrity, value: integrity }),
  ]);
  const value = fingerprintOf(sealed);
  const whole = Buffer.concat([sealed, encodeAttribute({ type: attributeTypes.fingerprint, value })]);
  return withLength(whole, whole.length - headerBytes);
};

/** A request without credentials, which any STUN and TURN server answers: it ends with its header. */
export const encodePlainRequest = (transactionId: Buffer): Buffer => {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(bindingRequest, 0);
  header.writeUInt32BE(magicCookie, 4);
  transactionId.copy(header, 8);
  return header;
};

interface LocatedAttribute extends Attribute {
  /** Where it begins in the message. */
  offset: number;
}

const listAttributes = (message: Buffer): LocatedAttribute[] | undefined => {
  const attributes: LocatedAttribute[] = [];
  for (let offset = headerBytes; offset < message.length;) {
    if (offset + attributeHeaderBytes > message.length) return undefined;
    const length = message.readUInt16BE(offset + 2);
    const start = offset + attributeHeaderBytes;
    if (start + length > message.length) return undefined;
    attributes.push({
      type: message.readUInt16BE(offset),
      value: message.subarray(start, start + length),
      offset,
    });
    offset = start + padTo4(length);
  }
  return attributes;
};

const isSame = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

const isSealed = (message: Buffer, attributes: readonly LocatedAttribute[], password: string): boolean => {
  const integrity = attributes.find(({ type }) => type === attributeTypes.messageIntegrity);
  if (!integrity) return false;
  return isSame(integrity.value, integrityOf(message.subarray(0, integrity.offset), password));
};

const hasRightFingerprint = (message: Buffer, attributes: readonly LocatedAttribute[]): boolean => {
  const last = attributes.at(-1);
  // It may be left out; one that is there must be right.
  if (last?.type !== attributeTypes.fingerprint) return true;
  return isSame(last.value, fingerprintOf(message.subarray(0, last.offset)));
};

/** Of a success. Without a password no integrity is asked for. */
interface Expected {
  transactionId: Buffer;
  password?: string;
}

/** Whether these bytes are the answer that says that the request has arrived. */
export const isBindingSuccess = (message: Buffer, { transactionId, password }: Expected): boolean => {
  if (message.length < headerBytes || message.readUInt16BE(0) !== bindingSuccess) return false;
  if (message.readUInt32BE(4) !== magicCookie) return false;
  if (message.readUInt16BE(2) !== message.length - headerBytes) return false;
  if (!isSame(message.subarray(8, headerBytes), transactionId)) return false;
  const attributes = listAttributes(message);
  if (!attributes || !hasRightFingerprint(message, attributes)) return false;
  return password === undefined || isSealed(message, attributes, password);
};
