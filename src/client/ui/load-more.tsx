import { useEffect, useRef } from "react";

import { Button } from "./button.tsx";
import styles from "./load-more.module.css";

export type LoadMoreProps = {
  /** What the button says: "Show more members". */
  label: string;
  isPending: boolean;
  onLoad: () => void;
};

/** Stands below a list that goes on: it loads when it comes into view, or by its button. */
export const LoadMore = ({ label, isPending, onLoad }: LoadMoreProps) => {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isPending || !place.current) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) onLoad();
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isPending, onLoad]);
  return (
    <div ref={place} className={styles.more}>
      <Button size="small" isPending={isPending} onClick={onLoad}>
        {label}
      </Button>
    </div>
  );
};
