import { boolean, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { ChosenStatus } from "#shared/contract/users.ts";
import type { UserId } from "#shared/ids.ts";
import { createdAt, moment } from "./columns.ts";

/** Rows are never deleted: messages keep their author. A deleted account is emptied and marked. */
export const users = pgTable("users", {
  id: uuid("id").$type<UserId>().primaryKey(),
  /** Lower case. */
  username: text("username").notNull().unique("users_username_key"),
  /** Lower case. */
  email: text("email").unique("users_email_key"),
  displayName: text("display_name").notNull(),
  passwordHash: text("password_hash").notNull(),
  chosenStatus: text("chosen_status").$type<ChosenStatus>().notNull().default("online"),
  customStatus: text("custom_status"),
  bot: boolean("bot").notNull().default(false),
  /** Governs the instance. */
  isAdmin: boolean("is_admin").notNull().default(false),
  /** Cannot sign in since then, until an administrator allows it again. */
  disabledAt: moment("disabled_at"),
  createdAt: createdAt(),
  deletedAt: moment("deleted_at"),
});
