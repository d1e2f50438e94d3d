import { useCallback, useLayoutEffect, useRef, type ComponentProps, type Ref } from "react";

export type AutoTextAreaProps = Omit<ComponentProps<"textarea">, "rows" | "ref"> & {
  /** Default: 1. */
  minRows?: number;
  /** It scrolls beyond. Default: 10. */
  maxRows?: number;
  ref?: Ref<HTMLTextAreaElement>;
};

const assign = (ref: Ref<HTMLTextAreaElement> | undefined, element: HTMLTextAreaElement | null) =>
  typeof ref === "function" ? ref(element) : ref && (ref.current = element);

const fit = (element: HTMLTextAreaElement, maxRows: number): void => {
  const style = getComputedStyle(element);
  const frameHeight = element.offsetHeight - element.clientHeight;
  const padding = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
  const maxHeight = Number.parseFloat(style.lineHeight) * maxRows + padding + frameHeight;
  element.style.height = "auto";
  const wanted = element.scrollHeight + frameHeight;
  element.style.height = `${Math.min(wanted, maxHeight)}px`;
  element.style.overflowY = wanted > maxHeight ? "auto" : "hidden";
};

/** A bare text area as high as its text. It has no look and no label of its own: see TextArea, or a composer. */
export const AutoTextArea = ({ minRows = 1, maxRows = 10, ref, onInput, ...rest }: AutoTextAreaProps) => {
  const own = useRef<HTMLTextAreaElement>(null);
  const fittedText = useRef<string>(null);
  useLayoutEffect(() => {
    const element = own.current;
    if (element === null || element.value === fittedText.current) return;
    fittedText.current = element.value;
    fit(element, maxRows);
  });
  useLayoutEffect(() => {
    const element = own.current;
    if (element === null) return undefined;
    let width = element.offsetWidth;
    const observer = new ResizeObserver(() => {
      if (element.offsetWidth === width) return;
      width = element.offsetWidth;
      fit(element, maxRows);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [maxRows]);
  const attach = useCallback(
    (element: HTMLTextAreaElement | null) => {
      own.current = element;
      assign(ref, element);
    },
    [ref],
  );
  return (
    <textarea
      {...rest}
      rows={minRows}
      ref={attach}
      onInput={(event) => {
        fit(event.currentTarget, maxRows);
        onInput?.(event);
      }}
    />
  );
};
