import { sql } from "drizzle-orm";
import { boolean, check, pgTable, text } from "drizzle-orm/pg-core";
import type { RegistrationMode } from "#shared/contract/instance.ts";

/** What administrators have set for the instance: one row, or none while everything is as the configuration says. */
export const instanceSettings = pgTable(
  "instance_settings",
  {
    isOnly: boolean("is_only").primaryKey().default(true),
    registration: text("registration").$type<RegistrationMode>(),
  },
  (table) => [check("instance_settings_only_check", sql`${table.isOnly}`)],
);
