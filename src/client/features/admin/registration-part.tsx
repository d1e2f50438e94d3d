import { Failure } from "#client/features/session/failure.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { RadioCards } from "#client/ui/radio-cards.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import { type InstanceOverview, RegistrationMode } from "#shared/contract/instance.ts";

import { registrationWords } from "./registration-words.ts";

const options = RegistrationMode.options.map((value) => ({ value, ...registrationWords[value] }));

/** The choice stands at once, and goes back when the server refuses it. */
export const RegistrationPart = ({ mode, isFixed }: InstanceOverview["registration"]) => {
  const utils = trpc.useUtils();
  const set = trpc.admin.setRegistration.useMutation({
    onSuccess: () => toast.success("It is saved, and counts from now on."),
    onSettled: () => Promise.all([utils.admin.overview.invalidate(), utils.instance.info.invalidate()]),
  });
  return (
    <>
      {isFixed && (
        <Callout tone="info" title="Set where the server is started">
          REGISTRATION decides it there. Without that variable it can be chosen here.
        </Callout>
      )}
      {set.error && <Failure error={set.error} />}
      <RadioCards
        label="Who may register"
        options={options}
        value={set.isPending ? set.variables.registration : mode}
        onValueChange={(registration) => set.mutate({ registration })}
        isDisabled={isFixed}
      />
    </>
  );
};
