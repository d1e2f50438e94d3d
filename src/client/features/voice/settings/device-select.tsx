import { Select } from "#client/ui/select.tsx";
import type { MediaDevice } from "#client/voice/engine.ts";

const systemChoice = "system";

type Props = {
  label: string;
  noun: string;
  devices: readonly MediaDevice[];
  /** Null: the system's choice. */
  chosenId: string | null;
  onChoose: (id: string | null) => void;
  isDisabled?: boolean;
  hint?: string;
};

/** A device, or the one that the system has chosen. One that was unplugged stays chosen, and says that it is away. */
export const DeviceSelect = ({ label, noun, devices, chosenId, onChoose, ...rest }: Props) => {
  const isAway = chosenId !== null && !devices.some(({ id }) => id === chosenId);
  const options = [
    { value: systemChoice, label: "As the system has it" },
    ...devices.map(({ id, label: name }, index) => ({ value: id, label: name || `${noun} ${index + 1}` })),
    ...(isAway ? [{ value: chosenId, label: "The chosen one (not plugged in)" }] : []),
  ];
  return (
    <Select<string>
      label={label}
      options={options}
      value={chosenId ?? systemChoice}
      onValueChange={(value) => onChoose(value === systemChoice ? null : value)}
      {...rest}
    />
  );
};
