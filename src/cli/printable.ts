/** Control characters, and those that turn the direction of what follows. */
const steering = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** What people named things, as an operator's terminal may be given it: they could move its cursor, or make lines that are none. */
export const printable = (text: string): string => text.replaceAll(steering, "\uFFFD");
