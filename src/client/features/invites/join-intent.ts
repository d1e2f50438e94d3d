/**
 * That somebody said "yes" to an invite before they were signed in. It lives in this page's memory alone: a link must not
 * be able to join on anybody's behalf.
 */
let wantedCode: string | undefined;

export const rememberJoin = (code: string): void => {
  wantedCode = code;
};

/** Whether it was this invite; asked once, it is forgotten. */
export const takeJoin = (code: string): boolean => {
  const isWanted = wantedCode === code;
  wantedCode = undefined;
  return isWanted;
};
