import { useEffect, useState } from "react";

/** A pause in the typing; a question for each letter would be too many. */
const settledAfterMs = 200;

/** What is typed, once nothing has been typed for a moment. */
export const useSettled = (text: string, afterMs = settledAfterMs): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), afterMs);
    return () => clearTimeout(timer);
  }, [text, afterMs]);
  return settled;
};
