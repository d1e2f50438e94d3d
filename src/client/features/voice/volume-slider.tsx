import { Slider } from "#client/ui/slider.tsx";

type Props = {
  label: string;
  /** 0 to 2. */
  value: number;
  onChange: (value: number) => void;
};

export const VolumeSlider = ({ label, value, onChange }: Props) => (
  <Slider
    label={label}
    min={0}
    max={200}
    step={5}
    value={Math.round(value * 100)}
    formatValue={(percent) => `${percent} %`}
    onValueChange={(percent) => onChange(percent / 100)}
  />
);
