import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { Toaster as Sonner } from "sonner";

import styles from "./toaster.module.css";

export { toast } from "sonner";

const icons = {
  success: <CircleCheck />,
  info: <Info />,
  warning: <TriangleAlert />,
  error: <CircleAlert />,
};

/** Once in the app, at the top: the bottom is where people write. For what happened elsewhere or needs an undo; a fault of a form belongs beside its field. */
export const Toaster = () => (
  <Sonner
    position="top-center"
    icons={icons}
    gap={8}
    toastOptions={{
      unstyled: true,
      classNames: {
        toast: styles.toast ?? "",
        title: styles.title ?? "",
        description: styles.description ?? "",
        icon: styles.icon ?? "",
        actionButton: styles.action ?? "",
        cancelButton: styles.action ?? "",
        success: styles.success ?? "",
        warning: styles.warning ?? "",
        error: styles.error ?? "",
      },
    }}
  />
);
