/** The text as a pattern of LIKE that means nothing but itself. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);
