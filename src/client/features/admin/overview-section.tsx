import type { ReactNode } from "react";
import { useLocation, useSearch } from "wouter";
import { useState } from "react";

import { adminPath, readsWelcome } from "#client/features/navigation/paths.ts";
import { CreateServerDialog } from "#client/features/servers/create-server-dialog.tsx";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { formatBytes } from "#client/lib/format-bytes.ts";
import { formatMoment, formatRelative } from "#client/lib/time.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Meter } from "#client/ui/meter.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { InstanceOverview } from "#shared/contract/instance.ts";

import { getUsedPart, isNearlyFull } from "./disk.ts";
import styles from "./overview.module.css";
import { RegistrationPart } from "./registration-part.tsx";

/** How many are online, and how full the disk is, changes without an event. */
const refetchEveryMs = 30_000;

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={styles.part}>
    <h3 className={styles.heading}>{title}</h3>
    {children}
  </section>
);

const Figure = ({ label, value, children }: { label: string; value: number; children?: ReactNode }) => (
  <div className={styles.figure}>
    <dt>{label}</dt>
    <dd>
      <span className={styles.value}>{value.toLocaleString()}</span>
      {children !== undefined && <span className={styles.more}>{children}</span>}
    </dd>
  </div>
);

const Figures = ({ users, servers, messages }: InstanceOverview) => (
  <dl className={styles.figures}>
    <Figure label="Users" value={users.total}>
      {users.online.toLocaleString()} online
      {users.disabled > 0 && `, ${users.disabled.toLocaleString()} switched off`}
    </Figure>
    <Figure label="Servers" value={servers} />
    <Figure label="Messages" value={messages} />
  </dl>
);

const Storage = ({ databaseBytes, attachmentBytes, disk }: InstanceOverview["storage"]) => {
  const isFull = isNearlyFull(disk);
  const free = `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} are free`;
  return (
    <Part title="Storage">
      {isFull && (
        <Callout tone="warning" title="The disk is nearly full">
          When it is full, nothing can be written any more. Make room on it, or give it a larger one.
        </Callout>
      )}
      {disk.totalBytes > 0 && (
        <div className={styles.disk}>
          <Meter
            label="Disk in use"
            part={getUsedPart(disk)}
            text={free}
            tone={isFull ? "danger" : "accent"}
          />
          <p className={styles.muted}>{free} on the disk with the data directory.</p>
        </div>
      )}
      <dl className={styles.facts}>
        <dt>Database</dt>
        <dd>{formatBytes(databaseBytes)}</dd>
        <dt>Attachments</dt>
        <dd>{formatBytes(attachmentBytes)}</dd>
      </dl>
    </Part>
  );
};

/** What to do first. It goes with its button, and with the address. */
const Welcome = () => {
  const [, navigate] = useLocation();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <section className={styles.welcome} aria-label="Welcome">
      <h3 className={styles.welcomeTitle}>You are this instance’s administrator</h3>
      <p>Two things to begin with:</p>
      <ol>
        <li>Make a server: the place where your people talk.</li>
        <li>Choose below who may register, and send invites to those who should come.</li>
      </ol>
      <div className={styles.welcomeActions}>
        <Button variant="primary" onClick={() => setIsCreating(true)}>
          Create a server
        </Button>
        <Button onClick={() => navigate(adminPath(), { replace: true })}>Got it</Button>
      </div>
      {isCreating && <CreateServerDialog onClose={() => setIsCreating(false)} />}
    </section>
  );
};

const Facts = ({ version, startedAt }: InstanceOverview) => (
  <Part title="This instance">
    <dl className={styles.facts}>
      <dt>Version</dt>
      <dd>{version}</dd>
      <dt>Running since</dt>
      <dd>
        {formatMoment(startedAt)} ({formatRelative(startedAt)})
      </dd>
    </dl>
  </Part>
);

const Overview = () => {
  const overview = trpc.admin.overview.useQuery(undefined, {
    staleTime: 0,
    refetchInterval: refetchEveryMs,
  });
  const { data, refetch, isFetching } = overview;
  const trouble = findTrouble(overview);
  if (trouble !== null) {
    return (
      <Failure
        title="The overview can’t be shown"
        error={trouble}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!data) return <SkeletonList label="Loading the overview" rows={5} hasText />;
  return (
    <>
      <Figures {...data} />
      <Part title="Who may register">
        <RegistrationPart {...data.registration} />
      </Part>
      <Storage {...data.storage} />
      <Facts {...data} />
    </>
  );
};

/** The instance in numbers, and who may come. */
export const OverviewSection = () => (
  <>
    {readsWelcome(useSearch()) && <Welcome />}
    <Overview />
  </>
);
