/**
 * Who may call what: every procedure × everyone, each cell written out. A cell is `ok`, a reason of the catalogue, or the
 * permission that MISSING_PERMISSION names. Where the table's input leads somewhere else even with every right (nobody
 * made that link, the voice is off), the cell names that: the caller came past the guard.
 */
import { type Kind, kinds } from "./access-world.ts";

const table = `
                           owner              admin              moderator          member             timed-out          muted              outsider           banned             operator           signed-out
auth.register              ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok
auth.login                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok
auth.refresh               UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED    UNAUTHENTICATED
auth.logout                ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
auth.logoutAll             ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
auth.sessions              ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
auth.revokeSession         NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
auth.changePassword        INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      UNAUTHENTICATED
auth.resetPassword         LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED
auth.deleteAccount         INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      UNAUTHENTICATED
users.me                   ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
users.get                  ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
users.update               ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
users.setStatus            ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
servers.list               ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
servers.get                ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
servers.create             ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
servers.update             ok                 ok                 MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
servers.delete             ok                 OWNER              OWNER              OWNER              OWNER              OWNER              NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
servers.leave              OWNER              ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
servers.transferOwnership  ok                 OWNER              OWNER              OWNER              OWNER              OWNER              NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.list               ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.setNickname        ok                 ok                 MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.kick               ok                 ok                 ok                 KICK_MEMBERS       KICK_MEMBERS       KICK_MEMBERS       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.ban                ok                 ok                 ok                 BAN_MEMBERS        BAN_MEMBERS        BAN_MEMBERS        NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.unban              NOT_FOUND          NOT_FOUND          NOT_FOUND          BAN_MEMBERS        BAN_MEMBERS        BAN_MEMBERS        NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.bans               ok                 ok                 ok                 BAN_MEMBERS        BAN_MEMBERS        BAN_MEMBERS        NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.setRoles           ok                 ok                 MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
members.timeout            ok                 ok                 ok                 TIMEOUT_MEMBERS    TIMEOUT_MEMBERS    TIMEOUT_MEMBERS    NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
roles.list                 ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
roles.create               ok                 ok                 MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
roles.update               ok                 ok                 MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
roles.delete               ok                 ok                 MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
roles.reorder              INVALID_INPUT      INVALID_INPUT      MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.list              ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.create            ok                 ok                 MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.update            ok                 ok                 MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.delete            ok                 ok                 MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.reorder           INVALID_INPUT      INVALID_INPUT      MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    MANAGE_CHANNELS    NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.setOverride       ok                 ok                 MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.removeOverride    NOT_FOUND          NOT_FOUND          MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
channels.followCategory    INVALID_INPUT      INVALID_INPUT      MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       MANAGE_ROLES       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
messages.list              ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
messages.send              ok                 ok                 ok                 ok                 TIMED_OUT          SEND_MESSAGES      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
messages.edit              OWNER              OWNER              OWNER              OWNER              TIMED_OUT          SEND_MESSAGES      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
messages.delete            ok                 ok                 ok                 MANAGE_MESSAGES    MANAGE_MESSAGES    MANAGE_MESSAGES    NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
messages.bulkDelete        ok                 ok                 ok                 MANAGE_MESSAGES    MANAGE_MESSAGES    MANAGE_MESSAGES    NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
messages.search            ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
reads.ack                  ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
reads.list                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
invites.create             ok                 ok                 ok                 ok                 TIMED_OUT          ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
invites.preview            ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok
invites.accept             ok                 ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          ok                 UNAUTHENTICATED
invites.list               ok                 ok                 MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
invites.revoke             ok                 ok                 MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      MANAGE_SERVER      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.capabilities         VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  UNAUTHENTICATED
voice.states               ok                 ok                 ok                 ok                 ok                 ok                 NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.join                 INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      INVALID_INPUT      TIMED_OUT          INVALID_INPUT      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.sync                 NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.connectTransport     NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.restartIce           NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.produce              NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.closeProducer        NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.resumeConsumers      NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.pauseConsumers       NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.setConsumerLayers    NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.setState             NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
voice.leave                ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 UNAUTHENTICATED
voice.probe                VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  VOICE_UNAVAILABLE  UNAUTHENTICATED
voice.moderate             NOT_FOUND          NOT_FOUND          NOT_FOUND          MOVE_MEMBERS       MOVE_MEMBERS       MOVE_MEMBERS       NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
audit.list                 ok                 ok                 ok                 VIEW_AUDIT_LOG     VIEW_AUDIT_LOG     VIEW_AUDIT_LOG     NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
instance.info              ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok                 ok
instance.claim             LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       LINK_EXPIRED       UNAUTHENTICATED
admin.overview             INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.accounts             INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.servers              INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.audit                INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.setRegistration      INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.setDisabled          INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.setAdmin             INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.deleteAccount        INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.createResetLink      INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.deleteServer         INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
admin.setOwner             INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     INSTANCE_ADMIN     ok                 UNAUTHENTICATED
typing.start               ok                 ok                 ok                 ok                 TIMED_OUT          SEND_MESSAGES      NOT_FOUND          NOT_FOUND          NOT_FOUND          UNAUTHENTICATED
`;

const parse = (text: string): Record<string, Record<Kind, string>> => {
  const [head = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  if (head.join() !== kinds.join()) throw new Error("the columns are not the kinds of people");
  return Object.fromEntries(
    rows.map(([path = "", ...cells]) => {
      const cellOf = (kind: Kind): string => {
        const cell = cells[kinds.indexOf(kind)];
        if (cell === undefined || cells.length !== kinds.length) throw new Error(`${path} lacks a cell`);
        return cell;
      };
      return [
        path,
        {
          owner: cellOf("owner"),
          admin: cellOf("admin"),
          moderator: cellOf("moderator"),
          member: cellOf("member"),
          "timed-out": cellOf("timed-out"),
          muted: cellOf("muted"),
          outsider: cellOf("outsider"),
          banned: cellOf("banned"),
          operator: cellOf("operator"),
          "signed-out": cellOf("signed-out"),
        },
      ];
    }),
  );
};

export const accessTable = parse(table);

/**
 * The same for HTTP: the status, and for the gateway what the stream begins with. What tRPC serves has its rows above, so
 * its route is asked for what is no procedure. Spaces are written as underscores. Everybody here is on the machine
 * itself, to which `/metrics` answers; who is elsewhere has `metrics.test.ts`.
 */
export const routeTable = parse(`
                   owner  admin  moderator  member  timed-out  muted  outsider  banned  operator  signed-out
GET_/health        200    200    200        200     200        200    200       200     200       200
HEAD_/health       200    200    200        200     200        200    200       200     200       200
GET_/health/live   200    200    200        200     200        200    200       200     200       200
HEAD_/health/live  200    200    200        200     200        200    200       200     200       200
GET_/health/ready  200    200    200        200     200        200    200       200     200       200
HEAD_/health/ready 200    200    200        200     200        200    200       200     200       200
GET_/metrics       200    200    200        200     200        200    200       200     200       200
HEAD_/metrics      200    200    200        200     200        200    200       200     200       200
GET_/*             200    200    200        200     200        200    200       200     200       200
HEAD_/*            200    200    200        200     200        200    200       200     200       200
*_/api/trpc/:path  404    404    404        404     404        404    404       404     404       404
GET_/gateway       READY  READY  READY      READY   READY      READY  READY     READY   READY     UNAUTHENTICATED
`);
