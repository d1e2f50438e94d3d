/**
 * What whoever has the machine may do to accounts and servers, from its command line: the administrators' own acts, which
 * everybody who is connected hears of at once, in nobody's name.
 */
import { z } from "zod";
import { ServerId, UserId } from "#shared/ids.ts";
import type { InstanceService } from "../instance/instance.service.ts";
import { AppError } from "../kernel/app-error.ts";
import { operator } from "./acts.ts";
import type { AdminService } from "./admin.service.ts";

export const OperatorAct = z.discriminatedUnion("act", [
  z.object({ act: z.literal("disable"), userId: UserId, reason: z.string().max(512).optional() }),
  z.object({ act: z.literal("enable"), userId: UserId }),
  z.object({ act: z.literal("deleteAccount"), userId: UserId }),
  z.object({ act: z.literal("makeAdmin"), userId: UserId }),
  z.object({ act: z.literal("removeAdmin"), userId: UserId }),
  z.object({ act: z.literal("resetLink"), userId: UserId }),
  z.object({ act: z.literal("deleteServer"), serverId: ServerId }),
  z.object({ act: z.literal("setOwner"), serverId: ServerId, userId: UserId }),
  /** A new link to become the first administrator; the start's one is worth nothing any more. */
  z.object({ act: z.literal("claim") }),
]);
export type OperatorAct = z.infer<typeof OperatorAct>;

/** What there is to show for it. */
export const OperatorResult = z.object({ url: z.string().optional(), expiresAt: z.string().optional() });
export type OperatorResult = z.infer<typeof OperatorResult>;

interface Deps {
  admin: Pick<
    AdminService,
    "setDisabled" | "deleteAccount" | "setAdmin" | "createResetLink" | "deleteServer" | "setOwner"
  >;
  instance: Pick<InstanceService, "openClaim">;
  publicUrl: string;
}

export const createOperatorService = ({ admin, instance, publicUrl }: Deps) => {
  const claim = async (): Promise<OperatorResult> => {
    const token = await instance.openClaim();
    if (token === undefined) throw new AppError("LINK_EXPIRED");
    return { url: `${publicUrl}/claim#${token}` };
  };

  const act = async (wanted: OperatorAct): Promise<OperatorResult> => {
    switch (wanted.act) {
      case "disable":
        await admin.setDisabled(operator, { ...wanted, isDisabled: true });
        break;
      case "enable":
        await admin.setDisabled(operator, { ...wanted, isDisabled: false });
        break;
      case "makeAdmin":
      case "removeAdmin":
        await admin.setAdmin(operator, { userId: wanted.userId, isAdmin: wanted.act === "makeAdmin" });
        break;
      case "deleteAccount":
        await admin.deleteAccount(operator, wanted.userId);
        break;
      case "deleteServer":
        await admin.deleteServer(operator, wanted.serverId);
        break;
      case "setOwner":
        await admin.setOwner(operator, { id: wanted.serverId, userId: wanted.userId });
        break;
      case "resetLink":
        return admin.createResetLink(operator, wanted.userId);
      case "claim":
        return claim();
    }
    return {};
  };

  return {
    /**
     * Does what an `OperatorAct` says. @throws INVALID_INPUT for what is none, NOT_FOUND, LAST_ADMIN, OWNS_SERVERS,
     * LINK_EXPIRED for a claim where there is an administrator
     */
    run: async (input: unknown): Promise<OperatorResult> => {
      const parsed = OperatorAct.safeParse(input);
      if (parsed.success) return act(parsed.data);
      const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
      throw new AppError("INVALID_INPUT", { issues });
    },
  };
};
export type OperatorService = ReturnType<typeof createOperatorService>;
