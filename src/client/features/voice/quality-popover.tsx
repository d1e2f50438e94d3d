import { Signal, SignalLow, SignalMedium, SignalZero } from "lucide-react";
import type { ComponentProps } from "react";

import { Popover } from "#client/ui/popover.tsx";
import type { VoiceQuality } from "#sdk/voice/index.ts";

import styles from "./quality-popover.module.css";
import { useVoiceQuality } from "./voice-context.tsx";
import { qualityText } from "./voice-words.ts";

const icons = { good: Signal, fair: SignalMedium, poor: SignalLow, unknown: SignalZero } as const;

const unknown = "not known yet";

const inMs = (value: number | null): string => (value === null ? unknown : `${Math.round(value)} ms`);

const percentFormat = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const inPercent = (value: number | null): string => (value === null ? unknown : percentFormat.format(value));

const protocolNames = { udp: "UDP", tcp: "TCP (UDP doesn’t get through)" } as const;

const listFacts = (quality: VoiceQuality): [string, string][] => [
  ["Round trip", inMs(quality.roundTripMs)],
  ["Lost on the way here", inPercent(quality.lostIn)],
  ["Lost on the way out", inPercent(quality.lostOut)],
  ["Jitter", inMs(quality.jitterMs)],
  ["Protocol", quality.protocol === null ? unknown : protocolNames[quality.protocol]],
];

/** What it is given besides comes from the popover that it opens. */
const QualityButton = ({ quality, ...rest }: { quality: VoiceQuality } & ComponentProps<"button">) => {
  const Icon = icons[quality.level];
  return (
    <button type="button" {...rest} className={styles.button} data-level={quality.level}>
      <Icon aria-hidden />
      {qualityText[quality.level]}
    </button>
  );
};

/** How well the call gets through: in a sign and words, and on a click in figures. */
export const QualityPopover = () => {
  const quality = useVoiceQuality();
  return (
    <Popover label="Connection" side="top" align="start" trigger={<QualityButton quality={quality} />}>
      <h3 className={styles.title}>Connection</h3>
      <dl className={styles.facts}>
        {listFacts(quality).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Popover>
  );
};
