import { AppError } from "../kernel/app-error.ts";

/**
 * Nobody acts on a role or member at or above their own highest role; both are given by their position (`standingOf`).
 * @throws MISSING_PERMISSION
 */
export const requireAbove = (actorStanding: number, targetStanding: number): void => {
  if (actorStanding <= targetStanding) throw new AppError("MISSING_PERMISSION", { permission: "HIERARCHY" });
};
