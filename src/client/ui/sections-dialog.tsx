import { ArrowLeft } from "lucide-react";
import { Tabs as Primitive } from "radix-ui";
import { useEffect, useRef, type ReactNode } from "react";

import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";

import { Dialog } from "./dialog.tsx";
import { IconButton } from "./icon-button.tsx";
import styles from "./sections-dialog.module.css";

export type DialogSection = { id: string; label: string; icon: ReactNode; content: ReactNode };

export type SectionsDialogProps = {
  title: string;
  sections: readonly DialogSection[];
  /** Undefined: the first one, and on a phone the list of all. */
  activeId: string | undefined;
  onActiveIdChange: (id: string | undefined) => void;
  onClose: () => void;
  /** Below the list: a Button. */
  aside?: ReactNode;
};

/** On a phone what was pressed goes out of view: the focus goes on to what came in its place. */
const usePhoneFocus = (isPhone: boolean, activeId: string | undefined) => {
  const back = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const last = useRef(activeId);
  useEffect(() => {
    if (isPhone && activeId !== last.current) {
      const tab = list.current?.querySelector<HTMLElement>(`[data-section="${last.current ?? ""}"]`);
      if (activeId === undefined) tab?.focus();
      else back.current?.focus();
    }
    last.current = activeId;
  }, [isPhone, activeId]);
  return { back, list };
};

const Sections = ({ title, sections, activeId, onActiveIdChange, aside }: SectionsDialogProps) => {
  const isPhone = useMediaQuery(phoneQuery);
  const { back, list } = usePhoneFocus(isPhone, activeId);
  const isListAlone = isPhone && activeId === undefined;
  const shownId = activeId ?? (isPhone ? "" : sections[0]?.id) ?? "";
  return (
    <Primitive.Root
      className={styles.sections}
      orientation="vertical"
      // With the arrows one looks around; a section may have something to lose when it is left.
      activationMode="manual"
      value={shownId}
      onValueChange={onActiveIdChange}
    >
      <div className={styles.side} hidden={isPhone && !isListAlone}>
        <Primitive.List className={styles.list} aria-label={title} ref={list}>
          {sections.map(({ id, label, icon }) => (
            <Primitive.Trigger key={id} value={id} className={styles.tab} data-section={id}>
              {icon}
              {label}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
        {aside}
      </div>
      {sections.map(({ id, label, content }) => (
        <Primitive.Content key={id} value={id} className={styles.content}>
          <div className={styles.head}>
            {isPhone && (
              <IconButton
                ref={back}
                label={`Back to ${title}`}
                icon={<ArrowLeft />}
                tooltipSide="bottom"
                onClick={() => onActiveIdChange(undefined)}
              />
            )}
            <h3 className={styles.heading}>{label}</h3>
          </div>
          {content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
};

/** Settings: sections in a column at the left; on a phone first their list, then one of them. */
export const SectionsDialog = (props: SectionsDialogProps) => (
  <Dialog isOpen onOpenChange={props.onClose} title={props.title} size="full">
    <Sections {...props} />
  </Dialog>
);
