DROP INDEX "channel_overrides_role_key";--> statement-breakpoint
CREATE UNIQUE INDEX "channel_overrides_role_key" ON "channel_overrides" USING btree ("channel_id","role_id");