import { useEffect, useState } from "react";

/** A pause in the typing; a question for each letter would be too many. */
const settledAfterMs = 200;

/** What is typed, once nothing has been typed for a moment. */
export const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settledAfterMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
};
