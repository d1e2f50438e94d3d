import { trpc } from "#sdk/react.ts";
import type { RegistrationMode } from "#shared/contract/instance.ts";

/** Who may register; "unknown" when the server could not be asked, which should keep nobody from trying. */
export const useRegistration = (): RegistrationMode | "loading" | "unknown" => {
  // No event tells a stranger that it has changed.
  const { data, error } = trpc.instance.info.useQuery(undefined, { staleTime: 0, retry: false });
  if (data) return data.registration;
  return error ? "unknown" : "loading";
};
