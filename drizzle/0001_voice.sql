ALTER TABLE "server_members" ADD COLUMN "voice_mute" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "server_members" ADD COLUMN "voice_deaf" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "voice_states" ADD COLUMN "camera" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "voice_states" ADD COLUMN "screen" boolean DEFAULT false NOT NULL;