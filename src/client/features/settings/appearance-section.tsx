import { Monitor, Moon, Sun } from "lucide-react";

import { useTheme } from "#client/lib/theme.ts";
import { SegmentedControl } from "#client/ui/segmented-control.tsx";

import styles from "./settings.module.css";

export const AppearanceSection = () => {
  const { choice, setChoice } = useTheme();
  return (
    <div className={styles.section}>
      <h3 className={styles.heading}>Theme</h3>
      <SegmentedControl
        label="Theme"
        options={[
          { value: "system", label: "System", icon: <Monitor /> },
          { value: "light", label: "Light", icon: <Sun /> },
          { value: "dark", label: "Dark", icon: <Moon /> },
        ]}
        value={choice}
        onValueChange={setChoice}
      />
      <p className={styles.muted}>
        “System” follows this computer’s setting. The choice is kept in this browser.
      </p>
    </div>
  );
};
