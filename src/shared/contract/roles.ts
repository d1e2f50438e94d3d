import { z } from "zod";
import { RoleId, ServerId } from "../ids.ts";
import { limits } from "../limits.ts";
import { type Bits, BitsInput, text } from "./common.ts";

const RoleName = text(limits.roleName);
/** Lower case, as it is shown in comparisons. */
const RoleColor = z
  .string()
  .regex(/^#[0-9A-Fa-f]{6}$/, "must be a colour as #rrggbb")
  .toLowerCase()
  .nullable();

export const CreateRole = z.object({
  serverId: ServerId,
  name: RoleName,
  permissions: BitsInput,
  color: RoleColor.optional(),
});
export type CreateRole = z.infer<typeof CreateRole>;

export const UpdateRole = z.object({
  roleId: RoleId,
  name: RoleName.optional(),
  permissions: BitsInput.optional(),
  color: RoleColor.optional(),
});
export type UpdateRole = z.infer<typeof UpdateRole>;

export const RoleById = z.object({ roleId: RoleId });

/** Highest first, all but @everyone. */
export const ReorderRoles = z.object({
  serverId: ServerId,
  roleIds: z.array(RoleId).min(1).max(limits.rolesPerServer),
});
export type ReorderRoles = z.infer<typeof ReorderRoles>;

export interface Role {
  id: RoleId;
  serverId: ServerId;
  name: string;
  permissions: Bits;
  /** `#rrggbb` */
  color: string | null;
  /** Higher stands above; @everyone is 0. */
  position: number;
}
