/** The mark: two speech bubbles, one behind the other. Decoration; the name stands beside it or in the title. */
export const Logo = ({ size = 32 }: { size?: number }) => (
  <img src="/favicon.svg" alt="" width={size} height={size} />
);
