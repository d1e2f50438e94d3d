import { useEffect, useState } from "react";

/** A pause in the typing; a question for each letter would be too many. */
const settledAfterMs = 250;

/** What is typed, once it has stood for a moment: to search for. */
export const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settledAfterMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
};
