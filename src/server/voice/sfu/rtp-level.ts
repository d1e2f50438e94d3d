/** One- and two-byte header extensions, by what stands in place of a profile (RFC 8285). */
const oneByteProfile = 0xbede;
const twoByteProfile = 0x1000;

/** The level that the sender wrote into an RTP packet's header (RFC 6464), -127 to 0, or undefined without one. */
export const findLevelDbov = (packet: Buffer, extensionId: number): number | undefined => {
  if (packet.length < 16 || (packet.readUInt8(0) & 0x10) === 0) return undefined;
  const profileAt = 12 + (packet.readUInt8(0) & 0x0f) * 4;
  if (packet.length < profileAt + 4) return undefined;
  const profile = packet.readUInt16BE(profileAt);
  const isOneByte = profile === oneByteProfile;
  if (!isOneByte && (profile & 0xfff0) !== twoByteProfile) return undefined;
  const end = Math.min(packet.length, profileAt + 4 + packet.readUInt16BE(profileAt + 2) * 4);
  let at = profileAt + 4;
  while (at < end) {
    const head = packet.readUInt8(at);
    const id = isOneByte ? head >> 4 : head;
    // Zero pads, and has no length.
    if (id === 0) at += 1;
    else {
      const valueAt = at + (isOneByte ? 1 : 2);
      const length = isOneByte ? (head & 0x0f) + 1 : (packet[at + 1] ?? 0);
      if (id === extensionId) return valueAt < end ? -(packet.readUInt8(valueAt) & 0x7f) : undefined;
      at = valueAt + length;
    }
  }
  return undefined;
};
