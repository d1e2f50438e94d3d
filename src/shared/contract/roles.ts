import type { RoleId, ServerId } from "../ids.ts";
import type { Bits } from "./common.ts";

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
