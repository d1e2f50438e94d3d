/** Columns that several tables share. */
import { timestamp } from "drizzle-orm/pg-core";

/** timestamptz; milliseconds are what a JavaScript Date can hold. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
export const createdAt = () => moment("created_at").notNull().defaultNow();
